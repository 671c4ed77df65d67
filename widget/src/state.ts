import type { ChatFelt, ChatLine, ChatSummary } from '../../contract/src/chat.ts';
import type { Audience } from './facts.ts';

export type Waiting = {
  clientId: string;
  chat: string | null;
  text: string;
  files: { id: string; filename: string }[];
  at: string;
  failed: string | null;
  sent: boolean;
  greeting: string | null;
  context: Record<string, unknown> | null;
};
/** What is drawn depends on it. */
export type Signal<T> = { value: T };
let draw: () => void = () => undefined;
let due = false;
/** Whatever changes is drawn once for all that change together: what is the same is left as it is. */
export function signal<T>(value: T): Signal<T> {
  return {
    get value() {
      return value;
    },
    set value(next) {
      if (next === value) return;
      value = next;
      if (due) return;
      due = true;
      queueMicrotask(() => {
        due = false;
        draw();
      });
    },
  };
}
export function onChange(drawn: () => void): void {
  draw = drawn;
  draw();
}
/** What a browser may refuse to do: a frame that may store nothing, say. Null where it did. */
export function allowed<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null; // what cannot be is done without
  }
}
export const open = signal(false);
export const ready = signal(false);
export const online = signal(true);
export const trouble = signal('');
const nobody: { name: string; email: string; audience: Audience } = { name: '', email: '', audience: 'new' };
export const visitor = signal(nobody);
/** What was answered to the question before the conversation that is about to begin; null while it was not asked. */
export const answer = signal<string | null>(null);
export const chats = signal<ChatSummary[]>([]);
export const lines = signal<Record<string, ChatLine[]>>({});
/** Written here, and not known there yet. */
export const waiting = signal<Waiting[]>([]);
export const typing = signal<{ chat: string; name: string } | null>(null);
export const seenUpTo = signal<Record<string, string>>({});
/** Of each conversation that is over: how it felt, as it is asked, or null where nobody asks; and of which the answer is noted. */
export const felt = signal<Record<string, ChatFelt | null>>({});
export const noted = signal('');
/** What is on screen: the beginning, a chat, or one that is about to begin. */
export const screen = signal<'home' | 'new' | { chat: string }>('home');
/** The greeting that is being answered; it stands first, and goes along with the first words. */
export const greeting = signal({ id: '', text: '' });
/** What the page told; goes along with the next words, once. */
export const along: { context: Record<string, unknown> | null } = { context: null };
/** Said aloud by a screen reader: what the others write, and nothing of one's own. */
export const aloud = signal('');

export const unread = (): number => chats.value.reduce((sum, chat) => sum + chat.unread, 0);
export const current = (): string | null => (typeof screen.value === 'object' ? screen.value.chat : null);
/** What is about to be said, in each conversation by itself; under no name, what one is about to begin with. */
type Each<T> = Signal<T> & { all: Signal<Record<string, T>>; move: (chat: string) => void };
function each<T>(none: T): Each<T> {
  const all = signal<Record<string, T>>({});
  return {
    all,
    get value() {
      return all.value[current() ?? ''] ?? none;
    },
    set value(now) {
      all.value = { ...all.value, [current() ?? '']: now };
    },
    /** It has begun, and has a name now. */
    move: (chat) => {
      const { '': begun = none, ...others } = all.value;
      all.value = { ...others, [chat]: begun };
    },
  };
}
export const draft = each('');
export const attached = each<Waiting['files']>([]);

export function putSummary(summary: ChatSummary): void {
  chats.value = [summary, ...chats.value.filter((one) => one.id !== summary.id)].sort((a, b) =>
    a.lastAt < b.lastAt ? 1 : -1,
  );
}
/** Lines in the order of their times, as the team sees them; each once, by the message it is. */
export function putLines(chat: string, some: ChatLine[]): void {
  const known = new Map((lines.value[chat] ?? []).map((line) => [line.id, line]));
  for (const line of some) known.set(line.id, line);
  const sorted = [...known.values()].sort((a, b) => (a.at === b.at ? a.seq - b.seq : a.at < b.at ? -1 : 1));
  lines.value = { ...lines.value, [chat]: sorted };
  const arrived = new Set(some.map((line) => line.clientId));
  if (waiting.value.some((one) => arrived.has(one.clientId)))
    waiting.value = waiting.value.filter((one) => !arrived.has(one.clientId));
}
export const lastSeq = (chat: string): number => Math.max(0, ...(lines.value[chat] ?? []).map((line) => line.seq));
export function forgetAll(): void {
  [visitor.value, chats.value, lines.value, waiting.value, answer.value] = [nobody, [], {}, [], null];
  greeting.value = { id: '', text: '' };
  along.context = null;
  felt.value = {};
  noted.value = aloud.value = trouble.value = '';
  attached.all.value = {};
  [typing.value, seenUpTo.value, screen.value, draft.all.value, ready.value] = [null, {}, 'home', {}, false];
}
