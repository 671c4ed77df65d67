import { facts } from './facts.ts';
import { allowed, attached, draft, ready, type Waiting, waiting } from './state.ts';

const KEY = `hearten:${facts.id}:words`;
type Words = [
  whose: string,
  unsent: Waiting[],
  written: Record<string, string>,
  given: Record<string, Waiting['files']>,
];
let whose = '';
let last: unknown[] = [];

/** What is written and not sent outlives a change of the page around: in this tab alone, from when the visit has begun until it ends. */
export function keepWords(): void {
  const now = [waiting.value, draft.all.value, attached.all.value] as const;
  if (!ready.value || now.every((one, i) => one === last[i])) return;
  last = [...now];
  allowed(() => sessionStorage.setItem(KEY, JSON.stringify([whose, ...now] satisfies Words)));
}
/** What the page before had kept of the same visitor; of another nothing is taken, and it is written over. */
export function takeUpWords(by: string): void {
  const first = !whose;
  whose = by;
  if (!first) return;
  allowed(() => {
    const [of, unsent, written, given] = JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as Partial<Words>;
    if (of !== by) return;
    waiting.value = [...(unsent ?? []).filter((one) => !one.sent), ...waiting.value];
    draft.all.value = { ...written, ...draft.all.value };
    attached.all.value = { ...given, ...attached.all.value };
  });
}
export const forgetWords = (): unknown => allowed(() => sessionStorage.removeItem(KEY));
