import { performance } from 'node:perf_hooks';
import { NOWHERE, sql } from '../src/base/db.ts';
import type { World } from './world.ts';

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
export type Refusals = { known: number; unknown: number; apart: number; pairs: number; texts: string[] };

/**
 * Signs in with a wrong password, at a known and at an unknown address in turn, at least so many times each; the medians in ms. Busy cores
 * make single times swing by more than 10 ms, so more are taken while the medians still differ, up to `most`.
 */
export async function refusals(world: World, least: number, most: number): Promise<Refusals> {
  const forgetTries = () => world.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`delete from attempt`));
  const known: number[] = [];
  const unknown: number[] = [];
  const texts = new Set<string>();
  const apart = () => Math.abs(median(known) - median(unknown));
  for (let i = 0; i < least || (i < most && apart() > 10); i++) {
    if (i % 8 === 0) await forgetTries();
    const pair = [[known, 'owner@first.example'] as const, [unknown, `nobody${i}@first.example`] as const];
    for (const [list, email] of i % 2 ? pair : pair.reverse()) {
      const began = performance.now();
      const answer = await world.browser(`10.2.${i >> 8}.${i & 255}`).signIn(email, 'not the password');
      list.push(performance.now() - began);
      if (answer.status !== 401) throw new Error(answer.text);
      texts.add(answer.text);
    }
  }
  return { known: median(known), unknown: median(unknown), apart: apart(), pairs: known.length, texts: [...texts] };
}
