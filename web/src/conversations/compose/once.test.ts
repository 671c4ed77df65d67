import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../problem.ts';
import { sendOnce } from './once.ts';

test('a letter whose fate is unknown goes again under the same key, another one or one that was refused under another', async () => {
  const keys: string[] = [];
  const send = (letter: unknown, status: number | null) =>
    sendOnce('write', letter, async (once) => {
      keys.push(once);
      if (status !== null) throw new Problem(status, {});
    }).catch(() => undefined);
  await send({ text: 'Hello' }, 0);
  await send({ text: 'Hello' }, 503);
  await send({ text: 'Hello, Claire' }, 409);
  await send({ text: 'Hello, Claire' }, null);
  await send({ text: 'Hello, Claire' }, null);
  assert.equal(keys[0], keys[1]);
  assert.equal(new Set(keys).size, 4);
});
