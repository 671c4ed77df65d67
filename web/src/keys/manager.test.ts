import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meant } from './manager.ts';
import { shown, spoken, stroke } from './stroke.ts';

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  stroke({
    key,
    code: '',
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    repeat: false,
    ...more,
  });
const binding = (...keys: string[]) => ({ keys });

test('Alt, Option and AltGr never act: they type letters', () => {
  assert.equal(press('e', { altKey: true }), null);
  assert.equal(press('ę', { altKey: true, ctrlKey: true }), null);
  assert.equal(press('@', { getModifierState: () => true }), null);
});

test('keys pressed while composing a character never act', () => {
  assert.equal(press('a', { isComposing: true }), null);
  assert.equal(press('Enter', { keyCode: 229 }), null, 'Safari’s Enter that takes a conversion');
  assert.equal(press('Enter', { keyCode: 13 }), 'Enter');
  assert.equal(press('Dead'), null);
});

test('Ctrl and ⌘ are the same key by name', () => {
  assert.equal(press('Enter', { ctrlKey: true }), 'Mod+Enter');
  assert.equal(press('Enter', { metaKey: true, shiftKey: true }), 'Mod+Shift+Enter');
});

test('on a keyboard without Latin letters the place of the key counts', () => {
  assert.equal(press('о', { code: 'KeyJ' }), 'j');
  assert.equal(press('Г', { code: 'KeyU', shiftKey: true }), 'U');
});

test('two keys in a row reach what neither reaches alone', () => {
  const all = [binding('g i'), binding('i'), binding('j')];
  assert.equal(meant(all, 'g', null), 'wait');
  assert.equal(meant(all, 'i', 'g'), all[0]);
  assert.equal(meant(all, 'i', null), all[1]);
  assert.equal(meant(all, 'x', 'g'), null);
});

test('what was bound last wins', () => {
  const all = [binding('Escape'), binding('Escape')];
  assert.equal(meant(all, 'Escape', null), all[1]);
});

test('a key is shown as it is pressed, Shift once', () => {
  assert.deepEqual(shown('Mod+Shift+N').slice(1), ['⇧', 'N']);
  assert.deepEqual(shown('E'), ['⇧E']);
});

test('Caps Lock makes no other letter: E is E only with Shift', () => {
  assert.equal(press('E'), 'e');
  assert.equal(press('e', { shiftKey: true }), 'E');
});

test('an action with two keys is meant by either', () => {
  const all = [binding('j', 'ArrowDown'), binding('k')];
  assert.equal(meant(all, 'ArrowDown', null), all[0]);
  assert.equal(meant(all, 'j', null), all[0]);
});

test('two keys in a row are shown and said one after the other, a plus sign is itself', () => {
  assert.deepEqual(shown('g i'), ['G', 'I']);
  assert.equal(spoken('g U'), 'G then Shift U');
  assert.deepEqual(shown('+'), ['+']);
});
