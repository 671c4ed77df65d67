import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedFor, begun, parse, readSearch, soughtBy } from './operators.ts';

const names = {
  people: [{ id: 'p1', name: 'Anna Lind' }],
  teams: [{ id: 't1', name: 'Returns' }],
  inboxes: [{ id: 'i1', name: 'Support' }],
};

test('Operators become filters, and what is left are words', () => {
  const got = parse('is:unread assignee:me tag:returns from:anna before:2026-11-01 broken lamp', names);
  assert.deepEqual(got.search, { unread: '1', assignee: 'me', tag: 'returns', from: 'anna', before: '2026-11-01' });
  assert.deepEqual([got.words, got.errors], ['broken lamp', []]);
});

test('Names are understood by their beginning and in quotes; spam and trash are places', () => {
  assert.deepEqual(parse('assignee:"Anna Lind" team:ret inbox:Support', names).search, {
    assignee: 'p1',
    team: 't1',
    inbox: 'i1',
  });
  assert.equal(parse('is:spam', names).view, 'spam');
});

test('What makes no sense is said, and an address or a time is no operator', () => {
  const { errors, search } = parse('is:blue before:tomorrow assignee:nobody-here since:soon', names);
  assert.equal(errors.length, 4);
  assert.match(errors[0] ?? '', /knows unread/);
  assert.deepEqual(search, {});
  assert.equal(parse('see https://example.org at 10:30', names).words, 'see https://example.org at 10:30');
});

test('An address is read as far as it makes sense, and asks for moments where it says days', () => {
  const text = (v: unknown) => (typeof v === 'string' ? v : undefined);
  const search = readSearch(text, { status: 'blue', since: '7d', after: '2026-11-01', unread: '1' });
  const asked = askedFor('all', search);
  assert.deepEqual({ ...asked, after: undefined }, { view: 'all', since: '7d', unread: '1', after: undefined });
  assert.equal(asked.after, new Date('2026-11-01T00:00:00').toISOString());
});

test('A search knows more than a list: to, subject and has; an operator that is only begun asks for nothing', () => {
  const got = parse('lamp to:support subject:"broken shade" has:attachments is:waiting', names, true);
  assert.deepEqual(soughtBy(got), {
    q: 'lamp',
    status: 'waiting',
    to: 'support',
    subject: 'broken shade',
    has: 'attachment',
  });
  assert.equal(soughtBy(parse('from:', names, true)), null);
  assert.equal(parse('to:support', names).words, 'to:support', 'a list has no such filter');
  assert.match(parse('has:lamps', names, true).errors[0] ?? '', /knows attachment/);
  assert.deepEqual(soughtBy(parse('is:spam', names, true)), { view: 'spam' });
  assert.deepEqual(begun('lamp tag:ref'), { key: 'tag', value: 'ref', from: 9 });
  assert.equal(begun('see https:'), null);
});
