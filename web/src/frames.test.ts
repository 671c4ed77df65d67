import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '@hearten/contract';
import { current, mark, pause, remember, since } from './frames.ts';

const seen: Frame = { type: 'reset' };

test('an answer that was overtaken by a frame is brought up to the present', async () => {
  const answer = await current(
    async () => {
      remember(seen);
      return 1;
    },
    (n) => n + 1,
  );
  assert.equal(answer, 2);
});

test('frames from before the question change nothing', async () => {
  remember(seen);
  assert.equal(
    await current(
      async () => 1,
      (n) => n + 1,
    ),
    1,
  );
});

test('after more frames than are remembered, the question is asked again', async () => {
  const from = mark();
  for (let i = 0; i < 400; i++) remember(seen);
  assert.equal(since(from), null);
  let asked = 0;
  await current(
    async () => {
      if (asked++ === 0) for (let i = 0; i < 400; i++) remember(seen);
      return 0;
    },
    (n) => n,
  );
  assert.equal(asked, 2);
});

test('reconnecting waits longer each time, never more than half a minute, never all at once', () => {
  assert.ok(pause(0, () => 1) <= 500);
  assert.ok(pause(50, () => 1) <= 30_000);
  assert.ok(pause(3, () => 0) > 0);
  assert.notEqual(
    pause(5, () => 0.1),
    pause(5, () => 0.9),
  );
});
