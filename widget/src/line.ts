import type { ChatFrame, ChatSaid } from '../../contract/src/chat.ts';
import { ask } from './ask.ts';
import { facts, kept } from './facts.ts';
import { askFelt } from './felt.ts';
import {
  aloud,
  chats,
  current,
  lastSeq,
  lines,
  online,
  open,
  putLines,
  putSummary,
  seenUpTo,
  typing,
} from './state.ts';
import { t } from './words/index.ts';

let socket: WebSocket | null = null;
let tries = 0;
let again: ReturnType<typeof setTimeout> | undefined;
let stopped = true;
let quiet: ReturnType<typeof setTimeout> | undefined;
/** So long may nothing be heard before the line counts as dead: a host that falls silent closes nothing. */
let silence = Number.POSITIVE_INFINITY;
let heard = 0;
let watch: ReturnType<typeof setInterval> | undefined;
const acknowledged = new Map<string, (frame: Extract<ChatFrame, { type: 'said' | 'refused' }>) => void>();

export const isOpen = (): boolean => socket?.readyState === WebSocket.OPEN;
export const say = (said: ChatSaid): boolean => {
  if (!isOpen()) return false;
  socket?.send(JSON.stringify(said));
  return true;
};
/** Up to where everything is here: from there the server goes on, without a gap and without saying anything twice. */
export const resume = (): boolean =>
  say({ type: 'resume', at: Object.fromEntries(Object.keys(lines.value).map((chat) => [chat, lastSeq(chat)])) });

/** Sends over the line; null when that is not open, or nothing was heard in time. */
export function sayAndHear(
  said: Extract<ChatSaid, { type: 'say' }>,
): Promise<Extract<ChatFrame, { type: 'said' | 'refused' }> | null> {
  return new Promise((resolve) => {
    if (!say(said)) return resolve(null);
    const timer = setTimeout(() => done(null), 8000);
    const done = (frame: Extract<ChatFrame, { type: 'said' | 'refused' }> | null): void => {
      clearTimeout(timer);
      acknowledged.delete(said.clientId);
      resolve(frame);
    };
    acknowledged.set(said.clientId, done);
  });
}

export function openLine(flush: () => void, ended: () => void): void {
  stopped = false;
  const token = kept.read();
  if (socket || !token) return;
  const made = new WebSocket(`${location.origin.replace('http', 'ws')}/chat/socket`, [
    'hearten.chat.1',
    facts.id,
    token,
  ]);
  socket = made;
  heard = Date.now();
  clearInterval(watch);
  watch = setInterval(() => {
    if (Date.now() - heard > silence) leave(made);
  }, 1000);
  made.onopen = () => {
    tries = 0;
    online.value = true;
    resume();
    flush();
  };
  made.onmessage = ({ data }) => {
    if (socket !== made) return; // of somebody who is not here any more
    const frame = JSON.parse(String(data)) as ChatFrame;
    heard = Date.now();
    if (frame.type === 'ready') silence = 2.5 * frame.beat;
    if (frame.type === 'ended') ended();
    else hear(frame);
  };
  made.onclose = () => gone(made);
  // A dead line's own closing may take the browser minutes.
  const leave = (dead: WebSocket): void => {
    gone(dead);
    dead.close();
  };
  const gone = (dead: WebSocket): void => {
    if (socket !== dead) return;
    socket = null;
    clearInterval(watch);
    for (const done of acknowledged.values()) done({ type: 'refused', clientId: '', text: '', again: 0 });
    if (stopped) return;
    if (tries > 0) online.value = false;
    // A line that is refused does not say why: whether the visit has ended is asked.
    if (tries === 2) ask('GET', '/chats').catch(() => undefined);
    // Not all at once when a server comes back: each waits a while of its own.
    const wait = Math.min(30_000, 500 * 2 ** tries++) * (0.5 + Math.random());
    again = setTimeout(() => openLine(flush, ended), wait);
  };
}
export function closeLine(): void {
  stopped = true;
  clearTimeout(again);
  clearInterval(watch);
  const was = socket;
  socket = null;
  was?.close();
}

function hear(frame: ChatFrame): void {
  if (frame.type === 'ready') {
    chats.value = frame.chats;
    look();
  } else if (frame.type === 'lines') {
    putSummary(frame.chat);
    if (frame.lines.length) putLines(frame.chat.id, frame.lines);
    const theirs = frame.lines.filter((line) => line.from === 'team' || line.from === 'bot').at(-1);
    if (theirs) {
      typing.value = null;
      const words = `${theirs.name || t('bot')}: ${theirs.text}`;
      aloud.value = aloud.value === words ? `${words} ` : words; // said twice, it is heard twice
    }
    look();
  } else if (frame.type === 'said' || frame.type === 'refused') acknowledged.get(frame.clientId)?.(frame);
  else if (frame.type === 'seen') seenUpTo.value = { ...seenUpTo.value, [frame.chat]: frame.upTo };
  else if (frame.type === 'typing') {
    typing.value = frame.on ? { chat: frame.chat, name: frame.name } : null;
    clearTimeout(quiet);
    if (frame.on) quiet = setTimeout(() => (typing.value = null), 15_000);
  }
}

/** What is on screen, before somebody's eyes, is read. */
export function look(): void {
  const chat = current();
  if (!chat || !open.value || document.visibilityState !== 'visible') return;
  askFelt(chat);
  const seq = lastSeq(chat);
  const summary = chats.value.find((one) => one.id === chat);
  if (!summary || seq <= summary.readSeq) return;
  if (say({ type: 'read', chat, seq })) putSummary({ ...summary, readSeq: seq, unread: 0 });
}
