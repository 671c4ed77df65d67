import { t } from '../language/index.ts';
/** Where an action belongs; the sheet and the settings are grouped by it. */
export const sections = {
  conversation: t('With a conversation'),
  list: t('In the list'),
  go: t('Go to'),
  writing: t('While writing'),
  everywhere: t('Everywhere'),
} as const;
export type Section = keyof typeof sections;

export type About = {
  words: string;
  section: Section;
  /** `j`, `#`, `U`, `Mod+Enter`, or two keys in a row: `g i`. A person may choose another; none means: palette and buttons only. */
  keys?: string;
  /** Keys that are no letters and stay whatever one chooses. */
  always?: readonly string[];
  /** Other words people type when they look for it. */
  also?: string;
  /** Held down, it goes on. Nothing that changes something does. */
  repeats?: true;
  /** Makes no sense as a line of the palette: it moves what one looks at, or is the palette. */
  bare?: true;
};

/** Every action of the app, once: buttons, keys, palette, sheet and settings read it here. */
export const catalogue = {
  reply: { words: t('Reply'), section: 'conversation', keys: 'r', also: t('answer respond write') },
  note: { words: t('Note to the team'), section: 'conversation', keys: 'n', also: t('internal comment private') },
  forward: { words: t('Forward a message'), section: 'conversation', keys: 'f', also: t('pass on') },
  assign: { words: t('Assign'), section: 'conversation', keys: 'a', also: t('give hand over owner team person') },
  take: { words: t('Take it'), section: 'conversation', keys: 'i', also: t('assign to me mine') },
  move: {
    words: t('Move to another inbox or team'),
    section: 'conversation',
    keys: 'v',
    also: t('transfer mailbox department'),
  },
  transfer: {
    words: t('Hand over with a note'),
    section: 'conversation',
    keys: 'V',
    also: t('transfer give pass colleague team inbox'),
  },
  otherWay: {
    words: t('Go on by mail, or in the chat'),
    section: 'conversation',
    keys: 'l v',
    also: t('channel switch move email live'),
  },
  abuse: {
    words: t('Against abuse'),
    section: 'conversation',
    keys: 'l b',
    also: t('lead pause block ban visitor insult threat'),
  },
  resolve: { words: t('Resolve'), section: 'conversation', keys: 'e', also: t('done finish solve archive') },
  reopen: { words: t('Reopen'), section: 'conversation', keys: 'E', also: t('open again') },
  snooze: { words: t('Snooze'), section: 'conversation', keys: 's', also: t('later remind defer') },
  wait: { words: t('Wait for the customer'), section: 'conversation', keys: 'w', also: t('pending waiting') },
  close: { words: t('Close for good'), section: 'conversation', also: t('archive finish') },
  tag: { words: t('Tags'), section: 'conversation', keys: 't', also: t('label tag') },
  priority: { words: t('Priority'), section: 'conversation', keys: 'p', also: t('urgent high low important') },
  macro: {
    words: t('Run a macro'),
    section: 'conversation',
    keys: 'm',
    also: t('canned reply automation snippet template'),
  },
  file: {
    words: t('File as suggested'),
    section: 'conversation',
    keys: 'd',
    also: t('problem reason cause category'),
  },
  fileAs: {
    words: t('What was it about?'),
    section: 'conversation',
    keys: 'D',
    also: t('problem question praise one-off reason cause file'),
  },
  unread: { words: t('Mark as unread'), section: 'conversation', keys: 'U', also: t('not read') },
  rename: { words: t('Change the subject'), section: 'conversation', also: t('rename title') },
  merge: { words: t('Merge into another'), section: 'conversation', keys: 'l m', also: t('join combine duplicate') },
  unmerge: { words: t('Take the merge back'), section: 'conversation', also: t('unmerge undo') },
  split: {
    words: t('Split at the message in focus'),
    section: 'conversation',
    keys: 'l s',
    also: t('divide separate'),
  },
  splitOff: {
    words: t('Split off the message in focus alone'),
    section: 'conversation',
    keys: 'l o',
    also: t('divide separate'),
  },
  relate: { words: t('Link with another'), section: 'conversation', keys: 'l l', also: t('see also related connect') },
  child: { words: t('Begin a child'), section: 'conversation', keys: 'l t', also: t('task delegate part subticket') },
  parent: {
    words: t('Make it a child of another'),
    section: 'conversation',
    keys: 'l p',
    also: t('parent incident attach'),
  },
  aside: {
    words: t('Write to someone beside the customer'),
    section: 'conversation',
    keys: 'l a',
    also: t('side conversation supplier third ask'),
  },
  followUp: { words: t('Follow it up'), section: 'conversation', keys: 'l f', also: t('new conversation again') },
  spam: { words: t('Spam'), section: 'conversation', keys: '!', also: t('junk not spam') },
  block: { words: t('Spam, and block the sender'), section: 'conversation', also: t('junk ban') },
  why: { words: t('Why is this spam, or not?'), section: 'conversation', also: t('score reasons') },
  trash: {
    words: t('Trash'),
    section: 'conversation',
    keys: '#',
    always: ['Delete'],
    also: t('delete throw away bin'),
  },
  deleteForGood: { words: t('Delete for good'), section: 'conversation', also: t('erase destroy') },
  customer: { words: t('The customer'), section: 'conversation', keys: '.', also: t('panel details who') },
  mergeCustomer: {
    words: t('Merge the customer with another'),
    section: 'conversation',
    keys: 'l c',
    also: t('duplicate same person join'),
  },
  noteCustomer: { words: t('Note about the customer'), section: 'conversation', keys: 'l n', also: t('remember') },
  nextMessage: {
    words: t('Next message'),
    section: 'conversation',
    keys: ']',
    always: [')'],
    repeats: true,
    bare: true,
  },
  previousMessage: {
    words: t('Previous message'),
    section: 'conversation',
    keys: '[',
    always: ['('],
    repeats: true,
    bare: true,
  },
  unfold: { words: t('Open or fold all messages'), section: 'conversation', keys: ';', also: t('expand collapse') },
  jumpToNew: {
    words: t('Go to what is new'),
    section: 'conversation',
    keys: 'N',
    also: t('unread jump latest end bottom'),
  },
  copyLink: {
    words: t('Copy the link to a message'),
    section: 'conversation',
    keys: 'y',
    also: t('address share url'),
  },
  print: { words: t('Print the conversation'), section: 'conversation', keys: 'P', also: t('paper pdf') },

  next: { words: t('Next conversation'), section: 'list', keys: 'j', always: ['ArrowDown'], repeats: true, bare: true },
  previous: {
    words: t('Previous conversation'),
    section: 'list',
    keys: 'k',
    always: ['ArrowUp'],
    repeats: true,
    bare: true,
  },
  open: { words: t('Open the conversation'), section: 'list', keys: 'o', always: ['Enter'], bare: true },
  back: { words: t('Back to the list'), section: 'list', keys: 'u', always: ['Escape'], bare: true },
  select: { words: t('Select'), section: 'list', keys: 'x', also: t('mark choose many bulk') },
  saveView: { words: t('Save as a view'), section: 'list', also: t('keep this filter') },
  selectShown: { words: t('Select all shown'), section: 'list', keys: 'X', also: t('mark everything many bulk') },
  filter: { words: t('Filter the list'), section: 'list', keys: 'F', also: t('narrow operators find') },
  zoneList: { words: t('The list: show or hide'), section: 'list', keys: '>', also: t('collapse focus zone') },
  compose: { words: t('Write to someone'), section: 'list', keys: 'c', also: t('new conversation compose mail') },

  goOpen: { words: t('Open'), section: 'go', keys: 'g i', also: t('inbox view') },
  goMine: { words: t('Mine'), section: 'go', keys: 'g m', also: t('assigned to me view') },
  goUnassigned: { words: t('Unassigned'), section: 'go', keys: 'g u', also: t('nobody view') },
  goMentions: { words: t('Mentions'), section: 'go', keys: 'g o', always: ['g @'], also: t('named me at view') },
  goWaiting: { words: t('Waiting'), section: 'go', keys: 'g w', also: t('pending view') },
  goSnoozed: { words: t('Snoozed'), section: 'go', keys: 'g z', also: t('later view') },
  goScheduled: { words: t('Scheduled'), section: 'go', keys: 'g l', also: t('send later view') },
  goResolved: { words: t('Resolved'), section: 'go', keys: 'g e', also: t('done solved view') },
  goAll: { words: t('All'), section: 'go', keys: 'g a', also: t('everything view') },
  goSpam: { words: t('Spam folder'), section: 'go', keys: 'g !', also: t('junk view') },
  goTrash: { words: t('Trash folder'), section: 'go', keys: 'g #', always: ['g t'], also: t('deleted bin view') },
  goCustomers: { words: t('Customers'), section: 'go', keys: 'g c', also: t('people contacts') },
  goHome: {
    words: t('Home'),
    section: 'go',
    keys: 'g h',
    also: t('restored report insights dashboard figures'),
  },
  goProblems: {
    words: t('Problems'),
    section: 'go',
    keys: 'g p',
    also: t('root cause reasons bugs feedback loop'),
  },
  goMailings: {
    words: t('Mailings'),
    section: 'go',
    keys: 'g f',
    also: t('tell everyone fixed news unsubscribed bulk'),
  },
  goSurveys: { words: t('Surveys'), section: 'go', keys: 'g y', also: t('csat nps ces feedback questions ask') },
  goPraise: { words: t('Praise'), section: 'go', also: t('word of mouth testimonial referral quote') },
  goNotifications: { words: t('Notifications'), section: 'go', keys: 'g n', also: t('bell alerts') },
  goSettings: { words: t('Settings'), section: 'go', keys: 'g ,', also: t('preferences options') },
  search: { words: t('Search'), section: 'go', keys: '/', also: t('find') },

  send: { words: t('Send'), section: 'writing', keys: 'Mod+Enter' },
  sendResolve: { words: t('Send and resolve'), section: 'writing', keys: 'Mod+Shift+Enter' },
  sendLater: { words: t('Send later'), section: 'writing', keys: 'Mod+Shift+l', also: t('schedule') },
  replyOrNote: { words: t('Reply or note'), section: 'writing', keys: 'Mod+Shift+n' },
  attach: { words: t('Attach a file'), section: 'writing', keys: 'Mod+Shift+a', also: t('upload picture') },
  bold: { words: t('Bold'), section: 'writing', keys: 'Mod+b', also: t('strong format') },
  italic: { words: t('Italic'), section: 'writing', keys: 'Mod+i', also: t('emphasis format') },
  underline: { words: t('Underline'), section: 'writing', keys: 'Mod+u', also: t('format') },
  numbers: { words: t('Numbered list'), section: 'writing', keys: 'Mod+Shift+7', also: t('ordered steps format') },
  bullets: { words: t('List of points'), section: 'writing', keys: 'Mod+Shift+8', also: t('bullets format') },
  quote: { words: t('Quote'), section: 'writing', keys: 'Mod+Shift+9', also: t('blockquote format') },
  code: { words: t('Code in a line'), section: 'writing', keys: 'Mod+Shift+m', also: t('monospace format') },
  codeBlock: { words: t('Block of code'), section: 'writing', also: t('preformatted format') },
  link: { words: t('Link'), section: 'writing', keys: 'Mod+Shift+k', also: t('address url') },
  leaveText: { words: t('Leave the text, keep the draft'), section: 'writing', always: ['Escape'], bare: true },

  zoneRail: {
    words: t('Views: wide or narrow'),
    section: 'everywhere',
    keys: '<',
    also: t('rail sidebar collapse hide'),
  },
  away: {
    words: t('Away, or back again'),
    section: 'everywhere',
    keys: 'A',
    also: t('absent break pause chats available status'),
  },
  palette: { words: t('Do or find anything'), section: 'everywhere', keys: 'Mod+k', bare: true },
  sheet: {
    words: t('Every key'),
    section: 'everywhere',
    keys: '?',
    always: ['Mod+/'],
    also: t('shortcuts keyboard help'),
  },
  undo: { words: t('Take back the last action'), section: 'everywhere', keys: 'z', also: t('undo') },
} as const satisfies Record<string, About>;

export type ActionId = keyof typeof catalogue;
export const actionIds = Object.keys(catalogue) as ActionId[];
export const about = (id: ActionId): About => catalogue[id];
