import { matched } from '../base/words.ts';
import { ar } from './first-texts/ar.ts';
import { es } from './first-texts/es.ts';
import { fr } from './first-texts/fr.ts';
import { ja } from './first-texts/ja.ts';
import { ptBR } from './first-texts/pt-br.ts';

/** The first texts of the mails Hearten sends by itself; a workspace may change each. */
export type MailText = { subject: string; body: string };
type Mail = { title: string; variables: readonly string[]; texts: { en: MailText } & Record<string, MailText> };

export const mails = {
  invitation: {
    title: 'Invitation of a new person',
    variables: ['workspace.name', 'person.name', 'inviter.name', 'link', 'days'],
    texts: {
      en: {
        subject: 'Join {{workspace.name}} on Hearten',
        body: 'Hello {{person.name}},\n\n{{inviter.name}} invites you to work in {{workspace.name}}. Open this link to choose a password and begin:\n\n{{link}}\n\nIt works once, within {{days}} days. If you did not expect it, leave it be and nothing happens.',
      },
      de: {
        subject: 'Einladung zu {{workspace.name}} in Hearten',
        body: 'Guten Tag {{person.name}},\n\n{{inviter.name}} lädt Sie ein, in {{workspace.name}} mitzuarbeiten. Öffnen Sie diesen Link, um ein Passwort zu wählen und anzufangen:\n\n{{link}}\n\nEr gilt einmal und {{days}} Tage lang. Haben Sie ihn nicht erwartet, lassen Sie ihn einfach liegen; es geschieht nichts.',
      },
    },
  },
  'password-reset': {
    title: 'Link to a new password',
    variables: ['person.name', 'link', 'minutes'],
    texts: {
      en: {
        subject: 'Choose a new password',
        body: 'Hello {{person.name}},\n\nsomeone, hopefully you, asked for a new password for Hearten. Open this link to choose one:\n\n{{link}}\n\nIt works once, within {{minutes}} minutes. If it was not you, your password stays as it is and you need not do anything.',
      },
      de: {
        subject: 'Neues Passwort wählen',
        body: 'Guten Tag {{person.name}},\n\njemand, hoffentlich Sie selbst, hat für Hearten um ein neues Passwort gebeten. Öffnen Sie diesen Link, um es zu wählen:\n\n{{link}}\n\nEr gilt einmal und {{minutes}} Minuten lang. Waren Sie es nicht, bleibt Ihr Passwort wie es ist, und Sie brauchen nichts zu tun.',
      },
    },
  },
  'password-changed': {
    title: 'Notice of a changed password',
    variables: ['person.name', 'time', 'ways'],
    texts: {
      en: {
        subject: 'Your password was changed',
        body: 'Hello {{person.name}},\n\nthe password of your sign-in to Hearten was changed on {{time}}, and everyone signed in with it elsewhere was signed out.\n\n{{ways}}\n\nIf it was not you, ask at once for a new password on the sign-in page, and tell an owner of your workspace.',
      },
      de: {
        subject: 'Ihr Passwort wurde geändert',
        body: 'Guten Tag {{person.name}},\n\ndas Passwort Ihrer Anmeldung bei Hearten wurde am {{time}} geändert; wer anderswo damit angemeldet war, wurde abgemeldet.\n\n{{ways}}\n\nWaren Sie es nicht, fordern Sie auf der Anmeldeseite sofort ein neues Passwort an und sagen Sie es jemandem, dem der Arbeitsbereich gehört.',
      },
    },
  },
  'new-sign-in': {
    title: 'Notice of a sign-in from a new browser',
    variables: ['workspace.name', 'person.name', 'time', 'browser', 'address', 'link'],
    texts: {
      en: {
        subject: 'Signed in from a new browser',
        body: 'Hello {{person.name}},\n\nsomeone, hopefully you, signed in to {{workspace.name}} as you from a browser that was not used before:\n\n{{browser}}, address {{address}}, {{time}}\n\nIf it was you, all is well. If not, end that sign-in here and change your password:\n\n{{link}}',
      },
      de: {
        subject: 'Anmeldung mit einem neuen Browser',
        body: 'Guten Tag {{person.name}},\n\njemand, hoffentlich Sie selbst, hat sich als Sie bei {{workspace.name}} angemeldet, mit einem Browser, der bisher nicht benutzt wurde:\n\n{{browser}}, Adresse {{address}}, {{time}}\n\nWaren Sie es, ist alles gut. Wenn nicht, beenden Sie diese Anmeldung hier und ändern Sie Ihr Passwort:\n\n{{link}}',
      },
      fr: {
        subject: 'Connexion depuis un nouveau navigateur',
        body: 'Bonjour {{person.name}},\n\nquelqu’un, vous-même espérons-le, s’est connecté à {{workspace.name}} en votre nom depuis un navigateur encore jamais utilisé :\n\n{{browser}}, adresse {{address}}, {{time}}\n\nSi c’était vous, tout va bien. Sinon, mettez fin à cette connexion ici et changez votre mot de passe :\n\n{{link}}',
      },
      es: {
        subject: 'Inicio de sesión desde un navegador nuevo',
        body: 'Hola, {{person.name}}:\n\nAlguien, esperamos que tú, inició sesión en {{workspace.name}} como tú desde un navegador que no se había usado antes:\n\n{{browser}}, dirección {{address}}, {{time}}\n\nSi fuiste tú, todo está bien. Si no, cierra esa sesión aquí y cambia tu contraseña:\n\n{{link}}',
      },
      'pt-BR': {
        subject: 'Entrada por um navegador novo',
        body: 'Olá, {{person.name}},\n\nalguém, esperamos que você, entrou em {{workspace.name}} como você por um navegador que não tinha sido usado antes:\n\n{{browser}}, endereço {{address}}, {{time}}\n\nSe foi você, está tudo bem. Se não, encerre essa entrada aqui e mude sua senha:\n\n{{link}}',
      },
      ja: {
        subject: '新しいブラウザーからサインインがありました',
        body: '{{person.name}} 様\n\nこれまで使われていなかったブラウザーから、あなたとして {{workspace.name}} へのサインインがありました。\n\n{{browser}}、アドレス {{address}}、{{time}}\n\nご本人であれば問題ありません。心当たりがない場合は、次のページでそのサインインを終了し、パスワードを変更してください。\n\n{{link}}',
      },
      ar: {
        subject: 'تسجيل دخول من متصفح جديد',
        body: 'مرحبًا {{person.name}}،\n\nسجّل أحدهم، ونرجو أن تكون أنت، الدخول إلى {{workspace.name}} باسمك من متصفح لم يُستخدم من قبل:\n\n{{browser}}، العنوان {{address}}، {{time}}\n\nإن كنت أنت فكل شيء على ما يرام. وإلا فأنهِ تسجيل الدخول هذا من هنا وغيّر كلمة المرور:\n\n{{link}}',
      },
    },
  },
  // Sent to customers by the inbox a mail came to. Nothing its sender wrote stands in it: else it would carry a stranger's words to anyone.
  acknowledgement: {
    title: 'Acknowledgement to a customer (off until an inbox switches it on)',
    variables: ['workspace.name', 'inbox.name', 'conversation.number'],
    texts: {
      en: {
        subject: 'We have your message (#{{conversation.number}})',
        body: 'Thank you for writing to {{workspace.name}}. Your message has arrived, under the number {{conversation.number}}, and a person will answer it.\n\nTo add something, reply to this mail.',
      },
      de: {
        subject: 'Ihre Nachricht ist da (#{{conversation.number}})',
        body: 'Danke, dass Sie an {{workspace.name}} schreiben. Ihre Nachricht ist unter der Nummer {{conversation.number}} angekommen, und ein Mensch wird sie beantworten.\n\nMöchten Sie etwas ergänzen, antworten Sie auf diese Mail.',
      },
    },
  },
  // To the address that was typed into a form: the same holds.
  'form-acknowledgement': {
    title: 'Acknowledgement of a web form',
    variables: ['workspace.name', 'form.name', 'conversation.number', 'hours'],
    texts: {
      en: {
        subject: 'We have your message (#{{conversation.number}})',
        body: 'Thank you for writing to {{workspace.name}}. Your message has arrived, under the number {{conversation.number}}, and a person will answer it.\n\n{{hours}}\n\nTo add something, reply to this mail. If it was not you who wrote, you need do nothing.',
      },
      de: {
        subject: 'Ihre Nachricht ist da (#{{conversation.number}})',
        body: 'Danke, dass Sie an {{workspace.name}} schreiben. Ihre Nachricht ist unter der Nummer {{conversation.number}} angekommen, und ein Mensch wird sie beantworten.\n\n{{hours}}\n\nMöchten Sie etwas ergänzen, antworten Sie auf diese Mail. Haben nicht Sie geschrieben, brauchen Sie nichts zu tun.',
      },
    },
  },
  'inbox-trouble': {
    title: 'Notice to owners of an inbox in trouble',
    variables: ['workspace.name', 'person.name', 'inbox.address', 'text', 'since', 'link'],
    texts: {
      en: {
        subject: '{{inbox.address}} needs you: Hearten cannot work with this mailbox',
        body: 'Hello {{person.name}},\n\nsince {{since}} something is wrong with {{inbox.address}} in {{workspace.name}}:\n\n{{text}}\n\nHere it can be put right:\n\n{{link}}\n\nHearten keeps trying, and writes again once a day while it lasts.',
      },
      de: {
        subject: '{{inbox.address}} braucht Sie: Hearten kommt mit diesem Postfach nicht zurecht',
        body: 'Guten Tag {{person.name}},\n\nseit {{since}} stimmt etwas nicht mit {{inbox.address}} in {{workspace.name}}:\n\n{{text}}\n\nHier lässt es sich richten:\n\n{{link}}\n\nHearten versucht es weiter und schreibt einmal am Tag wieder, solange es dauert.',
      },
    },
  },
  'webhook-disabled': {
    title: 'Notice to owners of a webhook that was switched off',
    variables: ['workspace.name', 'person.name', 'webhook.name', 'webhook.address', 'since', 'link'],
    texts: {
      en: {
        subject: 'The webhook {{webhook.name}} was switched off',
        body: 'Hello {{person.name}},\n\nHearten has switched off this webhook of {{workspace.name}}: nothing reached it, or it answered that it wants to hear nothing more (410):\n\n{{webhook.address}}\n\nIt was first tried on {{since}}. What could not be delivered is kept for two weeks: put the receiver right, switch the webhook on again, and send what failed once more:\n\n{{link}}',
      },
      de: {
        subject: 'Der Webhook {{webhook.name}} wurde abgeschaltet',
        body: 'Guten Tag {{person.name}},\n\nHearten hat diesen Webhook von {{workspace.name}} abgeschaltet: Nichts kam mehr an, oder er antwortete, dass er nichts mehr hören will (410):\n\n{{webhook.address}}\n\nDer erste Versuch war am {{since}}. Was nicht zugestellt werden konnte, bleibt zwei Wochen erhalten: Bringen Sie den Empfänger in Ordnung, schalten Sie den Webhook wieder ein und senden Sie das Fehlgeschlagene noch einmal:\n\n{{link}}',
      },
      fr: {
        subject: 'Le webhook {{webhook.name}} a été désactivé',
        body: 'Bonjour {{person.name}},\n\nHearten a désactivé ce webhook de {{workspace.name}} : plus rien ne lui parvenait, ou il a répondu ne plus rien vouloir recevoir (410) :\n\n{{webhook.address}}\n\nLe premier essai date du {{since}}. Ce qui n’a pas pu être remis est conservé deux semaines : remettez le destinataire en état, réactivez le webhook et renvoyez ce qui a échoué :\n\n{{link}}',
      },
      es: {
        subject: 'El webhook {{webhook.name}} se ha desactivado',
        body: 'Hola, {{person.name}}:\n\nHearten ha desactivado este webhook de {{workspace.name}}: ya no le llegaba nada, o respondió que no quiere recibir más (410):\n\n{{webhook.address}}\n\nEl primer intento fue el {{since}}. Lo que no se pudo entregar se guarda dos semanas: arregla el receptor, vuelve a activar el webhook y reenvía lo que falló:\n\n{{link}}',
      },
      'pt-BR': {
        subject: 'O webhook {{webhook.name}} foi desativado',
        body: 'Olá, {{person.name}},\n\no Hearten desativou este webhook de {{workspace.name}}: nada mais chegava a ele, ou ele respondeu que não quer receber mais nada (410):\n\n{{webhook.address}}\n\nA primeira tentativa foi em {{since}}. O que não pôde ser entregue fica guardado por duas semanas: conserte o receptor, ative o webhook de novo e reenvie o que falhou:\n\n{{link}}',
      },
      ja: {
        subject: 'Webhook「{{webhook.name}}」が無効になりました',
        body: '{{person.name}} 様\n\nHearten が {{workspace.name}} の次の Webhook を無効にしました。届かなくなったか、今後の受信を断る応答 (410) がありました。\n\n{{webhook.address}}\n\n最初の試行は {{since}} です。届けられなかったものは二週間保存されます。受信側を直し、Webhook を再び有効にして、失敗したものをもう一度送信してください。\n\n{{link}}',
      },
      ar: {
        subject: 'تم إيقاف خطاف الويب {{webhook.name}}',
        body: 'مرحبًا {{person.name}}،\n\nأوقف Hearten خطاف الويب هذا في {{workspace.name}}: لم يعد يصله شيء، أو أجاب بأنه لا يريد أن يسمع المزيد (410):\n\n{{webhook.address}}\n\nكانت المحاولة الأولى في {{since}}. ما تعذّر تسليمه يُحفظ أسبوعين: أصلح المستقبِل، ثم شغّل خطاف الويب من جديد وأعد إرسال ما فشل:\n\n{{link}}',
      },
    },
  },
  notification: {
    title: 'Notification of a person who is away from the screen',
    variables: ['workspace.name', 'person.name', 'title', 'text', 'link'],
    texts: {
      en: { subject: '{{title}}', body: 'Hello {{person.name}},\n\n{{title}}\n\n{{text}}\n\n{{link}}' },
      de: { subject: '{{title}}', body: 'Guten Tag {{person.name}},\n\n{{title}}\n\n{{text}}\n\n{{link}}' },
    },
  },
} as const satisfies Record<string, Mail>;

export type MailName = keyof typeof mails;
export const mailNames = Object.keys(mails) as MailName[];
export const isMail = (name: string): name is MailName => Object.hasOwn(mails, name);

const others: Record<string, Partial<Record<MailName, MailText>>> = { fr, es, 'pt-BR': ptBR, ja, ar };
/** The first text in a language, or in English. */
export function firstText(name: MailName, language: string): MailText {
  const spoken = matched(language) ?? 'en';
  const texts: Record<string, MailText> & { en: MailText } = mails[name].texts;
  return texts[spoken] ?? others[spoken]?.[name] ?? texts.en;
}
