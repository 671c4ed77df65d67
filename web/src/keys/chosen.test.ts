import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ActionId, about, actionIds } from './catalogue.ts';
import { asDelivered, clashes, everyKeyOf, keyOf, refused, withKeys } from './chosen.ts';
import { type Preset, presets } from './presets.ts';

for (const preset of Object.keys(presets) as Preset[]) {
  const by = { ...asDelivered, preset };
  test(`no key of ${preset} means two things, and none is half of another`, () => {
    for (const id of actionIds) assert.deepEqual(clashes(id, keyOf(id, by), by), [], `${id}: ${keyOf(id, by)}`);
  });
  test(`no key of ${preset} needs Alt or is one a person could not choose`, () => {
    for (const id of actionIds) for (const keys of everyKeyOf(id, by)) assert.doesNotMatch(keys, /Alt|Option/);
    for (const id of actionIds) {
      const keys = keyOf(id, by);
      if (keys && !keys.includes('Enter')) assert.equal(refused(id, keys), null, `${id}: ${keys}`);
    }
  });
}

/** What needs AltGr (or Option) on the keyboards of Germany, France, Spain, Brazil and Italy. */
const withAltGr = /[@\\[\]{}|~#€`^]/;
test('every action that has a key has one that is typed without AltGr on a German, French or Spanish keyboard', () => {
  for (const id of actionIds) {
    const all = everyKeyOf(id, asDelivered);
    assert.ok(all.length === 0 || all.some((keys) => !withAltGr.test(keys)), `${id}: ${all.join(' or ')}`);
  }
});

test('one’s own key wins over the preset’s, and an empty one takes it away', () => {
  const by = { ...asDelivered, preset: 'gmail' as const, own: { snooze: 'q', resolve: '' } };
  assert.equal(keyOf('snooze', by), 'q');
  assert.equal(keyOf('tag', by), 'l');
  assert.equal(keyOf('resolve', by), '');
  assert.deepEqual(everyKeyOf('open', { ...by, own: { open: '' } }), ['Enter']);
});

test('a key in use is told, also when it is the first half of two', () => {
  assert.deepEqual(clashes('close', 'e', asDelivered), ['resolve']);
  assert.ok(clashes('close', 'g', asDelivered).includes('goOpen'));
  assert.deepEqual(clashes('close', 'e x', asDelivered), ['resolve']);
  assert.deepEqual(clashes('close', 'q', asDelivered), []);
});

test('letters can’t act while writing, nor what browser and buttons need', () => {
  assert.match(refused('send', 'q') ?? '', /letters are text/);
  assert.match(refused('resolve', 'Mod+w') ?? '', /browser/);
  assert.match(refused('resolve', 'Enter') ?? '', /buttons/);
  assert.equal(refused('send', 'Mod+Shift+s'), null);
});

test('a text names the keys a person has', () => {
  assert.equal(withKeys('Take it with {take}.', asDelivered), 'Take it with I.');
  assert.equal(withKeys('Take it with {take}.', { ...asDelivered, own: { take: 'q' } }), 'Take it with Q.');
  assert.equal(withKeys('Take it with {take}.', { ...asDelivered, own: { take: '' } }), 'Take it with the palette.');
});

test('every action has words, and only what is on the palette may be without a key', () => {
  const silent = actionIds.filter((id: ActionId) => about(id).bare && everyKeyOf(id, asDelivered).length === 0);
  assert.deepEqual(silent, []);
});
