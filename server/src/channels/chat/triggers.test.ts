import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatSettings } from '@hearten/contract';
import { newId } from '../../base/ids.ts';
import { bounded } from './along.ts';
import { patternOf, triggersOf } from './triggers.ts';

const meets = (how: 'any' | 'contains' | 'starts' | 'is', value: string, address: string): boolean =>
  new RegExp(patternOf({ how, value }), 'i').test(address);

test('A rule means the addresses one would think: parts, beginnings, and whole ones with * for anything', () => {
  const at = 'https://shop.example/lamps/fjord?colour=red#size';
  for (const [how, value, yes] of [
    ['any', 'ignored', true],
    ['contains', 'fjord', true],
    ['contains', 'FJORD?colour', true],
    ['contains', 'fjord.colour', false],
    ['starts', '/lamps', true],
    ['starts', '/fjord', false],
    ['starts', 'https://shop.example/lamps', true],
    ['starts', 'https://shopXexample/lamps', false],
    ['is', '/lamps/fjord', true],
    ['is', '/lamps', false],
    ['is', '/lamps/*', true],
    ['is', '/*/fjord', true],
    ['is', '*/fjord', true],
    ['is', 'https://*.example/lamps/fjord', true],
    ['is', '/lamps/(fjord|tind)', false],
  ] as const)
    assert.equal(meets(how, value, at), yes, `${how} ${value}`);
  assert.ok(meets('is', '/', 'https://shop.example:8443/?from=mail'), 'the first page, whatever follows');
});

test('Only what is switched on travels, with the hours in which it may be shown', () => {
  const one = {
    ...{ id: newId(), text: 'Any questions?', page: { how: 'any', value: '' }, seconds: 5, visits: 2 },
    ...{ openOnly: true, enabled: true },
  };
  const settings = chatSettings.parse({
    triggers: [one, { ...one, id: newId(), openOnly: false }, { ...one, id: newId(), enabled: false }],
  });
  const [opens, until] = ['2026-11-30T09:00:00.000Z', '2026-11-30T17:00:00.000Z'];
  const hoursOf = (hours: Parameters<typeof triggersOf>[1]): [number, number][] =>
    (triggersOf(settings, hours).triggers ?? []).map(({ f, u }) => [f, u]);
  const [never, end] = [8.64e15, Date.parse(until)];
  assert.deepEqual(hoursOf(null), [
    [0, never],
    [0, never],
  ]);
  assert.deepEqual(hoursOf({ open: true, until, opens: null }), [
    [0, end],
    [0, never],
  ]);
  assert.deepEqual(hoursOf({ open: false, until: null, opens }), [
    [Date.parse(opens), never],
    [0, never],
  ]);
  assert.deepEqual(triggersOf(chatSettings.parse({}), null), {});
  assert.throws(() => chatSettings.parse({ triggers: [one, one] }), /id of its own/);
});

test('What a page tells is kept as far as the team can look at it, whatever it is', () => {
  assert.deepEqual(bounded({ order: 1042, paid: false, error: '<b>E42</b>', none: null, cart: [{ lamp: 'Fjord' }] }), {
    ...{ order: 1042, paid: false, error: '<b>E42</b>', none: null, cart: '[{"lamp":"Fjord"}]' },
  });
  const flood = bounded(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`key ${n}`, 'x'.repeat(5_000)])));
  assert.ok(JSON.stringify(flood).length < 2_300 && Object.keys(flood).length >= 3);
  assert.deepEqual(bounded({ 'a\0b': 'half \ud800', f: undefined, '': 'x' }), { 'a b': 'half \ufffd' });
  assert.deepEqual(bounded(null), {});
});
