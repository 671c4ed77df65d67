import type { NotificationChoice, NotificationKind, NotificationPreset, NotificationWay } from '@hearten/contract';

export type Ways = NotificationChoice['ways'];
const each = (of: Record<NotificationKind, string>): Ways =>
  Object.fromEntries(
    Object.entries(of).map(([kind, ways]) => [kind, ways.split(' ').filter(Boolean) as NotificationWay[]]),
  ) as Ways;

const never: NotificationChoice['quiet'] = { hours: null, days: [] };
const everyDay = [1, 2, 3, 4, 5, 6, 7];
/** What the presets say. Whoever never chose has the first. */
export const presets: Record<NotificationPreset, NotificationChoice> = {
  mine: {
    ways: each({
      new: 'app',
      answered: 'app push',
      'team-answered': 'app',
      mentioned: 'app push',
      noted: 'app push',
      assigned: 'app push',
      'team-assigned': 'app',
      'not-delivered': 'app push',
      held: 'app push',
      woke: 'app push',
      'inbox-trouble': 'app push',
      'webhook-off': 'app',
      'chat-new': 'app push',
      'chat-wrote': 'app push',
      abuse: 'app push',
      upset: 'app push',
      rising: 'app push',
      'issue-closed': 'app push',
      'fix-judged': 'app push',
    }),
    quiet: never,
    digest: { at: ['09:00'], days: everyDay },
    sound: true,
  },
  // One person can't be interrupted by everything: only what is stuck or at risk does, all else comes together.
  alone: {
    ways: each({
      new: 'app digest',
      answered: 'app digest',
      'team-answered': 'app digest',
      mentioned: 'app digest',
      noted: 'app digest',
      assigned: 'app digest',
      'team-assigned': 'app digest',
      'not-delivered': 'app push',
      held: 'app push',
      woke: 'app digest',
      'inbox-trouble': 'app push',
      'webhook-off': 'app',
      'chat-new': 'app push',
      'chat-wrote': 'app push',
      abuse: 'app',
      upset: 'app push',
      rising: 'app push',
      'issue-closed': 'app digest',
      'fix-judged': 'app digest',
    }),
    quiet: never,
    digest: { at: ['09:00', '16:00'], days: everyDay },
    sound: true,
  },
  quiet: {
    ways: each({
      new: 'app',
      answered: 'app digest',
      'team-answered': 'app',
      mentioned: 'app digest',
      noted: 'app digest',
      assigned: 'app digest',
      'team-assigned': 'app',
      'not-delivered': 'app digest',
      held: 'app digest',
      woke: 'app digest',
      'inbox-trouble': 'app digest',
      'webhook-off': 'app digest',
      'chat-new': 'app',
      'chat-wrote': 'app',
      abuse: 'app digest',
      upset: 'app',
      rising: 'app digest',
      'issue-closed': 'app digest',
      'fix-judged': 'app digest',
    }),
    quiet: never,
    digest: { at: ['09:00'], days: everyDay },
    sound: false,
  },
};

export type Kept = {
  ways: Partial<Ways> | null;
  quiet: NotificationChoice['quiet'] | null;
  digest: NotificationChoice['digest'] | null;
  sound: boolean | null;
};
/** What is kept of a person, with what the first preset says where they said nothing. */
export const chosen = (kept: Kept | undefined): NotificationChoice => ({
  ways: { ...presets.mine.ways, ...kept?.ways },
  quiet: kept?.quiet ?? presets.mine.quiet,
  digest: kept?.digest ?? presets.mine.digest,
  sound: kept?.sound ?? presets.mine.sound,
});
