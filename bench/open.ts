import { ask, must } from './frame/api.ts';
import { bareQuery, bareRoute } from './frame/bare.ts';
import { onDesk } from './frame/desk.ts';
import { idleOf, load } from './frame/load.ts';

/** Opening conversations at 100,000: each another one, old and new. */
export const measure = (): Promise<Record<string, number>> => at(100_000);

export async function at(size: number): Promise<Record<string, number>> {
  return onDesk(size, async ({ pid, api, adminUrl }) => {
    const idle = await idleOf(pid);
    const ids: string[] = [];
    for (let i = 0; i < 1200; i++) {
      const number = 1 + ((i * 7919) % size);
      ids.push((await must<{ id: string }>(api, 'GET', `/conversations/number/${number}`)).id);
    }
    const open = (i: number): Promise<unknown> => ask(api, 'GET', `/conversations/${ids[i % ids.length]}`);
    await load(pid, 400, 2, (i) => open(i + 800));
    const one = await load(pid, 1200, 1, open, idle);
    const eight = await load(pid, 1200, 8, open, idle);
    const { text } = await ask(api, 'GET', `/conversations/${ids[0]}`);
    const workspace = api.key.split('_')[1];
    return {
      cpu_ms_1: one.cpuMs,
      cpu_ms_8: eight.cpuMs,
      p50_ms_1: one.p50,
      p95_ms_1: one.p95,
      p95_ms_8: eight.p95,
      per_second_8: eight.perSecond,
      limit_postgres_ms: await bareQuery(
        adminUrl,
        'select * from conversation c join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id where c.workspace_id = $1 and c.id = $2 order by m.at',
        [workspace, ids[0]],
      ),
      limit_route_ms: await bareRoute(text.length),
    };
  });
}
