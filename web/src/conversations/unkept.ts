import type { Draft } from '@hearten/contract';
import type { Written } from './useDraft.ts';

/** Words the server doesn't have yet, with the draft it had when they were written. */
export type Unkept = Written & { base: string | null };
type Kind = Written['kind'];
const prefix = 'unkept:';
const nameOf = (person: string, conversation: string, kind: Kind) =>
  `${prefix}${person}:${conversation}${kind === 'note' ? ':note' : ''}`;

/** What this device holds; the tab's memory of it is always the newest, the disk follows within half a second. */
const known = new Map<string, Unkept>();
/** What was there when the page came, and nobody has gone on with yet. */
const before = new Map<string, Unkept>();
const found = (name: string, unkept: Unkept) => {
  before.set(name, unkept);
  // Somebody may have begun to write meanwhile: theirs is the newer.
  if (!known.has(name)) known.set(name, unkept);
};
const changed = new Set<string>();
const PACE = 500;
let timer: ReturnType<typeof setTimeout> | undefined;

let opening: Promise<IDBDatabase | null> | undefined;
/** Null where a browser keeps no database (some private windows): the tab's own store is used then. */
const store = (): Promise<IDBDatabase | null> => {
  opening ??= new Promise((done) => {
    try {
      const asked = indexedDB.open('hearten-drafts', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore('unkept');
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => done(null);
      asked.onblocked = () => done(null);
    } catch {
      // Forbidden altogether; the tab's own store is left.
      done(null);
    }
  });
  return opening;
};
const inTab = (name: string, unkept: Unkept | null | undefined) => {
  try {
    if (unkept !== undefined) sessionStorage.setItem(name, JSON.stringify(unkept));
    else sessionStorage.removeItem(name);
  } catch {
    // A full or forbidden store only takes a second net away: the words stay in the field and are saved from there.
  }
};
const follow = async () => {
  clearTimeout(timer);
  timer = undefined;
  const writes = [...changed].map((name) => [name, known.get(name)] as const);
  // What became something else meanwhile is written again.
  const done = () => {
    for (const [name, unkept] of writes) if (known.get(name) === unkept) changed.delete(name);
  };
  const db = await store();
  if (!db) {
    for (const [name, unkept] of writes) inTab(name, unkept);
    return done();
  }
  const part = db.transaction('unkept', 'readwrite').objectStore('unkept');
  for (const [name, unkept] of writes)
    if (unkept) part.put(unkept, name);
    else part.delete(name);
  part.transaction.oncomplete = () => {
    done();
    // What the disk has needs no second place: found in both it would be offered twice.
    for (const [name] of writes) if (!changed.has(name)) inTab(name, undefined);
  };
};
const note = (name: string) => {
  changed.add(name);
  timer ??= setTimeout(() => void follow(), PACE);
};

const load = async (): Promise<void> => {
  // Sent or thrown away while the page went: the disk may have it still.
  const gone = new Set<string>();
  for (const name of Object.keys(globalThis.sessionStorage ?? {}))
    if (name.startsWith(prefix)) {
      const held = sessionStorage.getItem(name);
      try {
        const unkept = JSON.parse(held ?? 'null') as Unkept | null;
        if (unkept) found(name, unkept);
        else gone.add(name);
      } catch {
        // Not written by us, or cut off: nothing that could be gone on with.
      }
      inTab(name, undefined);
      note(name);
    }
  const db = await store();
  if (!db) return;
  await new Promise<void>((done) => {
    const part = db.transaction('unkept').objectStore('unkept');
    const walk = part.openCursor();
    walk.onerror = () => done();
    walk.onsuccess = () => {
      const at = walk.result;
      if (!at) return done();
      const name = String(at.key);
      if (!before.has(name) && !gone.has(name)) found(name, at.value as Unkept);
      at.continue();
    };
  });
};
let loading: Promise<void> | undefined;
let loaded = false;
/** What the device held when the page came is known from here on. */
export const unkeptKnown = (): Promise<void> => {
  loading ??= load().then(() => {
    loaded = true;
  });
  return loading;
};
export const isUnkeptKnown = () => loaded;

/** Kept on this device until the server has them: a session may end, a page be left or closed while nothing answers. */
export const holdUnkept = (person: string, conversation: string, unkept: Unkept) => {
  const name = nameOf(person, conversation, unkept.kind);
  known.set(name, unkept);
  note(name);
};
// A page of the version before kept neither formatting nor recipients, nor from where it leaves.
const whole = (held: Unkept | undefined): Unkept | null =>
  held ? { ...held, html: held.html ?? null, to: held.to ?? null, inboxId: held.inboxId ?? null } : null;
export const heldUnkept = (person: string, conversation: string, kind: Kind): Unkept | null => {
  const name = nameOf(person, conversation, kind);
  before.delete(name);
  return whole(known.get(name));
};
/** What this device held from before this page; asked for once, by a field that was there before the device had answered. */
export const heldBefore = (person: string, conversation: string, kind: Kind): Unkept | null => {
  const name = nameOf(person, conversation, kind);
  const held = before.get(name);
  before.delete(name);
  return whole(held);
};
export const dropUnkept = (person: string, conversation: string, kind: Kind) => {
  const name = nameOf(person, conversation, kind);
  before.delete(name);
  // A page that was left and came back as it was may have put them there, too.
  inTab(name, undefined);
  if (known.delete(name)) note(name);
};
/** Sent: the disk forgets it at once, for the page may be closed right after; not before it is known what the disk held. */
export const dropSent = (person: string, conversation: string, kind: Kind) => {
  dropUnkept(person, conversation, kind);
  void unkeptKnown().then(() => (changed.size > 0 ? follow() : undefined));
};
type Keep = { first?: boolean; run: () => void | Promise<void> };
const keeping = new Set<Keep>();
/** Fields and drafts that may have something to keep; a field tells its draft first. */
export const keeps = (one: Keep): (() => void) => {
  keeping.add(one);
  return () => {
    keeping.delete(one);
  };
};
/** Everything written on this page goes to the server now: somebody is about to sign out. */
export const keepAll = async (): Promise<void> => {
  for (const one of keeping) if (one.first) void one.run();
  await Promise.all([...keeping].map((one) => (one.first ? undefined : one.run())));
};
/** The drafts of a person that are on this device, and, as far as it knows, nowhere else. */
export const unkeptOf = async (person: string): Promise<{ conversation: string; held: Unkept }[]> => {
  await unkeptKnown();
  const own = `${prefix}${person}:`;
  return [...known].flatMap(([name, held]) => {
    const conversation = name.startsWith(own) ? name.slice(own.length).split(':')[0] : undefined;
    const there = whole(held);
    return conversation && there ? [{ conversation, held: there }] : [];
  });
};
/** Who signs out by their own will leaves nothing behind; what another person could not keep yet stays theirs. */
export const dropAllUnkept = (person: string) => {
  const own = `${prefix}${person}:`;
  for (const name of [...known.keys()].filter((one) => one.startsWith(own))) {
    before.delete(name);
    known.delete(name);
    inTab(name, undefined);
    note(name);
  }
  void follow();
};
// A page that goes has no time to wait for a disk; the tab's own store is written at once.
globalThis.addEventListener?.('pagehide', () => {
  for (const name of changed) inTab(name, known.get(name) ?? null);
  void follow();
});

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c);
/** Words as paragraphs, a line each, as the server reads them. */
export const asParagraphs = (text: string): string =>
  text
    .split('\n')
    .map((line) => `<p>${escaped(line)}</p>`)
    .join('');
type Said = Pick<Written, 'text' | 'html'>;
/** One after the other, with an empty line between. */
export const joined = (first: Said, second: Said): Said => {
  if (first.text.trim() === '' && first.html === null) return { text: second.text, html: second.html };
  if (second.text.trim() === '' && second.html === null) return { text: first.text, html: first.html };
  const htmlOf = ({ text, html }: Said) => html ?? asParagraphs(text);
  return {
    text: `${first.text}\n\n${second.text}`,
    html: first.html === null && second.html === null ? null : `${htmlOf(first)}<p></p>${htmlOf(second)}`,
  };
};

type Whole = Said & Pick<Written, 'files'>;
const also = (files: Written['files'], more: Written['files']): Written['files'] => [
  ...files,
  ...more.filter((file) => !files.some((one) => one.id === file.id)),
];
/** Words that are the same, however they are spaced. */
export const alike = (a: string, b: string): boolean => a.replace(/\s+/g, ' ').trim() === b.replace(/\s+/g, ' ').trim();
/** What comes back, with what was written meanwhile below it, once: `kept`, which the server may have put there already, goes on as `mine`. */
export const putBelow = (back: Whole, kept: Said | null, mine: Whole): Whole => {
  const files = also(back.files, mine.files);
  if (mine.text.trim() === '' && !mine.html?.includes('<img')) return { text: back.text, html: back.html, files };
  if (mine.text.includes(back.text.trim())) return { text: mine.text, html: mine.html, files };
  if (back.text.includes(mine.text.trim())) return { text: back.text, html: back.html, files };
  const tail = kept ? kept.text.trim() : '';
  const htmlTail = kept && (kept.html ?? asParagraphs(kept.text));
  if (tail !== '' && back.text.trimEnd().endsWith(tail)) {
    const text = back.text.trimEnd().slice(0, -tail.length).trimEnd();
    if (back.html === null) return { ...joined({ text, html: null }, mine), files };
    if (htmlTail && back.html.endsWith(htmlTail))
      return { ...joined({ text, html: back.html.slice(0, -htmlTail.length).replace(/<p><\/p>$/, '') }, mine), files };
  }
  return { ...joined(back, mine), files };
};

/** What to go on writing with. Nothing is lost: words that were written here and elsewhere stand one after the other. */
export const goOnWith = (held: Unkept, draft: Draft | null): Written => {
  const { base, ...mine } = held;
  if (draft === null || draft.updatedAt === base) return mine;
  const files = also(draft.attachments, mine.files);
  if (mine.text.includes(draft.text)) return { ...mine, files };
  const said = draft.text.includes(mine.text) ? { text: draft.text, html: draft.html } : joined(draft, mine);
  // Words of a note among them must not go to the customer.
  const kind = mine.kind === 'note' ? 'note' : draft.kind;
  return {
    kind,
    ...said,
    to: mine.to ?? draft.to,
    cc: draft.cc,
    bcc: draft.bcc,
    inboxId: mine.inboxId ?? draft.inboxId,
    files,
  };
};
