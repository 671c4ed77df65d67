import type { ChatLine, ChatSummary } from '../../contract/src/chat.ts';
import type { ChatAsk } from '../../contract/src/chat-asks.ts';
import { ask, end, isRefused, onLost, Refused, turned, whyNot } from './ask.ts';
import { type Audience, facts, kept } from './facts.ts';
import { forgetWords, takeUpWords } from './keep-words.ts';
import { closeLine, look, openLine, resume, say, sayAndHear } from './line.ts';
import {
  allowed,
  along,
  answer,
  attached,
  chats,
  current,
  draft,
  forgetAll,
  greeting,
  lines,
  online,
  open,
  putLines,
  ready,
  screen,
  trouble,
  visitor,
  type Waiting,
  waiting,
} from './state.ts';
import { flushEvents, forgetVisit, said } from './visits.ts';
import { t } from './words/index.ts';

type Began = {
  token: string;
  visits: number;
  settings: Partial<typeof facts>;
  chats: ChatSummary[];
  visitor: { name: string; email: string; audience: Audience };
};
let jwt: string | null = null;
let claimed: { name?: string | undefined; email?: string | undefined } = {};
let where = { url: '', title: '', referrer: '' };
let beginning: Promise<void> | null = null;
let tellPage: (what: string, value?: unknown) => void = () => undefined;
export const onTold = (tell: typeof tellPage): void => {
  tellPage = tell;
};

/** Whom a token is about, as it says itself: what it proves the server looks at. */
function personOf(token: string | null): unknown {
  try {
    return JSON.parse(atob(String(token?.split('.')[1]).replaceAll('-', '+').replaceAll('_', '/'))).user_id;
  } catch {
    return token;
  }
}
/**
 * What the page around us says of its visitor. Another person: nothing of the one before stays. The same with another token, as sites make a
 * new one every few minutes, goes on.
 */
export async function who(given: {
  jwt: string | null;
  name?: string;
  email?: string;
  url: string;
  title: string;
  referrer: string;
}): Promise<void> {
  where = { url: given.url, title: given.title, referrer: given.referrer };
  const was = claimed;
  claimed = { name: given.name, email: given.email };
  // Also while the visit of whoever was here before is still on its way.
  if (personOf(given.jwt) !== personOf(jwt) && (jwt !== null || beginning)) forget();
  jwt = given.jwt;
  const began = ready.value;
  if (jwt || kept.read() || said()) await begin();
  if (began && (was.name !== claimed.name || was.email !== claimed.email)) await hint();
}
/** What the page merely says of somebody is a hint, and only of whom nobody vouches for. */
const hint = async (): Promise<void> => {
  if (visitor.value.audience !== 'signedIn' && (claimed.email || claimed.name))
    await introduce(claimed).catch(() => undefined);
};

/** Begins the visit, once; until then nothing of the visitor is known or kept anywhere. Who is not here any more by then has begun none. */
export const begin = (): Promise<void> => (beginning ??= start());
function start(): Promise<void> {
  const mine: Promise<void> = visit().catch((error: unknown) => {
    if (beginning !== mine) throw new Refused('', 0);
    beginning = null;
    stopTrying();
    if (isRefused(error)) trouble.value = error.message;
    else online.value = false;
    if (!isRefused(error) || error.status === 429) later(error);
  });
  return mine;
}
let again: ReturnType<typeof setTimeout> | undefined;
let tries = 0;
/** Not all at once when a server comes back: each waits a while of its own, longer each time, and as long as they were told. */
function later(error: unknown): void {
  const told = error instanceof Refused ? error.after * 1000 : 0;
  stopTrying();
  again = setTimeout(
    () => {
      stopTrying();
      begin().then(() => {
        if (!again) flush();
      }, nothing);
    },
    Math.max(told, Math.min(30_000, 1000 * 2 ** tries++)) * (1 + Math.random()),
  );
}
function stopTrying(): void {
  clearTimeout(again);
  again = undefined;
}
async function visit(): Promise<void> {
  const began = await ask<Began>('POST', '/visit', {
    token: jwt ? null : kept.read(),
    jwt,
    page: where.url,
    title: where.title,
    consent: said(),
    referrer: where.referrer,
    language: navigator.language,
  });
  trouble.value = '';
  online.value = true;
  tries = 0;
  kept.keep(began.token, jwt === null);
  visitor.value = began.visitor;
  Object.assign(facts, began.settings);
  chats.value = began.chats;
  takeUpWords(jwt ? String(personOf(jwt)) : began.token);
  ready.value = true;
  openLine(flush, ended);
  flush();
  flushEvents();
  tellPage('visits', began.visits);
  looked = Date.now();
  await hint();
}
const FRESH = 20_000;
let looked = 0;
/** What is true now, where a page stays open for long: until when somebody is there, and how soon answers come. */
export async function refresh(): Promise<void> {
  if (!ready.value || Date.now() - looked < FRESH) return;
  looked = Date.now();
  Object.assign(facts, (await ask<Pick<Began, 'settings'>>('GET', '/chats').catch(() => null))?.settings);
  chats.value = [...chats.value];
}
let lost = 0;
/** The visit ended while the page was open, as that of one who is signed in does after half a day: another begins, and nothing written is lost. */
onLost(() => {
  if (!ready.value || Date.now() - lost < 5_000) return;
  lost = Date.now();
  const [unsent, written, given, at] = [waiting.value, draft.all.value, attached.all.value, current()];
  ended();
  begin().then(() => {
    const there = (chat: string | null): string | null => (chats.value.some(({ id }) => id === chat) ? chat : null);
    waiting.value = unsent.flatMap((one) => (one.sent ? [] : [{ ...one, chat: there(one.chat) }]));
    draft.all.value = written;
    attached.all.value = given;
    const chat = there(at);
    if (chat) openChat(chat).catch(() => undefined);
    else if (at || unsent.length) screen.value = 'new';
    flush();
  }, nothing);
});
const nothing = (): void => undefined;
/** Of whoever was here nothing stays, and what is on its way for them arrives nowhere. */
function forget(): void {
  turned();
  closeLine();
  forgetAll();
  forgetWords();
  stopTrying();
  beginning = null;
}
export function ended(): void {
  kept.forget();
  forget();
}
/** Signed out in one tab, a browser forgets in all that show this site; another browser goes on. */
const tabs = allowed(() => new BroadcastChannel(`hearten:${facts.id}`)); // where a frame hears nothing, each tab is alone
if (tabs) tabs.onmessage = () => leave(true);
export function leave(told = false): void {
  if (!told) tabs?.postMessage('left');
  // Forgotten here at once, whether or not the server hears of it: the next at this computer may be quick.
  const token = kept.read();
  jwt = null;
  claimed = {};
  forgetVisit();
  ended();
  if (token) end(token);
}

export async function introduce(said: { name?: string | undefined; email?: string | undefined }): Promise<void> {
  await ask('POST', '/about', said);
  visitor.value = {
    ...visitor.value,
    ...(said.name && { name: said.name }),
    ...(said.email && { email: said.email }),
  };
}

/** This chat by mail: what was said, and a link to go on with. Says where it goes. */
export const mailMe = async (chat: string, email?: string): Promise<string> => {
  const { to } = await ask<{ to: string }>('POST', `/chats/${chat}/mail`, email ? { email } : {});
  visitor.value = { ...visitor.value, email: to };
  return to;
};

const hashOf = async (token: string): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))).join();
/**
 * Goes on with what the link of a mail leads to. One that was used leads nowhere new, and a page that is loaded again has none: then it goes on
 * where that very link led in this browser. Whoever comes with another, or with none, as the next at this computer may, is shown nothing.
 */
export async function goOn(token: string): Promise<void> {
  const link = token && (await hashOf(token));
  const opened = await ask<{ token: string }>('POST', '/continue', { token }).catch((error: unknown) => {
    if (kept.read() && kept.begunBy(link || window.name)) return null;
    throw error;
  });
  if (opened) {
    kept.keep(opened.token, true);
    kept.keepLink(link);
  }
  if (link) window.name = link; // kept by the tab alone, through a reload
  open.value = true;
  await begin();
  if (!ready.value) throw new Error('not begun');
  const [chat] = chats.value;
  if (chat) await openChat(chat.id);
}

export async function openChat(chat: string): Promise<void> {
  screen.value = { chat };
  if (!lines.value[chat]) {
    const { items } = await ask<{ items: ChatLine[] }>('GET', `/chats/${chat}/lines`);
    putLines(chat, items);
    resume();
  }
  look();
}
export async function earlier(chat: string): Promise<boolean> {
  const first = Math.min(...(lines.value[chat] ?? []).map((line) => line.seq));
  const { items, more } = await ask<{ items: ChatLine[]; more: boolean }>(
    'GET',
    `/chats/${chat}/lines?before=${first}`,
  );
  putLines(chat, items);
  return more;
}

/** Shown at once, sent as soon as it can be, under a name of its own: sent again, it is the same message. */
export function send(text: string, files: Waiting['files']): void {
  waiting.value = [
    ...waiting.value,
    {
      clientId: crypto.randomUUID(),
      chat: current(),
      text,
      files,
      at: new Date().toISOString(),
      failed: null,
      sent: false,
      greeting: (current() === null && greeting.value.id) || null,
      context: along.context,
    },
  ];
  along.context = null;
  flush();
}
/** One tap, said for the visitor in their language; where it was said already there is nothing to do. */
export async function person(): Promise<void> {
  if (!mayBegin()) {
    screen.value = 'new';
    return;
  }
  try {
    await begin();
    const said = { chat: current(), clientId: crypto.randomUUID(), text: t('person'), files: [], answer: answer.value };
    const { chat } = await ask<{ chat: string }>('POST', '/person', said);
    hasBegun();
    await openChat(chat);
  } catch (error) {
    trouble.value = whyNot(error);
  }
}
function mark(clientId: string, change: Partial<Waiting>): void {
  waiting.value = waiting.value.map((one) => (one.clientId === clientId ? { ...one, ...change } : one));
}
export function retry(clientId: string): void {
  mark(clientId, { failed: null });
  flush();
}
/** Refused, its words go back to where they were written: nothing of it is there. */
export function change({ clientId, text, files, context }: Waiting): void {
  waiting.value = waiting.value.filter((one) => one.clientId !== clientId);
  draft.value = [text, draft.value].filter(Boolean).join('\n');
  attached.value = [...files, ...attached.value];
  along.context ??= context;
}

/** There may be a way again: it is tried now, however long the line would still have waited. */
export function reopen(): void {
  if (ready.value) openLine(flush, ended);
  flush();
}
let flushing = false;
/** One after the other, so that they arrive in the order in which they were written. */
export async function flush(): Promise<void> {
  if (flushing) return;
  flushing = true;
  let next: Waiting | undefined;
  do next = waiting.value.find((one) => !one.failed && !one.sent);
  while (next && (await sendOne(next)));
  flushing = false; // in the same moment in which there was none: what is written next is not missed
}
/** False when there is no way to the server now: it waits, and all that was written after it, and goes when the line is back or the time has come. */
async function sendOne(one: Waiting): Promise<boolean> {
  // Whoever wrote it may have left meanwhile: then nobody sends it.
  const stays = (): boolean => waiting.value.some(({ clientId }) => clientId === one.clientId);
  try {
    await begin();
    if (!ready.value) {
      if (!again) fail(one, trouble.value);
      return false;
    }
    const words = { chat: one.chat, clientId: one.clientId, text: one.text, files: one.files.map((file) => file.id) };
    const said = { ...words, greeting: one.greeting, context: one.context, answer: one.chat ? null : answer.value };
    const heard = await sayAndHear({ type: 'say', ...said });
    if (!stays()) return true;
    if (heard?.type === 'refused' && heard.text) return fail(one, heard.text, heard.again === null);
    const { chat } = heard?.type === 'said' ? heard : await ask<{ chat: string }>('POST', '/messages', said);
    await arrived(one, chat, heard?.type === 'said');
    return true;
  } catch (error) {
    if (!stays()) return true;
    // The visit had ended; another has begun, in which it is sent.
    if (error instanceof Refused && error.status === 401 && Date.now() - lost < 5_000) return false;
    // What the server itself can't do again and again holds up nothing else.
    if (isRefused(error) || (error instanceof Refused && error.status === 500 && tries > 2))
      return fail(one, error.message, error.status === 400);
    later(error);
    return false;
  }
}
async function arrived(one: Waiting, chat: string, byLine: boolean): Promise<void> {
  tries = 0;
  mark(one.clientId, { sent: true });
  if (one.chat === null) {
    // Everything else that was written meanwhile belongs to the conversation that has just begun.
    waiting.value = waiting.value.map((other) => (other.chat === null ? { ...other, chat } : other));
    if (screen.value === 'new') {
      draft.move(chat);
      attached.move(chat);
      screen.value = { chat };
    }
    hasBegun();
  }
  // Over the line it comes back by itself, with its number.
  if (byLine) return;
  // It is kept; where it stands comes with the line, if it does not come now.
  const { items } = await ask<{ items: ChatLine[] }>('GET', `/chats/${chat}/lines`).catch(() => ({ items: [] }));
  putLines(chat, items);
  resume() || reopen();
}
function fail(one: Waiting, text: string, asked = false): true {
  mark(one.clientId, { failed: text });
  // Something more is asked by now than when this was opened: what it is comes with the visit, and what was written waits for it.
  if (asked && one.chat === null) {
    answer.value = beginning = null;
    begin().catch(nothing);
  }
  return true;
}
/** From now on they come back, and the next conversation has its own questions. */
function hasBegun(): void {
  answer.value = null;
  if (visitor.value.audience === 'new') visitor.value = { ...visitor.value, audience: 'returning' };
  tellPage('began');
}

let told = 0;
/** Said when it begins and every few seconds while it goes on; silence ends it. */
export function writing(on: boolean): void {
  const chat = current();
  if (!chat || (on && Date.now() - told < 4000)) return;
  told = on ? Date.now() : 0;
  say({ type: 'typing', chat, on });
}
export const upload = async (file: File): Promise<{ id: string; filename: string }> =>
  ask('POST', `/files?filename=${encodeURIComponent(file.name)}`, file, file.type || 'application/octet-stream');
export const page = (url: string, title: string): void => {
  where = { ...where, url, title };
  say({ type: 'page', url: url.slice(0, 2000), title: title.slice(0, 300) });
};
export const asked = (): ChatAsk => facts.asks[visitor.value.audience];
/** What has to be said is said, and what may be said was asked once; a conversation that has begun goes on. */
export const mayBegin = (): boolean => {
  const { name, email, question } = asked();
  const known = visitor.value;
  return (
    current() !== null ||
    ((known.email !== '' || email !== 'required') &&
      (known.name !== '' || name !== 'required') &&
      (answer.value !== null || (!question && (known.name !== '' || name === 'no'))))
  );
};
