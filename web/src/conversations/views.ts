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

type About = { label: string; icon: LucideIcon; empty: { title: string; text: string; sun?: boolean } };
/** The views in the order of the rail. */
export const views: Record<View, About> = {
  open: {
    label: 'Open',
    icon: CornerUpLeft,
    empty: {
      title: 'Everyone has an answer',
      text: 'New mail appears here by itself, the moment it arrives.',
      sun: true,
    },
  },
  mine: {
    label: 'Mine',
    icon: User,
    empty: {
      title: 'Nothing waits for you',
      text: 'Conversations assigned to you stand here. Take one from Unassigned with {take}.',
      sun: true,
    },
  },
  unassigned: {
    label: 'Unassigned',
    icon: CircleDashed,
    empty: { title: 'Every conversation has someone', text: 'What nobody has taken yet stands here.', sun: true },
  },
  mentions: {
    label: 'Mentions',
    icon: AtSign,
    empty: { title: 'Nobody mentioned you', text: 'Conversations in which a note names you with @ stand here.' },
  },
  waiting: {
    label: 'Waiting',
    icon: Hourglass,
    empty: {
      title: 'Nobody owes you an answer',
      text: 'After a reply, a conversation waits here for the customer and returns by itself.',
    },
  },
  snoozed: {
    label: 'Snoozed',
    icon: Moon,
    empty: {
      title: 'Nothing is set aside',
      text: 'Snooze a conversation with {snooze}; it returns at the time you choose.',
    },
  },
  scheduled: {
    label: 'Scheduled',
    icon: CalendarClock,
    empty: {
      title: 'Nothing is scheduled',
      text: 'Write an answer and choose Send later: it stands here until its time.',
    },
  },
  resolved: {
    label: 'Resolved',
    icon: CircleCheck,
    empty: {
      title: 'Nothing resolved yet',
      text: 'Resolve a conversation with {resolve}. If the customer writes again, it reopens.',
    },
  },
  all: {
    label: 'All',
    icon: Inbox,
    empty: { title: 'No conversations yet', text: 'Connect a mailbox, and what customers write appears here.' },
  },
  spam: {
    label: 'Spam',
    icon: OctagonAlert,
    empty: { title: 'No spam', text: 'What you or the filters mark as spam is kept here, in case it was not.' },
  },
  trash: {
    label: 'Trash',
    icon: Trash2,
    empty: { title: 'The trash is empty', text: 'What you throw away is kept here.' },
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
  if (row.mergedInto) return { label: 'Merged', tone: '', icon: Archive };
  if (row.folder === 'spam') return { label: 'Spam', tone: 'breach', icon: OctagonAlert };
  if (row.folder === 'trash') return { label: 'Trash', tone: '', icon: Trash2 };
  return {
    open: { label: 'Open', tone: 'accent', icon: CornerUpLeft },
    waiting: { label: 'Waiting', tone: 'info', icon: Hourglass },
    snoozed: { label: 'Snoozed', tone: '', icon: Moon },
    resolved: { label: 'Resolved', tone: 'ok', icon: CircleCheck },
    closed: { label: 'Closed', tone: '', icon: Archive },
  }[row.status];
};
/** Counts stop at a thousand: "1,000+" says enough. */
export const counted = (n: number | undefined): string =>
  n === undefined ? '' : n >= 1000 ? '1,000+' : n === 0 ? '' : String(n);
