import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../src/base/db.ts';
import type { Fleet, Member } from './fleet.ts';
import { until } from './real.ts';

type Begun = { conversation: { id: string }; message: { id: string } };
export type Replaced = {
  /** Who stands in whose place now. */
  now: Member[];
  /** Requests that failed, and what broke or was not kept besides. */
  failed: string[];
  wrong: string[];
  said: string;
};

/**
 * Each process gets a SIGTERM when the one that takes its place is ready, so many rounds long, while four people write and read and four
 * tabs are open. In the end each note is there once, every tab hears, and mail leaves.
 */
export async function replaceEach(fleet: Fleet, members: Member[], rounds = 1): Promise<Replaced> {
  const begin = async (subject: string): Promise<Begun> => {
    const asked = { inboxId: fleet.inboxId, to: 'claire@atelier.example', subject, text: `About ${subject}.` };
    const { status, body, text } = await fleet.ask<Begun>('POST', '/conversations', asked);
    if (status !== 201) throw new Error(text);
    return body;
  };
  const { conversation } = await begin('Rolling');
  const tabs = await Promise.all([1, 2, 3, 4].map(() => fleet.tab()));
  const before = { failed: fleet.front.failed.length, passed: fleet.front.passed() };
  const failed: string[] = [];
  const wrong: string[] = [];
  let going = true;
  let written = 0;
  const clients = [0, 1, 2, 3].map(async (client) => {
    for (let n = 0; going; n++) {
      const path = `/conversations/${conversation.id}`;
      const { status, text } = await (n % 3 === 0
        ? fleet.ask('POST', `${path}/notes`, { text: `Note ${client}-${n}` })
        : fleet.ask('GET', n % 3 === 1 ? path : '/conversations?view=all&limit=20')
      ).catch((error: Error) => ({ status: 0, text: String(error.cause ?? error) }));
      if (status === 201) written++;
      if (status === 0 || status >= 400) failed.push(`${status} ${text.slice(0, 200)}`);
      await sleep(20);
    }
  });
  const now = [...members];
  const took: number[] = [];
  for (let round = 0; round < rounds; round++)
    for (const [n, old] of now.entries()) {
      // The new one first, so that there is always one to go to.
      const fresh = await fleet.start(old.roles as 'serve' | 'work');
      if (old.port) await until(() => fleet.front.ready().includes(`127.0.0.1:${fresh.port}`), 20_000);
      const asked = Date.now();
      old.child.kill('SIGTERM');
      const how = await old.ended;
      if (how !== 0) wrong.push(`it ended with ${how}: ${old.log().slice(-500)}`);
      fleet.front.behind.delete(`127.0.0.1:${old.port}`);
      took.push(Date.now() - asked);
      now[n] = fresh;
    }
  going = false;
  await Promise.all(clients);
  failed.push(...fleet.front.failed.slice(before.failed).map((one) => JSON.stringify(one)));
  for (const tab of tabs) {
    // A tab is asked to move before its line ends.
    if (tab.broken() > 0) wrong.push(`${tab.broken()} lines of a tab broke`);
    if (tab.lines() < 2) wrong.push('a tab has not moved');
  }
  const notes = sql`select count(*)::int as n, count(distinct text)::int as different from message where workspace_id = ${fleet.workspaceId} and type = 'note'`;
  const [kept] = await fleet.hearten.db.read<{ n: number; different: number }>(fleet.workspaceId, notes);
  if (kept?.n !== written || kept.different !== written)
    wrong.push(`${written} notes were taken, ${kept?.n} are there, ${kept?.different} different ones`);
  const last = await begin('After the roll');
  for (const tab of tabs)
    await until(
      () => tab.frames.some(({ frame }) => frame.type === 'change' && frame.conversation.id === last.conversation.id),
      15_000,
    );
  const state = sql`select state from message where workspace_id = ${fleet.workspaceId} and id = ${last.message.id}`;
  await until(
    async () => (await fleet.hearten.db.read<{ state: string }>(fleet.workspaceId, state))[0]?.state === 'sent',
    20_000,
  );
  const said = `${took.length} processes, each gone within ${Math.max(...took)} ms; ${fleet.front.passed() - before.passed} requests, ${written} notes`;
  return { now, failed, wrong, said };
}
