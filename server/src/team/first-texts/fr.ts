import type { MailText } from '../mail-texts.ts';

export const fr = {
  invitation: {
    subject: 'Rejoignez {{workspace.name}} sur Hearten',
    body: 'Bonjour {{person.name}},\n\n{{inviter.name}} vous invite à travailler dans {{workspace.name}}. Ouvrez ce lien pour choisir un mot de passe et commencer :\n\n{{link}}\n\nIl fonctionne une seule fois, pendant {{days}} jours. Si vous ne l’attendiez pas, laissez-le de côté : il ne se passera rien.',
  },
  'password-reset': {
    subject: 'Choisissez un nouveau mot de passe',
    body: 'Bonjour {{person.name}},\n\nquelqu’un, vous-même nous l’espérons, a demandé un nouveau mot de passe pour Hearten. Ouvrez ce lien pour en choisir un :\n\n{{link}}\n\nIl fonctionne une seule fois, pendant {{minutes}} minutes. Si ce n’était pas vous, votre mot de passe reste tel quel et vous n’avez rien à faire.',
  },
  'password-changed': {
    subject: 'Votre mot de passe a été modifié',
    body: 'Bonjour {{person.name}},\n\nle mot de passe de votre accès à Hearten a été modifié le {{time}}, et toutes les autres sessions ouvertes avec lui ont été fermées.\n\n{{ways}}\n\nSi ce n’était pas vous, demandez tout de suite un nouveau mot de passe sur la page de connexion et prévenez un propriétaire de votre espace de travail.',
  },
  acknowledgement: {
    subject: 'Nous avons bien reçu votre message (#{{conversation.number}})',
    body: 'Merci d’avoir écrit à {{workspace.name}}. Votre message est arrivé sous le numéro {{conversation.number}}, et une personne y répondra.\n\nPour ajouter quelque chose, répondez à cet e-mail.',
  },
  'form-acknowledgement': {
    subject: 'Nous avons bien reçu votre message (#{{conversation.number}})',
    body: 'Merci d’avoir écrit à {{workspace.name}}. Votre message est arrivé sous le numéro {{conversation.number}}, et une personne y répondra.\n\n{{hours}}\n\nPour ajouter quelque chose, répondez à cet e-mail. Si ce n’est pas vous qui avez écrit, vous n’avez rien à faire.',
  },
  'inbox-trouble': {
    subject: '{{inbox.address}} a besoin de vous : Hearten ne peut pas utiliser cette boîte',
    body: 'Bonjour {{person.name}},\n\ndepuis {{since}}, quelque chose ne va pas avec {{inbox.address}} dans {{workspace.name}} :\n\n{{text}}\n\nC’est ici que cela se corrige :\n\n{{link}}\n\nHearten continue d’essayer et vous écrit une fois par jour tant que cela dure.',
  },
  notification: {
    subject: '{{title}}',
    body: 'Bonjour {{person.name}},\n\n{{title}}\n\n{{text}}\n\n{{link}}',
  },
} satisfies Record<string, MailText>;
