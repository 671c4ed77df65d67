import { ask } from './frame/api.ts';
import { bareQuery } from './frame/bare.ts';
import { onDesk } from './frame/desk.ts';
import { idleOf, load } from './frame/load.ts';

const mix: Record<string, string[]> = {
  common: ['lamp ', 'you ', 'lampe ', 'order '],
  rare: ['merovelu ', 'K42Q-1234 ', 'NL-123456 ', 'wickminster '],
  two_words: ['desk flickers ', 'garantie atelier ', 'warranty copper ', 'refund workshop '],
  prefix: ['flick', 'garan', 'transf', 'vero'],
  typo: ['Whitfeild', 'Baumgartnr', 'Lindqist', 'Hargreeves'],
};
/** Words narrowed by filters, and filters alone; what each finds lies near, far back, or nowhere. */
const filters = [
  'q=lamp&status=waiting',
  'q=lamp&from=whitfield',
  'q=you&has=attachment',
  'q=merovelu&status=open',
  'from=whitfeild',
  'from=example',
  'subject=invoice',
  'subject=nothing%20is%20called%20so',
  'to=support',
  'to=nobody%40nowhere.example',
  'has=note',
  'tag=refund&q=lampe',
  'q=order&before=2026-09-10T00:00:00Z&after=2026-09-01T00:00:00Z',
];

/** A search at 100,000 conversations, row security on, newest first: the kinds of words people type. */
export const measure = (): Promise<Record<string, number>> => at(100_000);

export async function at(size: number): Promise<Record<string, number>> {
  return onDesk(size, async ({ pid, api, adminUrl }) => {
    const idle = await idleOf(pid);
    const figures: Record<string, number> = {};
    const worst = { 1: 0, 8: 0 };
    for (const clients of [1, 8] as const)
      for (const [kind, words] of Object.entries(mix)) {
        const find = (i: number): Promise<unknown> =>
          ask(api, 'GET', `/search?q=${encodeURIComponent(words[i % words.length] as string)}`);
        await load(pid, 20, clients, find);
        const one = await load(pid, 160, clients, find, idle);
        figures[`${kind}_cpu_ms_${clients}`] = one.cpuMs;
        figures[`${kind}_p95_ms_${clients}`] = one.p95;
        worst[clients] = Math.max(worst[clients], one.cpuMs);
      }
    const find = (i: number): Promise<unknown> => ask(api, 'GET', `/search?${filters[i % filters.length]}`);
    await load(pid, filters.length * 2, 1, find);
    const one = await load(pid, filters.length * 8, 1, find, idle);
    Object.assign(figures, { filtered_cpu_ms_1: one.cpuMs, filtered_p95_ms_1: one.p95 });
    const limit = await bareQuery(
      adminUrl,
      `select conversation_id from search_row where workspace_id = $1 and bucket between 97 and 100 and words @@ to_tsquery('hearten', 'lamp') order by message_id desc limit 30`,
      [api.key.split('_')[1]],
      100,
    );
    return { worst_cpu_ms_1: worst[1], worst_cpu_ms_8: worst[8], ...figures, limit_postgres_ms: limit };
  });
}
