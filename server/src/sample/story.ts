import type { Status } from '@hearten/contract';
import type { Customer } from './people.ts';
import { idAt, type Random } from './random.ts';
import { agentText, askText, customerText, type Matter, matterOf, noteText, quoteOf, subjectOf } from './text.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
export type Author = { id: string; name: string };
/** A question of few words, under a subject of its own, and what each colleague says to it. */
export type Asks = { subject: string; words: string; answers: string[] };
export type Told = {
  id: string;
  type: 'in' | 'out' | 'note';
  at: number;
  author: Author | null;
  text: string;
  quote: string;
  externalId: string | null;
  references: string[];
  statusBefore: Status | null;
};
export type Happened = {
  id: string;
  at: number;
  name: string;
  messageId: string | null;
  actor: Author | null;
  data: Record<string, unknown>;
};
export type Story = {
  id: string;
  number: number;
  customer: Customer;
  subject: string;
  status: Status;
  folder: 'inbox' | 'spam' | 'trash';
  priority: 'low' | 'normal' | 'high' | 'urgent';
  tags: string[];
  assignee: Author | null;
  snoozedUntil: number | null;
  waitingSince: number | null;
  resolvedAt: number | null;
  messages: Told[];
  events: Happened[];
  version: number;
  seenUpTo: number | null;
};

const tags =
  'delivery warranty return invoice spare-part damaged dimmer refund wholesale app flicker urgent-order press catalogue installation'.split(
    ' ',
  );
/** Minutes until somebody answers: mostly soon, sometimes days. */
const pause = (random: Random, middle: number): number =>
  Math.ceil(middle * Math.exp((random.next() + random.next() + random.next() - 1.5) * 2.2)) * MINUTE;

/** Behind the greeting, as a paragraph of its own. */
const feeling = (letter: string, said: string): string => {
  const [hello, ...rest] = letter.split('\n\n');
  return rest.length > 1 ? [hello, said, ...rest].join('\n\n') : `${said}\n\n${letter}`;
};

/** One conversation from its first mail to now, as the desk itself would have written it down. */
export function storyOf(
  random: Random,
  about: {
    number: number;
    at: number;
    until: number;
    customer: Customer;
    team: Author[];
    inboxId: string;
    domain: string;
    /** Said when it is to be of this length, or about this. */
    length?: number;
    matter?: Partial<Matter>;
    /** How they feel, in a sentence of the first letter. */
    feels?: string;
    /** A plain question, instead of a matter. */
    asks?: Asks;
    /** How many answers resolve: fewer than one in six unless said. */
    resolves?: number;
  },
): Story {
  const { customer, until, team } = about;
  const { language } = customer;
  const matter = { ...matterOf(random, language, customer.name), ...about.matter };
  const spam = random.chance(0.02) && !about.length && !about.matter;
  const story: Story = {
    id: '', number: about.number, customer, subject: about.asks?.subject ?? subjectOf(random, language, matter), status: 'open', folder: spam ? 'spam' : 'inbox', priority: 'normal', tags: [],
    assignee: null, snoozedUntil: null, waitingSince: null, resolvedAt: null, messages: [], events: [], version: 0, seenUpTo: null,
  }; // biome-ignore format: a row as a row
  const happens = (
    at: number,
    name: string,
    actor: Author | null,
    messageId: string | null,
    data: Record<string, unknown>,
  ): void => {
    story.events.push({ id: idAt(random, at), at, name, messageId, actor, data });
    story.version++;
  };
  // One, and each further one with three chances in four: four in the mean.
  let wanted = 1;
  while (!spam && wanted < 60 && random.chance(0.757)) wanted++;
  if (about.length) wanted = about.length;
  const owner = random.zipf(team);
  let at = about.at;
  let turn = 0;
  while (story.messages.length < wanted && at <= until) {
    const before = story.messages.at(-1);
    const fromCustomer = !before || (before.type === 'out' ? random.chance(0.93) : random.chance(0.08));
    const id = idAt(random, at);
    if (fromCustomer) {
      if (!before) story.id = id;
      hear(id, at, story.messages.length === wanted - 1);
      turn++;
    } else answer(id, at);
    at += pause(random, fromCustomer ? 90 : 600);
  }
  settle();
  return story;

  function write(told: Omit<Told, 'references' | 'externalId' | 'statusBefore'> & { statusBefore?: Status }): void {
    const earlier = story.messages.flatMap((m) => m.externalId ?? []);
    const where = told.type === 'in' ? customer.address.split('@')[1] : about.domain;
    story.messages.push({
      statusBefore: null,
      ...told,
      externalId:
        told.type === 'note'
          ? null
          : `${told.type === 'in' ? `m${told.id.replaceAll('-', '').slice(8)}` : told.id}@${where}`,
      references: told.type === 'note' ? [] : earlier.slice(-20),
    });
  }
  function quoted(): string {
    const before = story.messages.findLast((m) => m.type !== 'note');
    if (!before || random.chance(0.4)) return '';
    return quoteOf(language, before.text, before.author?.name ?? customer.name, new Date(before.at).toISOString());
  }
  function hear(id: string, now: number, last: boolean): void {
    const reopens = story.messages.length > 0 && story.status !== 'open';
    const letter =
      turn === 0 && about.asks
        ? askText(random, language, matter, about.asks.words)
        : customerText(random, language, matter, turn, last);
    const text = turn === 0 && about.feels ? feeling(letter, about.feels) : letter;
    const quietly = last && turn > 0 && text.length < 90 && !/[?？؟]/.test(text);
    write({ id, type: 'in', at: now, author: null, text, quote: turn > 0 ? quoted() : '' });
    happens(now, 'message.received', null, id, {
      opened: turn === 0, reopened: reopens && !quietly, kind: 'message', automatic: false, historic: false, folder: story.folder, inboxId: about.inboxId,
    }); // biome-ignore format: a row as a row
    if (quietly) return;
    if (reopens) [story.status, story.resolvedAt] = ['open', null];
    story.waitingSince ??= now;
  }
  /** The first says what that colleague says to such a question. */
  function answerFor(author: Author): string {
    const said = about.asks?.answers ?? [];
    const words = said[team.indexOf(author) % Math.max(1, said.length)];
    const first = !story.messages.some((m) => m.type === 'out');
    return agentText(random, language, matter, author.name, first ? words : undefined);
  }
  function answer(id: string, now: number): void {
    const author = random.chance(0.85) ? owner : random.pick(team);
    if (random.chance(0.12)) {
      const noteAt = now - MINUTE;
      const noteId = idAt(random, noteAt);
      write({ id: noteId, type: 'note', at: noteAt, author, text: noteText(random, language, matter), quote: '' });
      happens(noteAt, 'message.noted', author, noteId, {});
      wanted++;
    }
    if (!story.tags.length && random.chance(0.3)) {
      story.tags = [...new Set([random.zipf(tags), ...(random.chance(0.3) ? [random.zipf(tags)] : [])])];
      happens(now - 30_000, 'conversation.tagged', author, null, { added: story.tags, removed: [] });
    }
    const to: Status = random.chance(about.resolves ?? 0.15) ? 'resolved' : 'waiting';
    write({
      id,
      type: 'out',
      at: now,
      author,
      text: answerFor(author),
      quote: '',
      statusBefore: story.status,
    });
    happens(now, 'message.replied', author, id, { from: story.status, to, assigned: story.assignee === null });
    story.assignee ??= author;
    story.status = to;
    story.waitingSince = null;
    story.resolvedAt = to === 'resolved' ? now : null;
  }
  /** What time has made of it since. */
  function settle(): void {
    const last = story.messages.findLast((m) => m.type !== 'note') as Told;
    const age = until - last.at;
    const someone = story.assignee ?? owner;
    const set = (when: number, status: Status, actor: Author | null): void => {
      happens(when, 'conversation.status', actor, null, { status, before: story.status });
      story.status = status;
      story.resolvedAt = status === 'resolved' || status === 'closed' ? (story.resolvedAt ?? when) : null;
      story.waitingSince = null;
    };
    if (story.folder === 'spam') story.waitingSince = null;
    else if (random.chance(0.004)) {
      happens(last.at + MINUTE, 'conversation.moved', someone, null, { folder: 'trash', before: 'inbox' });
      story.folder = 'trash';
    } else if (story.status !== 'resolved') {
      // What was never answered stays open for a few days; hardly anything for longer.
      const stays =
        last.type === 'in' ? (age < 1.5 * DAY ? 0.9 : age < 6 * DAY ? 0.25 : 0.003) : age < 10 * DAY ? 0.8 : 0.01;
      if (!random.chance(stays)) set(Math.min(until, last.at + pause(random, 240)), 'resolved', someone);
      else if (age < 8 * DAY && random.chance(0.05)) {
        const wakes = until + random.whole(2, 240) * 30 * MINUTE;
        happens(last.at + 2 * MINUTE, 'conversation.snoozed', someone, null, {
          until: new Date(wakes).toISOString(),
          before: story.status,
        });
        [story.status, story.snoozedUntil] = ['snoozed', wakes];
      } else if (!story.assignee && random.chance(0.4)) {
        const before = { assigneeId: null, teamId: null };
        happens(last.at + MINUTE, 'conversation.assigned', owner, null, { assigneeId: owner.id, teamId: null, before });
        story.assignee = owner;
      }
    }
    if (story.folder === 'inbox' && story.status === 'resolved' && until - (story.resolvedAt as number) > 14 * DAY)
      set((story.resolvedAt as number) + 14 * DAY, 'closed', null);
    if (random.chance(0.05)) story.priority = random.pick(['low', 'high', 'high', 'urgent']);
    if (story.assignee && random.chance(0.92)) story.seenUpTo = last.at;
    story.events.sort((a, b) => a.at - b.at);
  }
}
