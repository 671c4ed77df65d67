import type { MailText } from '../mail-texts.ts';

export const es = {
  invitation: {
    subject: 'Únete a {{workspace.name}} en Hearten',
    body: 'Hola, {{person.name}}:\n\n{{inviter.name}} te invita a trabajar en {{workspace.name}}. Abre este enlace para elegir una contraseña y empezar:\n\n{{link}}\n\nFunciona una sola vez, durante {{days}} días. Si no lo esperabas, déjalo estar: no pasará nada.',
  },
  'password-reset': {
    subject: 'Elige una contraseña nueva',
    body: 'Hola, {{person.name}}:\n\nalguien, esperamos que tú, pidió una contraseña nueva para Hearten. Abre este enlace para elegirla:\n\n{{link}}\n\nFunciona una sola vez, durante {{minutes}} minutos. Si no fuiste tú, tu contraseña queda como está y no tienes que hacer nada.',
  },
  'password-changed': {
    subject: 'Se cambió tu contraseña',
    body: 'Hola, {{person.name}}:\n\nla contraseña de tu acceso a Hearten se cambió el {{time}}, y se cerraron las demás sesiones abiertas con ella.\n\n{{ways}}\n\nSi no fuiste tú, pide enseguida una contraseña nueva en la página de acceso y avisa a un propietario de tu espacio de trabajo.',
  },
  acknowledgement: {
    subject: 'Hemos recibido su mensaje (#{{conversation.number}})',
    body: 'Gracias por escribir a {{workspace.name}}. Su mensaje ha llegado con el número {{conversation.number}} y una persona le responderá.\n\nPara añadir algo, responda a este correo.',
  },
  'form-acknowledgement': {
    subject: 'Hemos recibido su mensaje (#{{conversation.number}})',
    body: 'Gracias por escribir a {{workspace.name}}. Su mensaje ha llegado con el número {{conversation.number}} y una persona le responderá.\n\n{{hours}}\n\nPara añadir algo, responda a este correo. Si no fue usted quien escribió, no tiene que hacer nada.',
  },
  'inbox-trouble': {
    subject: '{{inbox.address}} te necesita: Hearten no puede trabajar con este buzón',
    body: 'Hola, {{person.name}}:\n\ndesde {{since}} algo no va bien con {{inbox.address}} en {{workspace.name}}:\n\n{{text}}\n\nAquí se puede arreglar:\n\n{{link}}\n\nHearten sigue intentándolo y vuelve a escribir una vez al día mientras dure.',
  },
  notification: {
    subject: '{{title}}',
    body: 'Hola, {{person.name}}:\n\n{{title}}\n\n{{text}}\n\n{{link}}',
  },
} satisfies Record<string, MailText>;
