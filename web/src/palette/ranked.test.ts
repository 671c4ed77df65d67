import assert from 'node:assert/strict';
import { test } from 'node:test';
import { match, pieces } from './fuzzy.ts';
import { type Entry, ranked } from './ranked.ts';

const entry = (words: string, more: Partial<Entry> = {}): Entry => ({
  id: words,
  words,
  section: 'Go to',
  run: () => undefined,
  ...more,
});
const first = (entries: Entry[], query: string, lately: string[] = []) =>
  ranked(entries, query, lately)[0]?.entries[0]?.words;

test('what begins with the query comes before what has it inside', () => {
  assert.equal(first([entry('Unassigned'), entry('Assign')], 'ass'), 'Assign');
  assert.equal(first([entry('Wait for the customer'), entry('Customers')], 'cust'), 'Customers');
});

test('searching everything is offered for any words, and comes last', () => {
  const search = entry('Search everything for “snooze”', { section: 'Search', last: true });
  const sections = (query: string) => ranked([search, entry('Snooze')], query, [search.id]).map((g) => g.section);
  assert.deepEqual(sections('snooze'), ['Go to', 'Search']);
  assert.deepEqual(sections('nothing at all'), ['Search']);
});

test('the first letters of words are enough, letters strewn about are not', () => {
  assert.ok(match('mr', 'Mark read'));
  assert.ok(match('wfc', 'Wait for the customer'));
  assert.equal(match('rsv', 'Resolve'), null);
  assert.equal(match('st', 'Resolve it'), null);
});

test('every word must be found, in any order, here or in what else it is called', () => {
  assert.ok(match('ben assign', 'Assign to Ben'));
  assert.ok(match('gmail keys', 'Keyboard', 'keys preset gmail'));
  assert.equal(match('assign xyz', 'Assign to Ben'), null);
});

test('accents and capitals make no difference, and the marks stand where the letters are', () => {
  const found = match('lodz', 'Łódź warehouse');
  assert.deepEqual(pieces('Łódź warehouse', found?.ranges ?? []), [
    { text: 'Łódź', hit: true },
    { text: ' warehouse', hit: false },
  ]);
});

test('of equals what was used lately comes first', () => {
  const all = [entry('Send'), entry('Settings')];
  assert.equal(first(all, 'se'), 'Send');
  assert.equal(first(all, 'se', ['Settings']), 'Settings');
});

test('people, tags and times appear only once something was typed', () => {
  const all = [entry('Resolve'), entry('Assign to Ben', { asked: true })];
  assert.deepEqual(
    ranked(all, '', []).flatMap((g) => g.entries.map((e) => e.words)),
    ['Resolve'],
  );
  assert.equal(first(all, 'ben'), 'Assign to Ben');
});

test('what the server found stays, below what fits by its words', () => {
  const all = [
    entry('Broken on arrival', { section: 'Conversations', found: true }),
    entry('Glass', { section: 'Tags' }),
  ];
  assert.deepEqual(
    ranked(all, 'glass', []).map((g) => g.section),
    ['Tags', 'Conversations'],
  );
});

test('the section with the best hit comes first, so that Enter takes what was meant', () => {
  const all = [entry('Resolve', { section: 'A', also: 'settle' }), entry('Settings', { section: 'B' })];
  assert.equal(ranked(all, 'sett', [])[0]?.section, 'B');
});
