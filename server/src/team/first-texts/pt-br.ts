import type { MailText } from '../mail-texts.ts';

export const ptBR = {
  invitation: {
    subject: 'Entre em {{workspace.name}} no Hearten',
    body: 'Olá, {{person.name}},\n\n{{inviter.name}} convida você para trabalhar em {{workspace.name}}. Abra este link para escolher uma senha e começar:\n\n{{link}}\n\nEle funciona uma única vez, por {{days}} dias. Se você não o esperava, deixe-o de lado: nada acontece.',
  },
  'password-reset': {
    subject: 'Escolha uma nova senha',
    body: 'Olá, {{person.name}},\n\nalguém, esperamos que você, pediu uma nova senha para o Hearten. Abra este link para escolher uma:\n\n{{link}}\n\nEle funciona uma única vez, por {{minutes}} minutos. Se não foi você, sua senha continua como está e não é preciso fazer nada.',
  },
  'password-changed': {
    subject: 'Sua senha foi alterada',
    body: 'Olá, {{person.name}},\n\na senha do seu acesso ao Hearten foi alterada em {{time}}, e todas as outras sessões abertas com ela foram encerradas.\n\n{{ways}}\n\nSe não foi você, peça já uma nova senha na página de entrada e avise um proprietário do seu espaço de trabalho.',
  },
  acknowledgement: {
    subject: 'Recebemos sua mensagem (#{{conversation.number}})',
    body: 'Obrigado por escrever para {{workspace.name}}. Sua mensagem chegou com o número {{conversation.number}}, e uma pessoa vai respondê-la.\n\nPara acrescentar algo, responda a este e-mail.',
  },
  'form-acknowledgement': {
    subject: 'Recebemos sua mensagem (#{{conversation.number}})',
    body: 'Obrigado por escrever para {{workspace.name}}. Sua mensagem chegou com o número {{conversation.number}} e uma pessoa vai respondê-la.\n\n{{hours}}\n\nPara acrescentar algo, responda a este e-mail. Se não foi você quem escreveu, não precisa fazer nada.',
  },
  'inbox-trouble': {
    subject: '{{inbox.address}} precisa de você: o Hearten não consegue usar esta caixa postal',
    body: 'Olá, {{person.name}},\n\ndesde {{since}} algo está errado com {{inbox.address}} em {{workspace.name}}:\n\n{{text}}\n\nAqui é possível corrigir:\n\n{{link}}\n\nO Hearten continua tentando e escreve de novo uma vez por dia enquanto durar.',
  },
  notification: {
    subject: '{{title}}',
    body: 'Olá, {{person.name}},\n\n{{title}}\n\n{{text}}\n\n{{link}}',
  },
} satisfies Record<string, MailText>;
