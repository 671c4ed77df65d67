import { it } from 'node:test';
import { survives } from './fixtures/survives.ts';

it('a thousand mails broken at random are read or refused: no crash, none over a second', (t) => {
  const seed = Number(process.env.SEED) || 20_260_303;
  t.diagnostic(`seed ${seed}, slowest ${survives(seed, 1_000).toFixed(1)} ms`);
});
