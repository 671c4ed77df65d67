import type { NotificationChoice, NotificationKind, NotificationPreset, NotificationWay } from '@hearten/contract';
import { spoken, t } from '../language/index.ts';
import { and } from '../ui/names.ts';

export const kinds: [NotificationKind, string][] = [
  ['new', t('New conversation')],
  ['answered', t('Answer in one of mine')],
  ['team-answered', t('Answer in one nobody has')],
  ['mentioned', t('I am named in a note')],
  ['noted', t('Note on one of mine')],
  ['assigned', t('Assigned to me')],
  ['team-assigned', t('Assigned to my team')],
  ['not-delivered', t('Answer not delivered')],
  ['held', t('Scheduled answer held')],
  ['woke', t('Snoozed one is back')],
  ['inbox-trouble', t('Inbox in trouble')],
  ['webhook-off', t('Webhook switched off')],
  ['chat-new', t('New chat')],
  ['chat-wrote', t('The visitor writes in a chat of mine')],
  ['abuse', t('Abuse')],
  ['upset', t('A customer is upset or stuck')],
  ['rising', t('A problem is starting')],
  ['issue-closed', t('The issue of a problem of mine was closed')],
  ['fix-judged', t('What became of a fix of mine')],
];
export const ways: [NotificationWay, string][] = [
  ['app', t('In the app')],
  ['push', t('Push')],
  ['mail', t('Mail at once')],
  ['digest', t('Digest')],
];
export const presets: Record<NotificationPreset, { label: string; help: string }> = {
  mine: { label: t('Everything that is mine'), help: t('What is yours interrupts; the rest stands in the app.') },
  alone: {
    label: t('I am the whole team'),
    help: t('Only what is stuck or at risk interrupts; the rest comes together, at the hours you choose.'),
  },
  quiet: { label: t('Quiet'), help: t('Nothing interrupts. What is yours comes together.') },
};

/** The days of a week from Monday, as the reader's language shortens them. */
export const weekdays = (): [number, string][] =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => [
    day,
    new Intl.DateTimeFormat(spoken(), { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day)),
  ]);

/** What the choices come to, in one sentence. */
export const sentence = ({ ways: chosen, digest, quiet }: NotificationChoice): string => {
  const count = (these: NotificationWay[]): number =>
    kinds.filter(([kind]) => these.some((way) => chosen[kind].includes(way))).length;
  const loud = count(['push', 'mail']);
  const still = quiet.hours !== null || quiet.days.length > 0;
  const waits = count(['digest']) > 0 ? 'more' : still && loud > 0 ? 'quiet' : 'none';
  const at = digest.at.map((time) => time.replace(/^0/, ''));
  return t(
    'Now: {loud, plural, =0 {nothing interrupts you} one {# kind interrupts you} other {# kinds interrupt you}}{waits, select, more {, more comes at {at}} quiet {, what comes in quiet hours follows at {at}} other {}}.',
    { loud, waits, at: and(at) },
  );
};
