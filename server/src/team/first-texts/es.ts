import type { MailText } from '../mail-texts.ts';

export const es = {
  invitation: {
    subject: 'Únase a {{workspace.name}} en Hearten',
    body: 'Hola, {{person.name}}:\n\n{{inviter.name}} le invita a trabajar en {{workspace.name}}. Abra este enlace para elegir una contraseña y empezar:\n\n{{link}}\n\nFunciona una sola vez, durante {{days}} días. Si no lo esperaba, déjelo estar: no pasará nada.',
  },
  'password-reset': {
    subject: 'Elija una contraseña nueva',
    body: 'Hola, {{person.name}}:\n\nalguien, esperamos que usted, pidió una contraseña nueva para Hearten. Abra este enlace para elegirla:\n\n{{link}}\n\nFunciona una sola vez, durante {{minutes}} minutos. Si no fue usted, su contraseña queda como está y no tiene que hacer nada.',
  },
  'password-changed': {
    subject: 'Se cambió su contraseña',
    body: 'Hola, {{person.name}}:\n\nla contraseña de su acceso a Hearten se cambió el {{time}}, y se cerraron las demás sesiones abiertas con ella.\n\n{{ways}}\n\nSi no fue usted, pida enseguida una contraseña nueva en la página de acceso y avise a un propietario de su espacio de trabajo.',
  },
  acknowledgement: {
    subject: 'Hemos recibido su mensaje (#{{conversation.number}})',
    body: 'Gracias por escribir a {{workspace.name}}. Su mensaje ha llegado con el número {{conversation.number}} y una persona le responderá.\n\nPara añadir algo, responda a este correo.',
  },
  'form-acknowledgement': {
    subject: 'Hemos recibido tu mensaje (#{{conversation.number}})',
    body: 'Gracias por escribir a {{workspace.name}}. Tu mensaje ha llegado con el número {{conversation.number}} y una persona lo responderá.\n\n{{hours}}\n\nPara añadir algo, responde a este correo. Si no fuiste tú quien escribió, no tienes que hacer nada.',
  },
  'inbox-trouble': {
    subject: '{{inbox.address}} le necesita: Hearten no puede trabajar con este buzón',
    body: 'Hola, {{person.name}}:\n\ndesde {{since}} algo no va bien con {{inbox.address}} en {{workspace.name}}:\n\n{{text}}\n\nAquí se puede arreglar:\n\n{{link}}\n\nHearten sigue intentándolo y vuelve a escribir una vez al día mientras dure.',
  },
  notification: {
    subject: '{{title}}',
    body: 'Hola, {{person.name}}:\n\n{{title}}\n\n{{text}}\n\n{{link}}',
  },
} satisfies Record<string, MailText>;
