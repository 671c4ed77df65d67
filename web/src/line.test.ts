import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/react-query';

const BEAT = 4_000;
const SILENCE = 2.5 * BEAT;
class Line {
  static OPEN = 1;
  static CONNECTING = 0;
  static all: Line[] = [];
  readyState = 0;
  onmessage: (e: { data: string }) => void = () => undefined;
  onclose: (e: { code: number }) => void = () => undefined;
  constructor() {
    Line.all.push(this);
  }
  close() {
    this.readyState = 2; // a dead line never says that it is closed
  }
  say(frame: unknown) {
    this.readyState = 1;
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

test('a line that falls silent without closing is left for another one; one that beats is kept', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout', 'Date'] });
  Object.assign(globalThis, {
    WebSocket: Line,
    location: { protocol: 'http:', host: 'desk.example' },
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
  const { connect, line } = await import('./live.ts');
  const stop = connect(new QueryClient(), 'me');
  const [first] = Line.all as [Line];
  first.say({ type: 'hello', personId: 'me', beat: BEAT });
  for (let waited = 0; waited < 3 * SILENCE; waited += BEAT) {
    t.mock.timers.tick(BEAT);
    first.say({ type: 'beat' });
  }
  assert.equal(line.get(), 'open');
  assert.equal(Line.all.length, 1);

  t.mock.timers.tick(SILENCE * 1.25);
  assert.equal(line.get(), 'lost');
  assert.equal(Line.all.length, 2);
  // What the dead one had under way does not count any more.
  first.say({ type: 'hello', personId: 'me', beat: BEAT });
  assert.equal(line.get(), 'lost');
  Line.all[1]?.say({ type: 'hello', personId: 'me', beat: BEAT });
  assert.equal(line.get(), 'open');

  // One that is never answered at all is given up too.
  const second = Line.all[1] as Line;
  second.close();
  second.onclose({ code: 1006 });
  t.mock.timers.tick(10_000);
  assert.equal(Line.all.length, 3);
  t.mock.timers.tick(SILENCE * 1.25);
  assert.equal(Line.all.length, 4);
  stop();
});
