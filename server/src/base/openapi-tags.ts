/** The chapters of the API, and the first words of the addresses in each. */
export const tags: { name: string; description: string; paths: string[] }[] = [
  {
    name: 'Conversations',
    description:
      'What customers write and what is answered: lists, search, replies, notes, and all that is done to them.',
    paths: ['conversations', 'messages', 'views', 'saved-views', 'search', 'tags', 'spam', 'bulk', 'today', 'tone'],
  },
  { name: 'Snippets', description: 'Prepared answers and macros.', paths: ['snippets', 'macros'] },
  {
    name: 'Customers',
    description: 'Who writes, the companies they are of, and whose mail is blocked or always let in.',
    paths: ['customers', 'customer-notes', 'companies', 'customer-fields', 'blocked-senders', 'allowed-senders'],
  },
  {
    name: 'Inboxes',
    description:
      'Where mail comes in and leaves: mailboxes, domains, providers, archives, and mail that could not be read.',
    paths: ['inboxes', 'imports', 'domains', 'dkim-keys', 'mail-providers', 'mailbox-sign-ins', 'quarantine'],
  },
  {
    name: 'Live chat',
    description:
      'Chats for websites: how each looks, where it is shown, and the keys by which your server vouches for visitors.',
    paths: ['chats', 'chat-keys', 'attendance', 'blocked-visitors', 'visitors'],
  },
  {
    name: 'Problems',
    description: 'What customers could not do, which conversations were about it, and what is done so that it ends.',
    paths: [
      'problems',
      'wishes',
      'filing-audit',
      'unfiled-conversations',
      'clusters',
      'rises',
      'mailings',
      'unsubscriptions',
      'active-customers',
    ],
  },
  {
    name: 'Reports',
    description:
      'How customers left, what was in their way, and how long they waited. Every number has its conversations.',
    paths: ['restored', 'removed', 'speed', 'surveys', 'praise'],
  },
  { name: 'Files', description: 'Files for answers and notes.', paths: ['uploads'] },
  { name: 'Events', description: 'What happens, as it happens.', paths: ['events'] },
  {
    name: 'Webhooks',
    description: 'Addresses of yours that are told what happens, as Standard Webhooks have it.',
    paths: ['webhooks', 'webhook-deliveries', 'trackers'],
  },
  { name: 'Web forms', description: 'Forms on websites whose messages come to an inbox.', paths: ['forms'] },
  {
    name: 'Hours',
    description: 'When the team works: weeks, holidays, calendars, whose hours hold where, and working time.',
    paths: ['hours'],
  },
  { name: 'Notifications', description: 'What a person hears of, and how.', paths: ['notifications'] },
  {
    name: 'Team',
    description: 'People, teams, invitations and API keys.',
    paths: ['people', 'teams', 'invitations', 'api-keys', 'sign-in-providers'],
  },
  {
    name: 'Workspace',
    description: 'What holds for everyone: its name, its brand, its mails, and what is kept of it.',
    paths: [
      'workspace',
      'system-mails',
      'brand',
      'first-steps',
      'practice',
      'sample',
      'audit',
      'retention',
      'mood-model',
      'erasures',
      'exports',
      'data',
      'storage',
      'backups',
      'secrets',
      'release',
    ],
  },
  {
    name: 'Sign-in',
    description: 'Setting up, signing in and out, and what is a person’s own.',
    paths: ['setup', 'sign-in', 'sign-out', 'sign-in-providers', 'me', 'password-resets'],
  },
];

const byPath = new Map(tags.flatMap(({ name, paths }) => paths.map((path): [string, string] => [path, name])));
export const tagOf = (path: string): string => byPath.get(path.split('/')[1] ?? '') ?? 'Workspace';
