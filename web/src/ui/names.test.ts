import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstName, freeName, hue, initials, listed } from './names.ts';

test('initials suit every script', () => {
  assert.equal(initials('Ana Novak'), 'AN');
  assert.equal(initials('claire@atelier.example'), 'C');
  assert.equal(initials('田中 さくら'), '田');
  assert.equal(initials('Light & Living'), 'LL');
  assert.equal(initials(''), '?');
  assert.equal(initials('👩‍🚀'), '?');
});

test('a person keeps one colour everywhere', () => {
  assert.equal(hue('a'), hue('a'));
  for (const id of ['x', 'y', '01a20222-0c18-7091-b7a5-f05fc21d9e5a']) assert.ok(hue(id) >= 1 && hue(id) <= 8);
});

test('names are listed as one would say them', () => {
  assert.equal(listed(['Ana']), 'Ana');
  assert.equal(listed(['Ana', 'Mei']), 'Ana and Mei');
  assert.equal(listed(['Ana', 'Mei', 'Yusuf', 'Tom']), 'Ana, Mei and 2 more');
  assert.equal(firstName('claire@x.example'), 'claire');
});

test('what is made anew is called as nothing else is, whatever its capitals', () => {
  assert.equal(freeName('Live chat', ['Support']), 'Live chat');
  assert.equal(freeName('Live chat', ['live CHAT', 'Support']), 'Live chat 2');
  assert.equal(freeName('Live chat', ['Live chat', 'Live chat 2 ', 'Live chat 4']), 'Live chat 3');
});
