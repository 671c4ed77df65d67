/** Where an action belongs; the sheet and the settings are grouped by it. */
export const sections = {
  conversation: 'With a conversation',
  list: 'In the list',
  go: 'Go to',
  writing: 'While writing',
  everywhere: 'Everywhere',
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
  reply: { words: 'Reply', section: 'conversation', keys: 'r', also: 'answer respond write' },
  note: { words: 'Note to the team', section: 'conversation', keys: 'n', also: 'internal comment private' },
  forward: { words: 'Forward a message', section: 'conversation', keys: 'f', also: 'pass on' },
  assign: { words: 'Assign', section: 'conversation', keys: 'a', also: 'give hand over owner team person' },
  take: { words: 'Take it', section: 'conversation', keys: 'i', also: 'assign to me mine' },
  resolve: { words: 'Resolve', section: 'conversation', keys: 'e', also: 'done finish solve archive' },
  reopen: { words: 'Reopen', section: 'conversation', keys: 'E', also: 'open again' },
  snooze: { words: 'Snooze', section: 'conversation', keys: 's', also: 'later remind defer' },
  wait: { words: 'Wait for the customer', section: 'conversation', keys: 'w', also: 'pending waiting' },
  close: { words: 'Close for good', section: 'conversation', also: 'archive finish' },
  tag: { words: 'Tags', section: 'conversation', keys: 't', also: 'label tag' },
  priority: { words: 'Priority', section: 'conversation', keys: 'p', also: 'urgent high low important' },
  unread: { words: 'Mark as unread', section: 'conversation', keys: 'U', also: 'not read' },
  rename: { words: 'Change the subject', section: 'conversation', also: 'rename title' },
  merge: { words: 'Merge into another', section: 'conversation', keys: 'l m', also: 'join combine duplicate' },
  unmerge: { words: 'Take the merge back', section: 'conversation', also: 'unmerge undo' },
  split: { words: 'Split at the message in focus', section: 'conversation', keys: 'l s', also: 'divide separate' },
  splitOff: {
    words: 'Split off the message in focus alone',
    section: 'conversation',
    keys: 'l o',
    also: 'divide separate',
  },
  spam: { words: 'Spam', section: 'conversation', keys: '!', also: 'junk not spam' },
  block: { words: 'Spam, and block the sender', section: 'conversation', also: 'junk ban' },
  why: { words: 'Why is this spam, or not?', section: 'conversation', also: 'score reasons' },
  trash: { words: 'Trash', section: 'conversation', keys: '#', also: 'delete throw away bin' },
  deleteForGood: { words: 'Delete for good', section: 'conversation', also: 'erase destroy' },
  customer: { words: 'The customer', section: 'conversation', keys: '.', also: 'panel details who' },
  nextMessage: { words: 'Next message', section: 'conversation', keys: ']', repeats: true, bare: true },
  previousMessage: { words: 'Previous message', section: 'conversation', keys: '[', repeats: true, bare: true },
  unfold: { words: 'Open or fold all messages', section: 'conversation', keys: ';', also: 'expand collapse' },

  next: { words: 'Next conversation', section: 'list', keys: 'j', always: ['ArrowDown'], repeats: true, bare: true },
  previous: {
    words: 'Previous conversation',
    section: 'list',
    keys: 'k',
    always: ['ArrowUp'],
    repeats: true,
    bare: true,
  },
  open: { words: 'Open', section: 'list', keys: 'o', always: ['Enter'], bare: true },
  back: { words: 'Back to the list', section: 'list', keys: 'u', always: ['Escape'], bare: true },
  select: { words: 'Select', section: 'list', keys: 'x', also: 'mark choose many bulk' },
  selectShown: { words: 'Select all shown', section: 'list', keys: 'X', also: 'mark everything many bulk' },
  filter: { words: 'Filter the list', section: 'list', keys: 'F', also: 'narrow operators find' },
  compose: { words: 'Write to someone', section: 'list', keys: 'c', also: 'new conversation compose mail' },

  goOpen: { words: 'Open', section: 'go', keys: 'g i', also: 'inbox view' },
  goMine: { words: 'Mine', section: 'go', keys: 'g m', also: 'assigned to me view' },
  goUnassigned: { words: 'Unassigned', section: 'go', keys: 'g u', also: 'nobody view' },
  goMentions: { words: 'Mentions', section: 'go', keys: 'g @', also: 'named me at view' },
  goWaiting: { words: 'Waiting', section: 'go', keys: 'g w', also: 'pending view' },
  goSnoozed: { words: 'Snoozed', section: 'go', keys: 'g z', also: 'later view' },
  goScheduled: { words: 'Scheduled', section: 'go', keys: 'g l', also: 'send later view' },
  goResolved: { words: 'Resolved', section: 'go', keys: 'g e', also: 'done solved view' },
  goAll: { words: 'All', section: 'go', keys: 'g a', also: 'everything view' },
  goSpam: { words: 'Spam folder', section: 'go', keys: 'g !', also: 'junk view' },
  goTrash: { words: 'Trash folder', section: 'go', keys: 'g #', also: 'deleted bin view' },
  goCustomers: { words: 'Customers', section: 'go', keys: 'g c', also: 'people contacts' },
  goNotifications: { words: 'Notifications', section: 'go', keys: 'g n', also: 'bell alerts' },
  goSettings: { words: 'Settings', section: 'go', keys: 'g ,', also: 'preferences options' },
  search: { words: 'Search', section: 'go', keys: '/', also: 'find' },

  send: { words: 'Send', section: 'writing', keys: 'Mod+Enter' },
  sendResolve: { words: 'Send and resolve', section: 'writing', keys: 'Mod+Shift+Enter' },
  sendLater: { words: 'Send later', section: 'writing', keys: 'Mod+Shift+l', also: 'schedule' },
  replyOrNote: { words: 'Reply or note', section: 'writing', keys: 'Mod+Shift+n' },
  attach: { words: 'Attach a file', section: 'writing', keys: 'Mod+Shift+a', also: 'upload picture' },
  leaveText: { words: 'Leave the text, keep the draft', section: 'writing', always: ['Escape'], bare: true },

  palette: { words: 'Do or find anything', section: 'everywhere', keys: 'Mod+k', bare: true },
  sheet: { words: 'Every key', section: 'everywhere', keys: '?', always: ['Mod+/'], also: 'shortcuts keyboard help' },
  undo: { words: 'Take back the last action', section: 'everywhere', keys: 'z', also: 'undo' },
} as const satisfies Record<string, About>;

export type ActionId = keyof typeof catalogue;
export const actionIds = Object.keys(catalogue) as ActionId[];
export const about = (id: ActionId): About => catalogue[id];
