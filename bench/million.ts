import { onDesk } from './frame/desk.ts';
import { at as inbox } from './inbox.ts';
import { inTurn } from './intake.ts';
import { at as open } from './open.ts';
import { at as reply } from './reply.ts';
import { at as search } from './search.ts';

type Figures = Record<string, number>;
type Pair = [few: Figures, many: Figures];
const oneAfterTheOther =
  (at: (size: number) => Promise<Figures>) =>
  async (few: number, many: number): Promise<Pair> => [await at(few), await at(many)];
/** A mail's cost is small beside what a machine does by chance, so both desks run and are measured by turns. */
const intake = (few: number, many: number): Promise<Pair> =>
  onDesk(few, (small) => onDesk(many, async (large) => (await inTurn([small, large])) as Pair));

const each: Record<string, { at: (few: number, many: number) => Promise<Pair>; of: string[] }> = {
  inbox: { at: oneAfterTheOther(inbox), of: ['cpu_ms_1', 'cpu_ms_8', 'counts_cpu_ms'] },
  open: { at: oneAfterTheOther(open), of: ['cpu_ms_1', 'cpu_ms_8'] },
  search: { at: oneAfterTheOther(search), of: ['worst_cpu_ms_1', 'worst_cpu_ms_8', 'filtered_cpu_ms_1'] },
  reply: { at: oneAfterTheOther(reply), of: ['cpu_ms_1', 'cpu_ms_8'] },
  intake: { at: intake, of: ['smtp_waiting_cpu_ms', 'smtp_single_cpu_ms'] },
};

/**
 * What ten times as many conversations cost: inbox, opening, searching, answering and intake at 1,000,000 (some
 * 4,000,000 messages) over the same at 100,000, in one run. The times are the worst of what is compared.
 * Arguments: names of those to measure, all by default.
 */
export async function measure(args: string[]): Promise<Figures> {
  const figures: Figures = {};
  const named = Object.entries(each).filter(([name]) => args.length === 0 || args.includes(name));
  for (const [name, { at, of }] of named) {
    const [few, many] = await at(100_000, 1_000_000);
    const times = of.map((figure) => (many[figure] ?? Number.NaN) / (few[figure] ?? Number.NaN));
    figures[`${name}_times`] = Math.max(...times);
    for (const figure of of) {
      figures[`${name}_${figure}_at_100k`] = few[figure] ?? Number.NaN;
      figures[`${name}_${figure}_at_1m`] = many[figure] ?? Number.NaN;
    }
    if (many.p95_ms_1 !== undefined) figures[`${name}_p95_ms_at_1m`] = many.p95_ms_1;
  }
  return figures;
}
