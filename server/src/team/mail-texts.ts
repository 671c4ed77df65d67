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
    variables: ['person.name', 'time'],
    texts: {
      en: {
        subject: 'Your password was changed',
        body: 'Hello {{person.name}},\n\nthe password of your sign-in to Hearten was changed on {{time}}, and everyone signed in with it elsewhere was signed out.\n\nIf it was not you, ask at once for a new password on the sign-in page, and tell an owner of your workspace.',
      },
      de: {
        subject: 'Ihr Passwort wurde geändert',
        body: 'Guten Tag {{person.name}},\n\ndas Passwort Ihrer Anmeldung bei Hearten wurde am {{time}} geändert; wer anderswo damit angemeldet war, wurde abgemeldet.\n\nWaren Sie es nicht, fordern Sie auf der Anmeldeseite sofort ein neues Passwort an und sagen Sie es jemandem, dem der Arbeitsbereich gehört.',
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

/** The first text in a language, or in English. */
export function firstText(name: MailName, language: string): MailText {
  const texts: Record<string, MailText> & { en: MailText } = mails[name].texts;
  return texts[language.toLowerCase().split('-')[0] as string] ?? texts.en;
}
