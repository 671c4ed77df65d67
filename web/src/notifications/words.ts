import type { NotificationChoice, NotificationKind, NotificationPreset, NotificationWay } from '@hearten/contract';

export const kinds: [NotificationKind, string][] = [
  ['new', 'New conversation'],
  ['answered', 'Answer in one of mine'],
  ['team-answered', 'Answer in one nobody has'],
  ['mentioned', 'I am named in a note'],
  ['noted', 'Note on one of mine'],
  ['assigned', 'Assigned to me'],
  ['team-assigned', 'Assigned to my team'],
  ['not-delivered', 'Answer not delivered'],
  ['held', 'Scheduled answer held'],
  ['woke', 'Snoozed one is back'],
  ['inbox-trouble', 'Inbox in trouble'],
];
export const ways: [NotificationWay, string][] = [
  ['app', 'In the app'],
  ['push', 'Push'],
  ['mail', 'Mail at once'],
  ['digest', 'Digest'],
];
export const presets: Record<NotificationPreset, { label: string; help: string }> = {
  mine: { label: 'Everything that is mine', help: 'What is yours interrupts; the rest stands in the app.' },
  alone: {
    label: 'I am the whole team',
    help: 'Only what is stuck or at risk interrupts; the rest comes together, at the hours you choose.',
  },
  quiet: { label: 'Quiet', help: 'Nothing interrupts. What is yours comes together.' },
};

/** The days of a week from Monday, as the reader's language shortens them. */
export const weekdays = (): [number, string][] =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => [
    day,
    new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day)),
  ]);

/** What the choices come to, in one sentence. */
export const sentence = ({ ways: chosen, digest, quiet }: NotificationChoice): string => {
  const count = (these: NotificationWay[]): number =>
    kinds.filter(([kind]) => these.some((way) => chosen[kind].includes(way))).length;
  const loud = count(['push', 'mail']);
  const first =
    loud === 0 ? 'nothing interrupts you' : `${loud} ${loud === 1 ? 'kind interrupts' : 'kinds interrupt'} you`;
  const still = quiet.hours !== null || quiet.days.length > 0;
  const waits = count(['digest']) > 0 ? 'more comes' : still && loud > 0 ? 'what comes in quiet hours follows' : '';
  const at = digest.at.map((time) => time.replace(/^0/, '')).join(' and ');
  return `Now: ${first}${waits ? `, ${waits} at ${at}` : ''}.`;
};
