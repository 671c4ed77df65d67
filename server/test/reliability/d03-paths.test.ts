import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endpoints } from '@hearten/contract';
import { type Desk, desk } from '../desk.ts';

let w: Desk;
before(async () => {
  w = await desk();
  for (let n = 0; n < 20; n++) await w.receive(...Array.from({ length: 50 }, () => ({})));
});
after(() => w.end());

/** Those that do, and where it is shown that a thing of another is not found under this one. */
const hours = 'server/src/hours/inside.test.ts';
const shown = new Map([
  ['DELETE /people/:id/sessions/:sessionId', 'server/src/team/sessions.test.ts'],
  ['PUT /hours/places/:kind/:id', hours],
  ['PATCH /hours/:id/holidays/:holidayId', hours],
  ['DELETE /hours/:id/holidays/:holidayId', hours],
  ['PUT /hours/:id/exceptions/:date', hours],
  ['DELETE /hours/:id/exceptions/:date', hours],
  ['POST /hours/:id/calendars/:calendarId/fetch', hours],
  ['DELETE /hours/:id/calendars/:calendarId', hours],
]);
test('D03: no address names a thing inside another, so no id can be given that lies elsewhere, but where that is shown', () => {
  const nested = Object.keys(endpoints).filter((key) => (key.match(/\/:/g) ?? []).length > 1);
  assert.deepEqual(nested, [...shown.keys()]);
});

test('D06: row security changes neither the plan of a list nor how much of the table is read', async () => {
  const list = `select id, subject, tags, participants from conversation where workspace_id = '${w.workspaceId}' and status = 'open' and folder = 'inbox' and merged_into is null order by last_at desc, id desc limit 50`;
  type Plan = {
    'Node Type': string;
    'Index Name'?: string;
    'Shared Hit Blocks': number;
    'Shared Read Blocks': number;
    Plans?: Plan[];
  };
  const explained = async (secured: boolean): Promise<{ shape: string; blocks: number }> => {
    const client = await w.hearten.db.connect();
    try {
      await client.query('analyze conversation');
      await client.query('begin');
      await client.query(`select set_config('app.workspace_id', $1, true), set_config('enable_seqscan', 'off', true)`, [
        w.workspaceId,
      ]);
      if (secured) await client.query('set local role hearten_app');
      await client.query(list);
      const { rows } = await client.query(`explain (analyze, buffers, format json, timing off) ${list}`);
      const top = rows[0]['QUERY PLAN'][0].Plan as Plan;
      const shape = (plan: Plan): string =>
        `${plan['Node Type']} ${plan['Index Name'] ?? ''}(${(plan.Plans ?? []).map(shape).join()})`;
      return {
        shape: shape(top).replace(/Result ?\((.*)\)/, '$1'),
        blocks: top['Shared Hit Blocks'] + top['Shared Read Blocks'],
      };
    } finally {
      await client.end();
    }
  };
  const [free, secured] = [await explained(false), await explained(true)];
  assert.match(free.shape, /Index/);
  assert.equal(secured.shape, free.shape);
  assert.ok(secured.blocks <= free.blocks * 1.15 + 1, `${secured.blocks} blocks instead of ${free.blocks}`);
});
