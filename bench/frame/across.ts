import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatFrame, ChatInbox, Frame } from '@hearten/contract';
import WebSocket from 'ws';
import { sql } from '../../server/src/base/db.ts';
import { COOKIE } from '../../server/src/base/http.ts';
import { newId } from '../../server/src/base/ids.ts';
import { startSession } from '../../server/src/team/session.ts';
import type { Fleet, Member } from '../../server/test/fleet.ts';
import { cpuOf } from './processes.ts';
import { open, say, visitors } from './visitors.ts';

const PEOPLE = 200;
const VISITORS = 2_000;
const TALKING = 100; // of them; each says something every twenty seconds, and is answered as often
const PER_SECOND = 10;
const WARM = 100;
const SAID = 600;

/**
 * A team of two hundred with their inboxes open and two thousand visitors in the widget, a hundred of whom talk, over all these processes.
 * From the moment a word's transaction began, which is before its commit, until each socket that is to have it does: of visitors' words and of
 * answers all of the team's, of answers the visitor's, who sits at another process than the one that was asked.
 */
export async function across(fleet: Fleet, serving: Member[], folder: string): Promise<Record<string, number>> {
  const at = (n: number): Member => serving[n % serving.length] as Member;
  const { body: chat } = await fleet.ask<ChatInbox>('POST', '/chats', { name: 'Shop' }, { at: at(0) });
  const [team, visitor]: [number[], number[]] = [[], []];
  const heard = new Map<string, Set<number>>();
  const came = (words: string, when: string, who: number, times: number[]): void => {
    const whom = heard.get(words);
    if (!whom || whom.has(who)) return;
    whom.add(who);
    times.push(Date.now() - Date.parse(when));
  };
  const cookies = await people(fleet);
  const seats = await Promise.all(cookies.map((cookie, n) => seat(fleet, at(n), cookie)));
  for (const [n, socket] of seats.entries())
    socket.on('message', (data: Buffer) => {
      if (!data.includes('"Word ')) return;
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === 'change')
        for (const item of frame.items) if ('text' in item) came(item.text, item.at, n, team);
    });
  const tokens = await visitors(fleet, chat.id, VISITORS);
  const widgets: WebSocket[] = [];
  for (let n = 0; n < VISITORS; n += 100)
    widgets.push(...(await open(fleet, at(n / 100), chat.id, tokens.slice(n, n + 100))));
  // Those who talk stand at all processes alike.
  const talkers = Array.from({ length: TALKING }, (_, i) => {
    const n = (i % serving.length) * 100 + Math.floor(i / serving.length);
    return { socket: widgets[n] as WebSocket, home: i % serving.length, chat: '' };
  });
  for (const [n, one] of talkers.entries()) {
    one.socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(String(data)) as ChatFrame;
      if (frame.type === 'said') one.chat ||= frame.chat;
      if (frame.type === 'lines')
        for (const line of frame.lines) if (line.from !== 'visitor') came(line.text, line.at, PEOPLE + n, visitor);
    });
    say(one.socket, { type: 'say', chat: null, clientId: randomUUID(), text: 'Hello', files: [] });
    await sleep(50);
  }
  for (const end = Date.now() + 20_000; Date.now() < end && talkers.some((one) => !one.chat); ) await sleep(50);
  const homes = await fleet.hearten.db.read<{ id: string; home: string }>(
    fleet.workspaceId,
    sql`select id, conversation_id as home from chat where workspace_id = ${fleet.workspaceId}`,
  );
  const homeOf = new Map(homes.map((row) => [row.id, row.home]));

  const word = (n: number): void => {
    const one = talkers[(n >> 1) % TALKING] as (typeof talkers)[number];
    const text = `Word ${n} of ${randomUUID()}.`;
    heard.set(text, new Set());
    if (n % 2 === 0) say(one.socket, { type: 'say', chat: one.chat, clientId: randomUUID(), text, files: [] });
    else
      void fleet
        .ask('POST', `/conversations/${homeOf.get(one.chat)}/replies`, { text }, { at: at(one.home + 1) })
        .then(({ status, text: said }) => {
          if (status !== 201) process.stderr.write(`${status} ${said.slice(0, 200)}\n`);
        });
  };
  const paced = async (from: number, count: number): Promise<void> => {
    const began = performance.now();
    for (let n = 0; n < count; n++) {
      await sleep(Math.max(0, began + (n * 1000) / PER_SECOND - performance.now()));
      word(from + n);
    }
  };
  await paced(0, WARM); // until then the engine is still compiling
  await sleep(2_000);
  [team.length, visitor.length] = [0, 0];
  heard.clear();
  const before = used();
  await paced(WARM, SAID);
  await sleep(3_000);
  const [servers = 0, postgres = 0] = used().map((ms, i) => (ms - (before[i] as number)) / SAID);
  const got = [...heard.values()].reduce((sum, { size }) => sum + size, 0);
  const lost = [...seats, ...widgets].filter((one) => one.readyState !== WebSocket.OPEN).length;
  for (const socket of [...seats, ...widgets]) socket.terminate();
  const [ours, theirs] = [summed(team), summed(visitor)];
  return {
    people: PEOPLE,
    visitors: VISITORS,
    words_per_second: PER_SECOND,
    team_ms_p50: ours.p50,
    team_ms_p95: ours.p95,
    visitor_ms_p50: theirs.p50,
    visitor_ms_p95: theirs.p95,
    frame_ms_p95: Math.max(ours.p95, theirs.p95),
    frames_missed: SAID * PEOPLE + SAID / 2 - got,
    sockets_lost: lost,
    servers_cpu_ms: servers,
    postgres_cpu_ms: postgres,
  };

  /** Processor time of those that serve, and of Postgres. */
  function used(): [number, number] {
    const postmaster = Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
    return [serving.reduce((sum, { child }) => sum + cpuOf(child.pid as number), 0), cpuOf(postmaster)];
  }
}

/** A tab of the team, once it was greeted. */
function seat(fleet: Fleet, { port }: Member, cookie: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, {
    origin: fleet.front.url,
    headers: { cookie: `${COOKIE}=${cookie}` },
  });
  return new Promise((done, failed) => {
    socket.once('message', () => done(socket));
    socket.once('error', failed);
  });
}

function summed(times: number[]): { p50: number; p95: number } {
  const sorted = times.sort((a, b) => a - b);
  const part = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: part(0.5), p95: part(0.95) };
}

/** So many people with a session each. */
async function people({ hearten, workspaceId }: Fleet): Promise<string[]> {
  const cookies: string[] = [];
  for (let n = 0; n < PEOPLE; n++) {
    const [personId, accountId] = [newId(), newId()];
    const email = `p${n}@fleet.example`;
    let cookie = '';
    const keep = (value: string | null): void => {
      cookie = value ?? '';
    };
    const caller = { ip: '', agent: '', secure: true, setCookie: keep };
    await hearten.db.tx(workspaceId, async (tx) => {
      await tx.run(sql`insert into account (id, email) values (${accountId}, ${email})`);
      await tx.run(
        sql`insert into person (workspace_id, id, account_id, name, email, role) values (${workspaceId}, ${personId}, ${accountId}, ${`Person ${n}`}, ${email}, 'representative')`,
      );
      await startSession(tx, caller, null, accountId, { workspaceId, personId, role: 'representative' });
    });
    cookies.push(cookie);
  }
  return cookies;
}
