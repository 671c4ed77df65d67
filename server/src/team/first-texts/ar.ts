import type { MailText } from '../mail-texts.ts';

export const ar = {
  invitation: {
    subject: 'انضم إلى {{workspace.name}} على Hearten',
    body: 'مرحبًا {{person.name}}،\n\nيدعوك {{inviter.name}} إلى العمل في {{workspace.name}}. افتح هذا الرابط لاختيار كلمة مرور والبدء:\n\n{{link}}\n\nيعمل الرابط مرة واحدة خلال {{days}} يومًا. إن لم تكن تتوقعه فدعه كما هو، ولن يحدث شيء.',
  },
  'password-reset': {
    subject: 'اختر كلمة مرور جديدة',
    body: 'مرحبًا {{person.name}}،\n\nطلب شخص ما، ونرجو أن تكون أنت، كلمة مرور جديدة لـ Hearten. افتح هذا الرابط لاختيارها:\n\n{{link}}\n\nيعمل الرابط مرة واحدة خلال {{minutes}} دقيقة. إن لم تكن أنت، فكلمة مرورك تبقى كما هي ولا حاجة إلى فعل شيء.',
  },
  'password-changed': {
    subject: 'تغيّرت كلمة مرورك',
    body: 'مرحبًا {{person.name}}،\n\nتغيّرت كلمة مرور دخولك إلى Hearten في {{time}}، وأُنهيت كل الجلسات الأخرى المفتوحة بها.\n\n{{ways}}\n\nإن لم تكن أنت، فاطلب فورًا كلمة مرور جديدة من صفحة الدخول، وأخبر أحد مالكي مساحة العمل.',
  },
  acknowledgement: {
    subject: 'وصلتنا رسالتك (#{{conversation.number}})',
    body: 'شكرًا لمراسلتك {{workspace.name}}. وصلت رسالتك برقم {{conversation.number}}، وسيجيب عنها شخص.\n\nلإضافة شيء، رُدّ على هذه الرسالة.',
  },
  'form-acknowledgement': {
    subject: 'وصلتنا رسالتك (#{{conversation.number}})',
    body: 'شكرًا لكتابتك إلى {{workspace.name}}. وصلت رسالتك برقم {{conversation.number}}، وسيرد عليها أحد أفراد الفريق.\n\n{{hours}}\n\nلإضافة شيء، رُدّ على هذه الرسالة. وإن لم تكن أنت من كتب، فلا حاجة إلى فعل شيء.',
  },
  'inbox-trouble': {
    subject: '{{inbox.address}} يحتاج إليك: لا يستطيع Hearten العمل مع صندوق البريد هذا',
    body: 'مرحبًا {{person.name}}،\n\nمنذ {{since}} هناك خلل في {{inbox.address}} في {{workspace.name}}:\n\n{{text}}\n\nيمكن إصلاحه هنا:\n\n{{link}}\n\nيواصل Hearten المحاولة، ويكتب إليك مرة كل يوم ما دام الخلل.',
  },
  notification: {
    subject: '{{title}}',
    body: 'مرحبًا {{person.name}}،\n\n{{title}}\n\n{{text}}\n\n{{link}}',
  },
} satisfies Record<string, MailText>;
