import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import { desk } from '../desk.ts';

const CONVERSATIONS = 20_000;
const ROUNDS = 400;
const median = (all: number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1] as number;

test('D06: row security costs a list, a page of a thread and a count no more than 15 % and 0.3 ms', async (t) => {
  const w = await desk();
  const clients: pg.Client[] = [];
  try {
    for (let n = 0; n < CONVERSATIONS; n += 500) await w.receive(...Array.from({ length: 500 }, () => ({})));
    const open = async (secured: boolean): Promise<pg.Client> => {
      const client = await w.hearten.db.connect();
      clients.push(client);
      await client.query('analyze');
      await client.query(`select set_config('app.workspace_id', $1, false), set_config('jit', 'off', false)`, [
        w.workspaceId,
      ]);
      if (secured) await client.query('set role hearten_app');
      return client;
    };
    const [free, secured] = [await open(false), await open(true)];
    const { rows } = await free.query<{ id: string }>('select id from conversation limit 1');
    const asked = {
      list: {
        text: `select id, subject, tags, participants from conversation where workspace_id = $1 and status = 'open' and folder = 'inbox' and merged_into is null order by last_at desc, id desc limit 50`,
        values: [w.workspaceId],
      },
      thread: {
        text: 'select id, text, at from message where workspace_id = $1 and conversation_id = $2 order by at desc, id desc limit 30',
        values: [w.workspaceId, rows[0]?.id],
      },
      count: {
        text: `select count(*) from conversation where workspace_id = $1 and status = 'open'`,
        values: [w.workspaceId],
      },
    };
    for (const [name, query] of Object.entries(asked)) {
      const took: [number[], number[]] = [[], []];
      for (let n = 0; n < ROUNDS + 20; n++)
        for (const which of n % 2 ? [0, 1] : [1, 0]) {
          const began = process.hrtime.bigint();
          await (which ? secured : free).query({ name, ...query });
          if (n >= 20) took[which as 0 | 1].push(Number(process.hrtime.bigint() - began) / 1e6);
        }
      const [without, with_] = [median(took[0]), median(took[1])];
      t.diagnostic(`${name}: ${without.toFixed(3)} ms without, ${with_.toFixed(3)} ms with`);
      assert.ok(
        with_ - without <= Math.max(0.05, Math.min(0.3, without * 0.15)),
        `${name}: ${without} and ${with_} ms`,
      );
    }
  } finally {
    for (const client of clients) await client.end();
    await w.end();
  }
});
