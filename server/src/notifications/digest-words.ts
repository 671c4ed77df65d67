/** How often a digest may come, as one presses it in the mail itself. */
export type Often = 'daily' | 'twice' | 'weekdays' | 'weekly' | 'never';
type Words = {
  groups: Record<string, string>;
  subject: (n: number, workspace: string) => string;
  more: (n: number) => string;
  why: string;
  change: string;
  settings: string;
  page: {
    title: string;
    lead: (name: string) => string;
    often: Record<Often, string>;
    now: string;
    done: string;
    old: string;
  };
};

const en: Words = {
  groups: {
    'inbox-trouble': 'Inboxes in trouble',
    'webhook-off': 'Webhooks switched off',
    rising: 'What is starting',
    'fix-judged': 'What became of fixes',
    'issue-closed': 'Issues that were closed',
    'not-delivered': 'Not delivered',
    held: 'Answers that were held',
    mentioned: 'You were named',
    answered: 'Answers in your conversations',
    noted: 'Notes in your conversations',
    assigned: 'Assigned to you',
    woke: 'Snoozed until now',
    new: 'New conversations',
    'team-answered': 'Answers nobody has taken',
    'team-assigned': 'Assigned to your team',
  },
  subject: (n, name) => `${n} ${n === 1 ? 'thing waits' : 'things wait'} for you in ${name}`,
  more: (n) => `and ${n} more`,
  why: 'You chose to hear of these together.',
  change: 'Hear of them more or less often, with one press:',
  settings: 'Change what you hear of:',
  page: {
    title: 'How often should this mail come?',
    lead: (name) => `For ${name}. No need to sign in.`,
    often: {
      daily: 'Once a day, at 9:00',
      twice: 'Twice a day, at 9:00 and 16:00',
      weekdays: 'Monday to Friday, at 9:00',
      weekly: 'On Mondays, at 9:00',
      never: 'Not at all',
    },
    now: 'as it is now',
    done: 'Done. It is so from now on.',
    old: 'This link is not valid any more. Take the one in your latest mail, or change it in the settings.',
  },
};
const de: Words = {
  groups: {
    'inbox-trouble': 'Postfächer mit Störung',
    'webhook-off': 'Abgeschaltete Webhooks',
    rising: 'Was gerade beginnt',
    'fix-judged': 'Was aus Behebungen wurde',
    'issue-closed': 'Geschlossene Issues',
    'not-delivered': 'Nicht zugestellt',
    held: 'Angehaltene Antworten',
    mentioned: 'Sie wurden genannt',
    answered: 'Antworten in Ihren Gesprächen',
    noted: 'Notizen in Ihren Gesprächen',
    assigned: 'Ihnen zugewiesen',
    woke: 'Wieder da',
    new: 'Neue Gespräche',
    'team-answered': 'Antworten, die niemand hat',
    'team-assigned': 'Ihrem Team zugewiesen',
  },
  subject: (n, name) => `${n} ${n === 1 ? 'Sache wartet' : 'Sachen warten'} auf Sie in ${name}`,
  more: (n) => `und ${n} weitere`,
  why: 'Sie wollten davon gesammelt hören.',
  change: 'Öfter oder seltener, mit einem Klick:',
  settings: 'Ändern, wovon Sie hören:',
  page: {
    title: 'Wie oft soll diese Mail kommen?',
    lead: (name) => `Für ${name}. Anmelden ist nicht nötig.`,
    often: {
      daily: 'Einmal am Tag, um 9:00',
      twice: 'Zweimal am Tag, um 9:00 und 16:00',
      weekdays: 'Montag bis Freitag, um 9:00',
      weekly: 'Montags, um 9:00',
      never: 'Gar nicht',
    },
    now: 'so ist es jetzt',
    done: 'Erledigt. So ist es von jetzt an.',
    old: 'Dieser Link gilt nicht mehr. Nehmen Sie den aus der letzten Mail, oder ändern Sie es in den Einstellungen.',
  },
};
const fr: Words = {
  groups: {
    'inbox-trouble': 'Boîtes en difficulté',
    'webhook-off': 'Webhooks désactivés',
    rising: 'Ce qui commence',
    'fix-judged': 'Ce que sont devenues les corrections',
    'issue-closed': 'Tickets fermés',
    'not-delivered': 'Non remis',
    held: 'Réponses retenues',
    mentioned: 'Vous avez été cité',
    answered: 'Réponses dans vos conversations',
    noted: 'Notes dans vos conversations',
    assigned: 'Assignées à vous',
    woke: 'De retour',
    new: 'Nouvelles conversations',
    'team-answered': 'Réponses que personne n’a prises',
    'team-assigned': 'Assignées à votre équipe',
  },
  subject: (n, name) => `${n} ${n === 1 ? 'chose vous attend' : 'choses vous attendent'} dans ${name}`,
  more: (n) => `et ${n} de plus`,
  why: 'Vous avez choisi de les recevoir ensemble.',
  change: 'Plus ou moins souvent, en un clic :',
  settings: 'Choisir ce que vous recevez :',
  page: {
    title: 'À quelle fréquence ce mail doit-il arriver ?',
    lead: (name) => `Pour ${name}. Inutile de se connecter.`,
    often: {
      daily: 'Une fois par jour, à 9:00',
      twice: 'Deux fois par jour, à 9:00 et 16:00',
      weekdays: 'Du lundi au vendredi, à 9:00',
      weekly: 'Le lundi, à 9:00',
      never: 'Jamais',
    },
    now: 'comme maintenant',
    done: 'C’est fait. Il en est ainsi désormais.',
    old: 'Ce lien n’est plus valable. Prenez celui de votre dernier mail, ou changez cela dans les réglages.',
  },
};
const es: Words = {
  groups: {
    'inbox-trouble': 'Buzones con problemas',
    'webhook-off': 'Webhooks desactivados',
    rising: 'Lo que está empezando',
    'fix-judged': 'Qué fue de las correcciones',
    'issue-closed': 'Incidencias cerradas',
    'not-delivered': 'No entregado',
    held: 'Respuestas retenidas',
    mentioned: 'Te han nombrado',
    answered: 'Respuestas en tus conversaciones',
    noted: 'Notas en tus conversaciones',
    assigned: 'Asignadas a ti',
    woke: 'De vuelta',
    new: 'Conversaciones nuevas',
    'team-answered': 'Respuestas que nadie ha tomado',
    'team-assigned': 'Asignadas a tu equipo',
  },
  subject: (n, name) => `${n} ${n === 1 ? 'cosa te espera' : 'cosas te esperan'} en ${name}`,
  more: (n) => `y ${n} más`,
  why: 'Elegiste recibirlas juntas.',
  change: 'Más o menos a menudo, con un clic:',
  settings: 'Cambiar lo que recibes:',
  page: {
    title: '¿Con qué frecuencia debe llegar este correo?',
    lead: (name) => `Para ${name}. No hace falta iniciar sesión.`,
    often: {
      daily: 'Una vez al día, a las 9:00',
      twice: 'Dos veces al día, a las 9:00 y a las 16:00',
      weekdays: 'De lunes a viernes, a las 9:00',
      weekly: 'Los lunes, a las 9:00',
      never: 'Nunca',
    },
    now: 'como ahora',
    done: 'Hecho. Así será a partir de ahora.',
    old: 'Este enlace ya no es válido. Usa el de tu último correo o cámbialo en los ajustes.',
  },
};
const pt: Words = {
  groups: {
    'inbox-trouble': 'Caixas com problemas',
    'webhook-off': 'Webhooks desativados',
    rising: 'O que está começando',
    'fix-judged': 'O que aconteceu com as correções',
    'issue-closed': 'Issues fechadas',
    'not-delivered': 'Não entregue',
    held: 'Respostas retidas',
    mentioned: 'Você foi citado',
    answered: 'Respostas nas suas conversas',
    noted: 'Notas nas suas conversas',
    assigned: 'Atribuídas a você',
    woke: 'De volta',
    new: 'Conversas novas',
    'team-answered': 'Respostas que ninguém assumiu',
    'team-assigned': 'Atribuídas à sua equipe',
  },
  subject: (n, name) => `${n} ${n === 1 ? 'coisa espera' : 'coisas esperam'} por você em ${name}`,
  more: (n) => `e mais ${n}`,
  why: 'Você escolheu receber tudo junto.',
  change: 'Com mais ou menos frequência, com um clique:',
  settings: 'Mudar o que você recebe:',
  page: {
    title: 'Com que frequência este e-mail deve chegar?',
    lead: (name) => `Para ${name}. Não é preciso entrar.`,
    often: {
      daily: 'Uma vez por dia, às 9:00',
      twice: 'Duas vezes por dia, às 9:00 e às 16:00',
      weekdays: 'De segunda a sexta, às 9:00',
      weekly: 'Às segundas, às 9:00',
      never: 'Nunca',
    },
    now: 'como está agora',
    done: 'Feito. Será assim a partir de agora.',
    old: 'Este link não vale mais. Use o do seu último e-mail ou mude nas configurações.',
  },
};
const ja: Words = {
  groups: {
    'inbox-trouble': '問題のある受信箱',
    'webhook-off': '無効になった Webhook',
    rising: '起こり始めていること',
    'fix-judged': '修正の結果',
    'issue-closed': 'クローズされた課題',
    'not-delivered': '届かなかったメッセージ',
    held: '保留された返信',
    mentioned: 'あなたへのメンション',
    answered: '担当中の会話への返信',
    noted: '担当中の会話のメモ',
    assigned: 'あなたに割り当て',
    woke: 'スヌーズ終了',
    new: '新しい会話',
    'team-answered': '担当者のいない返信',
    'team-assigned': 'チームに割り当て',
  },
  subject: (n, name) => `${name}：${n} 件がお待ちしています`,
  more: (n) => `ほか ${n} 件`,
  why: 'まとめて受け取る設定になっています。',
  change: '頻度をワンクリックで変更：',
  settings: '受け取る内容を変更：',
  page: {
    title: 'このメールをどのくらいの頻度で受け取りますか？',
    lead: (name) => `${name} さんの設定です。サインインは不要です。`,
    often: {
      daily: '1日1回（9:00）',
      twice: '1日2回（9:00 と 16:00）',
      weekdays: '月曜から金曜（9:00）',
      weekly: '毎週月曜（9:00）',
      never: '受け取らない',
    },
    now: '現在の設定',
    done: '変更しました。これからこの設定になります。',
    old: 'このリンクは無効です。最新のメールのリンクを使うか、設定画面で変更してください。',
  },
};
const ar: Words = {
  groups: {
    'inbox-trouble': 'صناديق فيها خلل',
    'webhook-off': 'خطافات ويب متوقفة',
    rising: 'ما بدأ الآن',
    'fix-judged': 'ما آلت إليه الإصلاحات',
    'issue-closed': 'التذاكر المغلقة',
    'not-delivered': 'لم يتم تسليمها',
    held: 'ردود موقوفة',
    mentioned: 'ذُكر اسمك',
    answered: 'ردود في محادثاتك',
    noted: 'ملاحظات في محادثاتك',
    assigned: 'أُسندت إليك',
    woke: 'عادت الآن',
    new: 'محادثات جديدة',
    'team-answered': 'ردود لم يتولّها أحد',
    'team-assigned': 'أُسندت إلى فريقك',
  },
  subject: (n, name) => `أمور تنتظرك في ${name}: ${n}`,
  more: (n) => `وأخرى: ${n}`,
  why: 'اخترت أن تصلك هذه الأمور مجتمعة.',
  change: 'أكثر أو أقل، بضغطة واحدة:',
  settings: 'تغيير ما يصلك:',
  page: {
    title: 'كم مرة تريد أن يصلك هذا البريد؟',
    lead: (name) => `لأجل ${name}. لا حاجة إلى تسجيل الدخول.`,
    often: {
      daily: 'مرة في اليوم، الساعة 9:00',
      twice: 'مرتين في اليوم، الساعة 9:00 و16:00',
      weekdays: 'من الاثنين إلى الجمعة، الساعة 9:00',
      weekly: 'كل يوم اثنين، الساعة 9:00',
      never: 'لا أريده',
    },
    now: 'كما هو الآن',
    done: 'تم. سيكون كذلك من الآن فصاعدًا.',
    old: 'هذا الرابط لم يعد صالحًا. استخدم رابط آخر بريد وصلك، أو غيّر ذلك في الإعدادات.',
  },
};
const all: Record<string, Words> = { en, de, fr, es, pt, ja, ar };

/** In the language of the reader, or in English; `language` and `direction` are what the page then says of itself. */
export function digestWords(wanted: string): Words & { language: string; direction: 'ltr' | 'rtl' } {
  const base = wanted.toLowerCase().split('-')[0] ?? 'en';
  const language = all[base] ? base : 'en';
  return { ...(all[language] ?? en), language, direction: language === 'ar' ? 'rtl' : 'ltr' };
}
