import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '@hearten/contract';
import WebSocket from 'ws';
import { sql } from '../../src/base/db.ts';
import { COOKIE } from '../../src/base/http.ts';
import { makeLog } from '../../src/base/log.ts';
import { note } from '../../src/conversations/change.ts';
import { type Running, runHearten } from '../../src/run.ts';
import { startSession } from '../../src/team/session.ts';
import { dice } from '../chaos-proxy.ts';
import { desk, testConfig } from '../desk.ts';

/** In ms: how long a transaction stays open at most, and how long a line lasts at most. */
export type SocketRun = { seed: number; seconds: number; writers: number; longest: number; lasts: number };
export type SocketLog = {
  written: number;
  lines: number;
  /** Notes that neither the last load nor a frame since brought; those told twice on one line; frames older than the one before. */
  missing: string[];
  twice: string[];
  backwards: number;
  /** ms from opening a line until everything there was is known again, the 95th of a hundred; and the lines that lasted so long. */
  caughtUp: number;
  greeted: number;
};

/**
 * Writers whose transactions stay open for a while, so that they commit in any order; and a tab that loses its line again and again, loads
 * when it is greeted, and adds what it is told.
 */
export async function socketsUnderWriters({ seed, seconds, writers, longest, lasts }: SocketRun): Promise<SocketLog> {
  const random = dice(seed);
  const w = await desk();
  let running: Running | undefined;
  try {
    const config = {
      ...testConfig({ ROLES: 'serve', DATABASE_CONNECTIONS: '12' }),
      DATA_DIR: w.hearten.config.DATA_DIR,
    };
    running = await runHearten(config, w.hearten.db.url, makeLog('error'));
    const { db } = running.hearten;
    const opened = await w.receive(...Array.from({ length: writers }, () => ({})));
    const ids = opened.map(({ conversationId }) => conversationId as string);
    const { id: personId, accountId } = w.people.lead;
    let cookie = '';
    const keep = (value: string | null): void => {
      cookie = value ?? '';
    };
    const caller = { ip: '', agent: '', secure: true, setCookie: keep };
    const place = { workspaceId: w.workspaceId, personId, role: 'lead' };
    await w.tx((tx) => startSession(tx, caller, null, accountId, place));

    const load = async (): Promise<string[]> =>
      (
        await db.read<{ text: string }>(
          w.workspaceId,
          sql`select text from message where workspace_id = ${w.workspaceId} and type = 'note'`,
        )
      ).map(({ text }) => text);
    let known = new Set<string>();
    let backwards = 0;
    let lines = 0;
    const twice: string[] = [];
    const greetings: number[] = [];
    const { url } = running;
    const line = (): { ready: Promise<void>; socket: WebSocket } => {
      const began = Date.now();
      lines++;
      const told = new Set<string>();
      const versions = new Map<string, number>();
      const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, {
        origin: url,
        headers: { cookie: `${COOKIE}=${cookie}` },
      });
      socket.on('error', () => undefined); // dropped while it was being opened, as lines are
      const ready = new Promise<void>((done) => {
        let before: string[] | null = [];
        socket.once('close', () => done());
        socket.on('message', async (data) => {
          const frame = JSON.parse(String(data)) as Frame;
          if (frame.type === 'hello') {
            const loaded = await load();
            if (socket.readyState !== WebSocket.OPEN) return;
            greetings.push(Date.now() - began);
            known = new Set([...loaded, ...(before ?? [])]);
            before = null;
            done();
          }
          if (frame.type !== 'change') return;
          if (frame.conversation.version < (versions.get(frame.conversation.id) ?? 0)) backwards++;
          versions.set(frame.conversation.id, frame.conversation.version);
          if (frame.event !== 'note.written' && frame.items.length === 0) return;
          for (const item of frame.items) {
            const { text } = item as { text?: string };
            if (!text?.startsWith('Note ')) continue;
            if (told.has(text)) twice.push(text);
            told.add(text);
            if (before) before.push(text);
            else known.add(text);
          }
        });
      });
      return { ready, socket };
    };

    const end = Date.now() + seconds * 1000;
    let written = 0;
    const writing = Promise.all(
      ids.map(async (id, n) => {
        for (let i = 0; Date.now() < end; i++) {
          await w.hearten.db.tx(w.workspaceId, async (tx) => {
            await note(tx, w.people.manager, id, { text: `Note ${n}-${i}`, attachments: [] });
            await sleep(random() * longest);
          });
          written++;
        }
      }),
    );
    let open = line();
    while (Date.now() < end) {
      await sleep(100 + random() * (lasts - 100));
      open.socket.terminate();
      open = line();
    }
    await writing;
    await open.ready;
    for (const until = Date.now() + 10_000; known.size < written && Date.now() < until; ) await sleep(20);
    const there = await load();
    open.socket.close();
    greetings.sort((a, b) => a - b);
    return {
      written,
      lines,
      missing: there.filter((text) => !known.has(text)),
      twice,
      backwards,
      caughtUp: greetings[Math.floor(greetings.length * 0.95)] ?? Number.NaN,
      greeted: greetings.length,
    };
  } finally {
    await running?.stop();
    await w.end();
  }
}
