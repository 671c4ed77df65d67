import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address } from './api.ts';
import { fieldErrors, Problem } from './problem.ts';
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
