import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatFrame, ChatInbox, Frame } from '@hearten/contract';
import pg from 'pg';
import WebSocket, { WebSocketServer } from 'ws';
import { sql } from '../server/src/base/db.ts';
import { COOKIE } from '../server/src/base/http.ts';
import { type Fleet, type Member, makeFleet } from '../server/test/fleet.ts';
import { ownPostgres } from '../server/test/own-postgres.ts';
import { inBrowser, sizes } from './frame/chat-page.ts';
import { cpuOf } from './frame/processes.ts';
import { open, say, visitors } from './frame/visitors.ts';

const IDLE = 10_000;
const TALKING = 200;
const PER_SECOND = 20; // words of all of them together: each says something every ten seconds
const ROUNDS = 4; // by turns with the floor, so that what the machine does meanwhile meets both
const SAID = 300;
const BARE = 200;

/**
 * Visitors on one process: what ten thousand silent ones hold of its memory, and how soon, with two hundred of them talking, what is said is on
 * the other side. Beside it, in the same run and at the same pace, the least it could cost: a bare socket that says back what it heard, and one commit.
 * `--talk`: only the words.
 */
export async function measure(args: string[] = []): Promise<Record<string, number>> {
  const whole = !args.includes('--talk'); // else how soon words come across, alone
  const idling = whole ? IDLE : TALKING;
  const postgres = await ownPostgres({ settings: { fsync: 'on', full_page_writes: 'on', shared_buffers: '128MB' } });
  const fleet = await makeFleet({ url: postgres.url, env: { TRUST_PROXY: '1' } });
  try {
    const member = await fleet.start('serve,work', { NODE_OPTIONS: '--max-semi-space-size=4' }); // as npm start does
    const { body: chat } = await fleet.ask<ChatInbox>('POST', '/chats', { name: 'Shop' }, { at: member });
    const seen = whole ? await inBrowser(fleet, chat) : {};
    const tokens = await visitors(fleet, chat.id, idling);
    const first = await open(fleet, member, chat.id, tokens.slice(0, 50));
    await sleep(6_000);
    const empty = heldKb(member);
    const sockets: WebSocket[] = [...first];
    for (let n = 50; n < idling; n += 100)
      sockets.push(...(await open(fleet, member, chat.id, tokens.slice(n, n + 100))));
    if (whole) await sleep(30_000); // one round of what is said to silent ones, and time to let go of what opening took
    const idle = (heldKb(member) - empty) / (idling - 50);
    const closed = sockets.filter((one) => one.readyState !== WebSocket.OPEN).length;
    const floor = await bare(postgres.url);
    const talk = await talking(fleet, member, sockets.slice(0, TALKING));
    const used = (): number[] => [member.child.pid, postmaster(postgres.folder)].map((pid) => cpuOf(pid as number));
    const cpu = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      await floor.words(BARE);
      const before = used();
      await talk.words(SAID);
      // Of the processor, for each word with all that follows from it: says more than times where others use the machine.
      for (const [i, ms] of used().entries())
        cpu[i] = (cpu[i] as number) + (ms - (before[i] as number)) / (SAID * ROUNDS);
    }
    const [limit, said, answered] = [floor.end(), ...talk.end()];
    for (const socket of sockets) socket.terminate();
    return {
      visitors: idling,
      ...(whole ? { idle_visitor_kb: idle } : {}),
      ...(whole ? sizes() : {}),
      ...seen,
      visitors_lost: closed,
      said_ms_p50: said.p50,
      said_ms_p99: said.p99,
      answered_ms_p50: answered.p50,
      answered_ms_p99: answered.p99,
      missed: talk.missed(),
      server_cpu_ms: cpu[0] as number,
      postgres_cpu_ms: cpu[1] as number,
      limit_ms_p50: limit.p50,
      limit_ms_p99: limit.p99,
      across_times_p99: Math.max(said.p99, answered.p99) / limit.p99,
    };
  } finally {
    await fleet.end();
    await postgres.end();
  }
}

/** All that the process holds for itself: what it shares with others does not grow with visitors. */
function heldKb({ child }: Member): number {
  const text = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1]);
}

const postmaster = (folder: string): number =>
  Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);

type Times = { p50: number; p99: number };
function summed(times: number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
/** So many at an even pace, whether or not those before are done. */
async function paced(count: number, one: (n: number) => void): Promise<void> {
  const began = performance.now();
  for (let n = 0; n < count; n++) {
    await sleep(Math.max(0, began + (n * 1000) / PER_SECOND - performance.now()));
    one(n);
  }
}

/** Every second word is a visitor's, on its way to the team; every other one an answer, on its way to its visitor. */
async function talking(
  fleet: Fleet,
  member: Member,
  sockets: WebSocket[],
): Promise<{
  words: (count: number) => Promise<void>;
  missed: () => number;
  end: () => [said: Times, answered: Times];
}> {
  const [said, answered]: [number[], number[]] = [[], []];
  const going = new Map<string, { at: number; times: number[] }>();
  const came = (words: string): void => {
    const one = going.get(words);
    if (!one) return;
    one.times.push(performance.now() - one.at);
    going.delete(words);
  };
  const chats: string[] = [];
  const begun = sockets.map((socket, i) => {
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(String(data)) as ChatFrame;
      if (frame.type === 'said') chats[i] ??= frame.chat;
      if (frame.type === 'refused') process.stderr.write(`Refused: ${frame.text}\n`);
      if (frame.type === 'lines') for (const line of frame.lines) if (line.from !== 'visitor') came(line.text);
    });
    return i;
  });
  const team = new WebSocket(`ws://127.0.0.1:${member.port}/live`, {
    origin: fleet.front.url,
    headers: { cookie: `${COOKIE}=${await fleet.session()}` },
  });
  team.on('message', (data: Buffer) => {
    const frame = JSON.parse(String(data)) as Frame;
    if (frame.type === 'change') for (const item of frame.items) if ('text' in item) came(item.text);
  });
  await new Promise((done) => team.once('message', done));
  for (const i of begun) {
    say(sockets[i] as WebSocket, { type: 'say', chat: null, clientId: randomUUID(), text: 'Hello', files: [] });
    await sleep(20);
  }
  for (const end = Date.now() + 20_000; Date.now() < end && begun.some((i) => !chats[i]); ) await sleep(50);
  const homes = await fleet.hearten.db.read<{ id: string; home: string }>(
    fleet.workspaceId,
    sql`select id, conversation_id as home from chat where workspace_id = ${fleet.workspaceId}`,
  );
  const homeOf = new Map(homes.map((row) => [row.id, row.home]));
  const word = (n: number): void => {
    const i = (n >> 1) % sockets.length;
    const text = `Word ${n} of ${randomUUID()}.`;
    const chat = chats[i] as string;
    going.set(text, { at: performance.now(), times: n % 2 ? answered : said });
    if (n % 2 === 0) say(sockets[i] as WebSocket, { type: 'say', chat, clientId: randomUUID(), text, files: [] });
    else
      fleet
        .ask('POST', `/conversations/${homeOf.get(chat)}/replies`, { text }, { at: member })
        .then(({ status, text: said }) => {
          if (status !== 201) process.stderr.write(`${status} ${said.slice(0, 200)}\n`);
        });
  };
  let next = 0;
  const words = async (count: number): Promise<void> => {
    const from = next;
    next += count;
    await paced(count, (n) => word(from + n));
    await sleep(2_000);
  };
  await words(200); // until then the engine is still compiling
  [said.length, answered.length] = [0, 0];
  going.clear();
  return {
    words,
    missed: () => going.size,
    end: () => {
      team.terminate();
      for (const [text, one] of going)
        process.stderr.write(`Not seen: ${text} ${one.times === said ? 'of a visitor' : 'of the team'}\n`);
      return [summed(said), summed(answered)];
    },
  };
}

/** The floor: a process that commits one row for each word it hears, and says the word back. */
async function bare(url: string): Promise<{ words: (count: number) => Promise<void>; end: () => Times }> {
  const child = fork(import.meta.filename, [url], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const port = await new Promise<number>((done) => child.once('message', (message) => done(message as number)));
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await new Promise((done) => socket.once('open', done));
  const times: number[] = [];
  const going = new Map<string, number>();
  socket.on('message', (data: Buffer) => times.push(performance.now() - (going.get(String(data)) ?? NaN)));
  const word = (n: number): void => {
    const text = `Word ${n} of ${randomUUID()}.`;
    going.set(text, performance.now());
    socket.send(text);
  };
  const words = async (count: number): Promise<void> => {
    await paced(count, word);
    await sleep(500);
  };
  await words(60);
  times.length = 0;
  return {
    words,
    end: () => {
      socket.terminate();
      child.kill();
      return summed(times);
    },
  };
}

// As a program of its own: the bare socket with its commit.
if (process.argv[1] === import.meta.filename && process.send) {
  const client = new pg.Client(process.argv[2]);
  await client.connect();
  await client.query('create table if not exists bare_word (id bigserial primary key, text text not null)');
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      const text = String(data);
      void client
        .query({ name: 'word', text: 'insert into bare_word (text) values ($1)', values: [text] })
        .then(() => socket.send(text));
    }),
  );
  server.on('listening', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' ? address?.port : 0);
  });
}
