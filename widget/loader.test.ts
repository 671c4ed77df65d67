import assert from 'node:assert/strict';
import { test } from 'node:test';

type Call = (what: string, ...more: unknown[]) => unknown;
type Message = { hearten: 1; do: string; [more: string]: unknown };
class FakeNode {
  toString(): string {
    return '[object HTMLDivElement]';
  }
}

test('A page may hand over anything: nothing of it throws into its own code or holds up what else was said, and what can be said arrives', async (t) => {
  const posted: Message[] = [];
  const page: { Hearten?: Call } = {};
  const heard: ((event: object) => void)[] = [];
  const contentWindow = { postMessage: (message: Message) => posted.push(structuredClone(message)) };
  const element = (): object => ({
    ...{ style: { setProperty: () => undefined }, dataset: {}, isConnected: true, contentWindow },
    ...{ attachShadow: element, append: () => undefined, prepend: () => undefined, focus: () => undefined },
    ...{ setAttribute: () => undefined, toggleAttribute: () => undefined },
  });
  const warned = t.mock.method(console, 'warn', () => undefined);
  Object.assign(globalThis, {
    __HEARTEN__: {
      id: 'shop',
      origin: 'https://desk.example',
      name: 'Shop',
      colour: '#123456',
      ink: '#fff',
      theme: 'auto',
    },
    window: page,
    document: {
      createElement: element,
      createElementNS: element,
      documentElement: element(),
      title: 'Lamps',
      referrer: '',
    },
    location: { href: 'https://shop.example/', origin: 'https://shop.example' },
    history: { pushState: () => undefined, replaceState: () => undefined },
    Node: FakeNode,
    CSSStyleSheet: class {
      replaceSync(): void {}
    },
    MutationObserver: class {
      observe(): void {}
    },
    addEventListener: (what: string, listener: (event: object) => void) => what === 'message' && heard.push(listener),
  });
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en' }, configurable: true });
  await import(new URL('src/loader/index.ts', import.meta.url).href);
  const { Hearten } = page as { Hearten: Call };
  const frame = (what: string, value?: unknown): void =>
    heard.forEach((hear) => {
      hear({ source: contentWindow, origin: 'https://desk.example', data: { hearten: 1, do: what, value } });
    });

  const round: Record<string, unknown> = {};
  round.round = round;
  const context = {
    ...{
      error: new TypeError('no lamp'),
      place: new FakeNode(),
      press: () => 1,
      deep: { cause: new Error('no shade') },
    },
    order: '1042',
  };
  // Before the frame is there, and after.
  const all = (): void => {
    Hearten('boot', { locale: 'de_AT' });
    Hearten('show', { context });
    Hearten('trackEvent', 'pressed', { by: new FakeNode(), how: () => 1 });
    Hearten('trackEvent', 'went round', round);
    Hearten('showNewMessage', { target: new FakeNode() });
    Hearten('show', { context: { round } });
    Hearten('trackEvent', 'last');
  };
  const arrived = (): unknown[] =>
    posted.splice(0).map(({ do: what, name, context: told, meta }) => [what, name, told, meta]);
  const plain = {
    ...{ error: 'TypeError: no lamp', place: '[object HTMLDivElement]' },
    deep: { cause: 'Error: no shade' },
    order: '1042',
  };
  const said = [
    ['show', undefined, plain, undefined],
    ['track', 'pressed', undefined, { by: '[object HTMLDivElement]' }],
    ['track', undefined, undefined, undefined],
    ['show', undefined, undefined, undefined],
    ['new', undefined, undefined, undefined],
    ['show', undefined, undefined, undefined],
    ['track', 'last', undefined, undefined],
  ];
  all();
  assert.deepEqual(posted, []);
  frame('ready');
  assert.deepEqual(arrived(), [
    ['boot', undefined, undefined, undefined],
    ...said,
    ['show', undefined, undefined, undefined],
  ]);
  all();
  assert.deepEqual(arrived(), said);
  assert.ok(warned.mock.callCount() > 0, 'whoever wrote the page is told');

  // Who asks late is told what is so: that it is open, that it is there, how many are unread.
  frame('unread', 3);
  const told: unknown[] = [];
  for (const what of ['onShow', 'onHide', 'onUnreadCountChange'])
    Hearten(what, (now?: unknown) => told.push([what, now]));
  Hearten('on', 'ready', () => told.push('ready'));
  assert.deepEqual(told, [['onShow', true], ['onUnreadCountChange', 3], 'ready']);
  frame('unread', 0);
  Hearten('hide');
  assert.deepEqual(told.slice(3), [
    ['onUnreadCountChange', 0],
    ['onHide', undefined],
  ]);
  told.length = 0;
  for (const what of ['onShow', 'onUnreadCountChange']) Hearten(what, () => told.push(what));
  assert.deepEqual(told, [], 'what is not so is not told');
  warned.mock.resetCalls();
  Hearten('onUnreadCountChanged');
  assert.match(String(warned.mock.calls[0]?.arguments), /onUnreadCountChanged/, 'a name that nothing has');
});
