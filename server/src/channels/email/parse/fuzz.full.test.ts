import { it } from 'node:test';
import { survives } from './fixtures/survives.ts';

it('a hundred thousand mails broken at random, from a new seed each time: no crash, none over a second', (t) => {
  const seed = Number(process.env.SEED) || Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed} (SEED=${seed} repeats it)`);
  t.diagnostic(`slowest ${survives(seed, 100_000).toFixed(1)} ms`);
});
