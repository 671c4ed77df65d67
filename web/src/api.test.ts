import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Me } from '@hearten/contract';
import { address, api, trust } from './api.ts';
import { fieldErrors, Problem, turnedAway } from './problem.ts';
import { tokenOf } from './setup/fragment.ts';
import { inside } from './setup/inside.ts';

test('an endpoint’s key becomes its address, with nothing empty in the query', () => {
  assert.equal(address('GET /conversations/:id', { id: 'a/b' }), '/api/v1/conversations/a%2Fb');
  assert.equal(
    address('GET /conversations', {}, { view: 'open', cursor: undefined, tag: '', limit: 50 }),
    '/api/v1/conversations?view=open&limit=50',
  );
});

test('each field of a form gets its own sentence, the first one', () => {
  assert.deepEqual(
    fieldErrors([
      { path: 'email', message: 'is no address' },
      { path: 'email', message: 'again' },
      { path: 'name', message: 'is empty' },
    ]),
    { email: 'is no address', name: 'is empty' },
  );
  assert.deepEqual(fieldErrors('nonsense'), {});
});

test('a problem says what the server said', () => {
  const problem = new Problem(409, {
    type: '/problems/newer-message',
    title: 'Not done',
    detail: 'A newer message arrived.',
  });
  assert.equal(problem.message, 'A newer message arrived.');
  assert.equal(problem.status, 409);
});

test('the token of a link is read from the fragment', () => {
  assert.equal(tokenOf('#token=abc'), 'abc');
  assert.equal(tokenOf(''), '');
});

test('after signing in one is only sent to a page of this Hearten', () => {
  assert.equal(inside('/inbox/mine/7?tag=a'), '/inbox/mine/7?tag=a');
  for (const to of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', undefined])
    assert.equal(inside(to), '/');
});

test('who is let in from certain networks only is told so until an answer comes again', async () => {
  const browsers = globalThis.fetch;
  let out = true;
  globalThis.fetch = async () =>
    out
      ? Response.json({ type: '/problems/address-not-let-in', detail: 'From certain networks only.' }, { status: 403 })
      : Response.json({});
  try {
    await assert.rejects(api('GET /views'));
    assert.equal(turnedAway.get(), 'From certain networks only.');
    out = false;
    await api('GET /views');
    assert.equal(turnedAway.get(), null);
  } finally {
    globalThis.fetch = browsers;
  }
});

test('what is written here is asked again under a new token of the same person, and never as another or in another workspace', async () => {
  const me = (person: string, workspace: string, csrf: string) =>
    ({ person: { id: person }, workspace: { id: workspace }, csrf }) as Me;
  const browsers = globalThis.fetch;
  const writes: string[] = [];
  let now = me('ada', 'lamps', 'second');
  globalThis.fetch = async (_, init) => {
    if (init?.method === 'GET') return Response.json(now);
    const token = new Headers(init?.headers).get('x-csrf-token') ?? '';
    writes.push(token);
    return token === now.csrf
      ? Response.json({})
      : Response.json({ type: '/problems/page-out-of-date' }, { status: 403 });
  };
  try {
    trust(me('ada', 'lamps', 'first'));
    const write = () => api('POST /conversations/:id/seen', { params: { id: '7' }, body: { unread: false } });
    await write();
    assert.deepEqual(writes.splice(0), ['first', 'second']);
    for (const other of [me('bo', 'lamps', 'third'), me('ada', 'sample', 'fourth')]) {
      now = other;
      await assert.rejects(write(), (error) => error instanceof Problem && error.status === 403);
      assert.deepEqual(writes.splice(0), ['second']);
    }
  } finally {
    globalThis.fetch = browsers;
  }
});
