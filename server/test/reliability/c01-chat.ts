import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatInbox, ChatLine, Frame, Item } from '@hearten/contract';
import pg from 'pg';
import WebSocket from 'ws';
import { COOKIE } from '../../src/base/http.ts';
import { dice } from '../chaos-proxy.ts';
import { type Visit, type Widget, widget } from '../chat.ts';
import { type Fleet, type Member, makeFleet } from '../fleet.ts';

export type ChatRun = { seed: number; seconds: number; chats: number; kills: number };
export type ChatLog = {
  lines: number;
  cuts: number;
  killed: number;
  /** What was said and acknowledged, and is not there, or is there twice. */
  lost: string[];
  doubled: string[];
  /** Widgets and tabs of the team whose lines, as they came, are not those of the database in its order. */
  wrong: string[];
};
type Seen = { id: string; text: string; at: string };
const byTime = (a: Seen, b: Seen): number => a.at.localeCompare(b.at) || a.id.localeCompare(b.id);

/** Two who write on each side of a chat, and two open widgets. */
const SIDES = 2;
/** Visitors may write forty times a minute. */
const PAUSE = 3_500;

/**
 * Visitors and their team write to each other while every line is cut each 0.1 to 10 s, one transaction in five stays open for up to two
 * seconds before it commits, and one of two processes is killed again and again. What each saw is noted as it came.
 */
export async function chatUnderWriters({ seed, seconds, chats, kills }: ChatRun): Promise<ChatLog> {
  const random = dice(seed);
  const fleet = await makeFleet({ env: { TRUST_PROXY: '1' } });
  const cutters: (() => void)[] = [];
  const open: { close: () => void }[] = [];
  let over = false;
  try {
    const members = [await fleet.start('serve,work'), await fleet.start('serve,work')];
    const { body: inbox } = await fleet.ask<ChatInbox>('POST', '/chats', { name: 'Shop' });
    const house = { url: fleet.front.url, chat: inbox };
    const end = Date.now() + seconds * 1000;
    const visitors = await Promise.all(Array.from({ length: chats }, () => begin(fleet, inbox.id)));
    await lateCommits(fleet);

    const widgets = visitors.map(({ token, chat }) =>
      Array.from({ length: SIDES }, () => widget(house, token, [chat])),
    );
    const homes = visitors.map(({ home }) => home);
    const agents = await Promise.all([agent(fleet, homes), agent(fleet, homes)]);
    for (const one of [...widgets.flat(), ...agents]) {
      open.push(one);
      cutters.push(one.cut);
    }
    let cuts = 0;
    const cutting = Promise.all(
      cutters.map(async (cut) => {
        for (;;) {
          await sleep(100 + random() * 9_900);
          if (over) return;
          cuts++;
          cut();
        }
      }),
    );
    let killed = 0;
    const killing = (async () => {
      for (; killed < kills; killed++) {
        await sleep(((0.5 + random()) * seconds * 1000) / (kills + 1));
        if (Date.now() > end) return;
        const [gone] = members.splice(Math.floor(random() * members.length), 1) as [Member];
        gone.child.kill('SIGKILL');
        fleet.front.behind.delete(`127.0.0.1:${gone.port}`);
        members.push(await fleet.start('serve,work'));
      }
    })();

    const said: Set<string>[] = visitors.map(() => new Set());
    const until = async (n: number, kind: string, write: (text: string) => Promise<void>): Promise<void> => {
      for (let i = 0; Date.now() < end; i++) {
        const text = `${kind} ${n}: ${i}`;
        await write(text);
        said[n % chats]?.add(text);
        await sleep(PAUSE * (0.6 + 0.8 * random()));
      }
    };
    const writers = Array.from({ length: chats * SIDES }, (_, n) => n);
    await Promise.all([
      ...writers.map((n) => {
        const one = widgets[n % chats]?.[Math.floor(n / chats)] as Widget;
        return until(n, 'Visitor', (text) => sayUntilKept(one, visitors[n % chats]?.chat as string, text));
      }),
      ...writers.map((n) => until(n, 'Team', (text) => answerUntilKept(fleet, homes[n % chats] as string, text))),
    ]);
    await killing;
    over = true;

    const log: ChatLog = { lines: 0, cuts, killed, lost: [], doubled: [], wrong: [] };
    for (const [n, { token, chat, home }] of visitors.entries()) {
      const all = await kept(fleet, inbox.id, token, chat);
      log.lines += all.length;
      const texts = all.map((line) => line.text);
      log.lost.push(...[...(said[n] as Set<string>)].filter((text) => !texts.includes(text)));
      log.doubled.push(...texts.filter((text, i) => texts.indexOf(text) !== i));
      if (all.some((line, i) => line.seq !== i + 1)) log.wrong.push(`the numbers of chat ${n}`);
      const order = JSON.stringify(all.map((line) => [line.seq, line.text]));
      for (const one of widgets[n] as Widget[]) {
        await one.until((w) => w.lines.at(-1)?.seq === all.length, 30_000).catch(() => undefined); // compared below
        if (JSON.stringify(one.lines.map((line) => [line.seq, line.text])) !== order)
          log.wrong.push(`a widget of chat ${n}`);
      }
      const team = await thread(fleet, home);
      // What the team sees is what the visitor sees; each side by the time of the message.
      if (
        JSON.stringify(team.map(({ text }) => text)) !== JSON.stringify([...all].sort(byTime).map(({ text }) => text))
      )
        log.wrong.push(`the thread of chat ${n}`);
      const there = JSON.stringify(team);
      for (const one of agents) {
        for (const late = Date.now() + 10_000; JSON.stringify(one.shown(home)) !== there && Date.now() < late; )
          await sleep(50);
        if (JSON.stringify(one.shown(home)) !== there) log.wrong.push(`a tab of the team at chat ${n}`);
      }
    }
    log.doubled.push(...agents.flatMap((one) => one.twice));
    await cutting;
    return log;
  } finally {
    over = true;
    for (const one of open) one.close();
    await fleet.end();
  }
}

async function begin(fleet: Fleet, inboxId: string): Promise<{ token: string; chat: string; home: string }> {
  const { token } = (await ask<Visit>(fleet, inboxId, 'POST', '/visit', '', {})) as Visit;
  const words = { chat: null, clientId: randomUUID(), text: `Hello from ${token.slice(0, 6)}`, files: [] };
  const { chat } = await ask<{ chat: string }>(fleet, inboxId, 'POST', '/messages', token, words);
  const { body } = await fleet.ask<{ items: { id: string; subject: string }[] }>(
    'GET',
    '/conversations?view=all&limit=50',
  );
  return { token, chat, home: body.items.find((one) => one.subject === words.text)?.id as string };
}
/** As the frame asks; over a balancer whose processes come and go. */
async function ask<T>(
  fleet: Fleet,
  inboxId: string,
  method: string,
  path: string,
  token: string,
  body?: unknown,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    const reply = await fetch(`${fleet.front.url}/chat/${inboxId}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (reply.ok) return (await reply.json()) as T;
    if (tries > 50) throw new Error(`${reply.status} ${await reply.text()}`);
    await sleep(200);
  }
}

/** One message in five is committed late: its row waits at the very end of its transaction, with all its locks held. */
async function lateCommits({ env }: Fleet): Promise<void> {
  const client = new pg.Client(env.DATABASE_URL);
  await client.connect();
  await client.query(`
    create function commits_late() returns trigger language plpgsql as $$ begin if random() < 0.2 then perform pg_sleep(random() * 2); end if; return null; end $$;
    create constraint trigger commits_late after insert on message deferrable initially deferred for each row execute function commits_late();`);
  await client.end();
}

/** Nobody knows whether what was sent before a cut has arrived: it is said again under its name until it is back as a line. */
async function sayUntilKept(one: Widget, chat: string, text: string): Promise<void> {
  const clientId = randomUUID();
  for (;;) {
    one.send({ type: 'say', chat, clientId, text });
    const back = await one.until((w) => w.lines.some((line) => line.clientId === clientId), 3_000).catch(() => false); // said again
    if (back) return;
  }
}
async function answerUntilKept(fleet: Fleet, home: string, text: string): Promise<void> {
  const key = randomUUID();
  for (;;) {
    const status = await fleet
      .ask('POST', `/conversations/${home}/replies`, { text, sendAnyway: true }, { key })
      .then((answer) => answer.status)
      .catch(() => 0); // the line to the balancer broke
    if (status === 201) return;
    if (status !== 0 && status < 500 && status !== 409 && status !== 429)
      throw new Error(`an answer was refused with ${status}`);
    await sleep(300);
  }
}

async function kept(fleet: Fleet, inboxId: string, token: string, chat: string): Promise<ChatLine[]> {
  const all: ChatLine[] = [];
  for (let before = Number.MAX_SAFE_INTEGER, more = true; more; ) {
    const page = await ask<{ items: ChatLine[]; more: boolean }>(
      fleet,
      inboxId,
      'GET',
      `/chats/${chat}/lines?before=${before}`,
      token,
    );
    all.unshift(...page.items);
    [before, more] = [page.items[0]?.seq ?? 0, page.more];
  }
  return all;
}
const spoken = (items: Item[]): Seen[] =>
  items.flatMap((item) =>
    item.type === 'in' || item.type === 'out' ? [{ id: item.id, text: item.text, at: item.at }] : [],
  );
/** A conversation as the team's screen loads it: the latest page, and those before it. */
async function thread(fleet: Fleet, home: string): Promise<Seen[]> {
  const all: Item[] = [];
  for (let path = `/conversations/${home}`; ; ) {
    const { status, body } = await fleet
      .ask<{ items: Item[]; earlier: string | null }>('GET', path)
      .catch(() => ({ status: 0, body: null })); // one of the processes is gone
    if (status !== 200 || !body) {
      await sleep(200);
      continue;
    }
    all.unshift(...body.items);
    if (!body.earlier) return spoken(all);
    path = `/conversations/${home}/items?cursor=${encodeURIComponent(body.earlier)}`;
  }
}

type Agent = { cut: () => void; close: () => void; shown: (home: string) => Seen[]; twice: string[] };
/** A tab of the team: loads when it is greeted, then adds what it is told; opens another line when its own is cut. */
async function agent(fleet: Fleet, homes: string[]): Promise<Agent> {
  const cookie = await fleet.session();
  const known = new Map<string, Map<string, Seen>>(homes.map((home) => [home, new Map()]));
  const twice: string[] = [];
  let socket: WebSocket | null = null;
  let closed = false;
  const open = (): void => {
    if (closed) return;
    const told = new Set<string>();
    const made = new WebSocket(`${fleet.front.url.replace('http', 'ws')}/live`, {
      origin: fleet.front.url,
      headers: { cookie: `${COOKIE}=${cookie}` },
    });
    socket = made;
    made.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === 'hello' || frame.type === 'reset')
        for (const home of homes)
          void thread(fleet, home).then((items) => {
            for (const one of items) known.get(home)?.set(one.id, one);
          });
      if (frame.type !== 'change') return;
      for (const one of spoken(frame.items)) {
        known.get(frame.conversation.id)?.set(one.id, one);
        if (frame.event !== 'message.received' && frame.event !== 'message.replied') continue;
        if (told.has(one.id)) twice.push(one.text);
        told.add(one.id);
      }
    });
    made.on('error', () => undefined); // it is closed next
    made.on('close', () => setTimeout(open, 50));
  };
  open();
  return {
    twice,
    cut: () => socket?.terminate(),
    close: () => {
      closed = true;
      socket?.terminate();
    },
    shown: (home) => [...(known.get(home)?.values() ?? [])].sort(byTime),
  };
}
