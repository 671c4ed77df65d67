import { ask, must } from './frame/api.ts';
import { bareQuery, bareRoute } from './frame/bare.ts';
import { onDesk } from './frame/desk.ts';
import { idleOf, load } from './frame/load.ts';

const views = ['open', 'unassigned', 'all', 'mine', 'waiting', 'open', 'resolved', 'open'];

/** Opening the inbox at 100,000 conversations: a page of 50, of every view; and beside it the counts at the side. */
export const measure = (): Promise<Record<string, number>> => at(100_000);

export async function at(size: number): Promise<Record<string, number>> {
  return onDesk(size, async ({ pid, api, adminUrl }) => {
    const idle = await idleOf(pid);
    const pages: string[] = [];
    for (const view of new Set(views)) {
      const { next } = await must<{ next: string | null }>(api, 'GET', `/conversations?view=${view}`);
      pages.push(`/conversations?view=${view}`);
      if (next) pages.push(`/conversations?view=${view}&cursor=${next}`);
    }
    const page = (i: number): Promise<unknown> => ask(api, 'GET', pages[i % pages.length] as string);
    await load(pid, 400, 2, page);
    const one = await load(pid, 1200, 1, page, idle);
    const eight = await load(pid, 1200, 8, page, idle);
    const counts = await load(pid, 400, 1, () => ask(api, 'GET', '/views'), idle);
    const { text } = await ask(api, 'GET', '/conversations?view=open');
    const workspace = api.key.split('_')[1];
    return {
      cpu_ms_1: one.cpuMs,
      cpu_ms_8: eight.cpuMs,
      p50_ms_1: one.p50,
      p95_ms_1: one.p95,
      p95_ms_8: eight.p95,
      per_second_8: eight.perSecond,
      counts_cpu_ms: counts.cpuMs,
      limit_postgres_ms: await bareQuery(
        adminUrl,
        `select * from conversation where workspace_id = $1 and status = 'open' and folder = 'inbox' and merged_into is null order by last_at desc, id desc limit 50`,
        [workspace],
      ),
      limit_route_ms: await bareRoute(text.length),
    };
  });
}
