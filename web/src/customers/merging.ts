import { makeStore } from '../ui/store.ts';

/** Which merge of customers is being looked at: who would go, and into whom; nobody chosen yet when `from` is null. */
export type Merging = { from: string | null; into: string };
export const merging = makeStore<Merging | null>(null);
export const openMerge = (from: string | null, into: string): void => merging.set({ from, into });
export const closeMerge = (): void => merging.set(null);
