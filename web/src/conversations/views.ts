import type { ConversationRow, View } from '@hearten/contract';
import {
  Archive,
  AtSign,
  CalendarClock,
  CircleCheck,
  CircleDashed,
  CornerUpLeft,
  Hourglass,
  Inbox,
  type LucideIcon,
  Moon,
  OctagonAlert,
  Trash2,
  User,
} from 'lucide-react';
import { withKeys } from '../keys/chosen.ts';
import { t } from '../language/index.ts';

type About = { label: string; icon: LucideIcon; empty: { title: string; text: () => string; sun?: boolean } };
/** The views in the order of the rail. */
export const views: Record<View, About> = {
  open: {
    label: t('Open'),
    icon: CornerUpLeft,
    empty: {
      title: t('Everyone has an answer'),
      text: () => t('New mail appears here by itself, the moment it arrives.'),
      sun: true,
    },
  },
  mine: {
    label: t('Mine'),
    icon: User,
    empty: {
      title: t('Nothing waits for you'),
      text: () => withKeys('Conversations assigned to you stand here. Take one from Unassigned with {take}.'),
      sun: true,
    },
  },
  unassigned: {
    label: t('Unassigned'),
    icon: CircleDashed,
    empty: {
      title: t('Every conversation has someone'),
      text: () => t('What nobody has taken yet stands here.'),
      sun: true,
    },
  },
  mentions: {
    label: t('Mentions'),
    icon: AtSign,
    empty: {
      title: t('Nobody mentioned you'),
      text: () => t('Conversations in which a note names you with @ stand here.'),
    },
  },
  waiting: {
    label: t('Waiting'),
    icon: Hourglass,
    empty: {
      title: t('Nobody owes you an answer'),
      text: () => t('After a reply, a conversation waits here for the customer and returns by itself.'),
    },
  },
  snoozed: {
    label: t('Snoozed'),
    icon: Moon,
    empty: {
      title: t('Nothing is set aside'),
      text: () => withKeys('Snooze a conversation with {snooze}; it returns at the time you choose.'),
    },
  },
  scheduled: {
    label: t('Scheduled'),
    icon: CalendarClock,
    empty: {
      title: t('Nothing is scheduled'),
      text: () => t('Write an answer and choose Send later: it stands here until its time.'),
    },
  },
  resolved: {
    label: t('Resolved'),
    icon: CircleCheck,
    empty: {
      title: t('Nothing resolved yet'),
      text: () => withKeys('Resolve a conversation with {resolve}. If the customer writes again, it reopens.'),
    },
  },
  all: {
    label: t('All'),
    icon: Inbox,
    empty: {
      title: t('No conversations yet'),
      text: () => t('Connect a mailbox, and what customers write appears here.'),
    },
  },
  spam: {
    label: t('Spam'),
    icon: OctagonAlert,
    empty: {
      title: t('No spam'),
      text: () => t('What you or the filters mark as spam is kept here, in case it was not.'),
    },
  },
  trash: {
    label: t('Trash'),
    icon: Trash2,
    empty: { title: t('The trash is empty'), text: () => t('What you throw away is kept here.') },
  },
};
export const isView = (value: string): value is View => Object.hasOwn(views, value);
export const rail: View[] = [
  'open',
  'mine',
  'unassigned',
  'mentions',
  'waiting',
  'snoozed',
  'scheduled',
  'resolved',
  'all',
];
export const aside: View[] = ['spam', 'trash'];

/** A status in the words of the screen, with the colour that goes with it. */
export const statusOf = (
  row: Pick<ConversationRow, 'status' | 'folder' | 'mergedInto'>,
): { label: string; tone: string; icon: LucideIcon } => {
  if (row.mergedInto) return { label: t('Merged'), tone: '', icon: Archive };
  if (row.folder === 'spam') return { label: t('Spam'), tone: 'breach', icon: OctagonAlert };
  if (row.folder === 'trash') return { label: t('Trash'), tone: '', icon: Trash2 };
  return {
    open: { label: t('Open'), tone: 'accent', icon: CornerUpLeft },
    waiting: { label: t('Waiting'), tone: 'info', icon: Hourglass },
    snoozed: { label: t('Snoozed'), tone: '', icon: Moon },
    resolved: { label: t('Resolved'), tone: 'ok', icon: CircleCheck },
    closed: { label: t('Closed'), tone: '', icon: Archive },
  }[row.status];
};
/** Counts stop at a thousand: "1,000+" says enough. */
export const counted = (n: number | undefined): string =>
  n === undefined ? '' : n >= 1000 ? '1,000+' : n === 0 ? '' : String(n);
