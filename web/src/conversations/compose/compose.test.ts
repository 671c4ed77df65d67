import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emoji } from './emoji.ts';
import { fitting } from './fit.ts';
import { asLink } from './link.ts';
import { asked } from './suggest.ts';

const signs = ['/', '@', ':'] as const;

test('a slash at the start of a line or after a space asks for snippets; in an address or a date it asks for nothing', () => {
  assert.deepEqual(asked('/', signs), { sign: '/', query: '' });
  assert.deepEqual(asked('Hello /ret', signs), { sign: '/', query: 'ret' });
  assert.deepEqual(asked('Hello /return label', signs), { sign: '/', query: 'return label' });
  for (const text of ['and/or', 'https://x', '1/2', 'a / b', '//', '/a/b'])
    assert.equal(asked(text, signs), null, text);
});

test('an at-sign asks for a name, a colon for an emoji once two letters follow', () => {
  assert.deepEqual(asked('Ask @Me', signs), { sign: '@', query: 'Me' });
  assert.deepEqual(asked('(@', signs), { sign: '@', query: '' });
  assert.equal(asked('ana@northwind', signs), null);
  assert.deepEqual(asked('Good :th', signs), { sign: ':', query: 'th' });
  for (const text of ['at 10:30', 'note: t', ':)', ':t']) assert.equal(asked(text, signs), null, text);
  assert.equal(asked('Ask @Me', [':']), null);
});

test('what begins with what was typed comes first, then what has a word that does', () => {
  const all = ['Where is my return label', 'Return label', 'Refund by card'];
  const found = fitting(all, 'ret', (label) => ({ label, keywords: '' }));
  assert.deepEqual(found, ['Return label', 'Where is my return label']);
  assert.deepEqual(
    fitting(all, 'label where', (label) => ({ label, keywords: '' })),
    ['Where is my return label'],
  );
});

test('every emoji has a name that can be typed, and no two have the same', () => {
  assert.ok(emoji.length > 150);
  assert.equal(new Set(emoji.map((one) => one.name)).size, emoji.length);
  for (const { name, sign } of emoji) assert.match(`${name} ${sign}`, /^[a-z0-9_+-]+ \P{ASCII}+$/u);
});

test('what is typed as an address becomes a link, and nothing that runs does', () => {
  assert.equal(asLink('northwind.example/returns'), 'https://northwind.example/returns');
  assert.equal(asLink(' https://x.example/a?b '), 'https://x.example/a?b');
  assert.equal(asLink('ana@northwind.example'), 'mailto:ana@northwind.example');
  for (const typed of ['javascript:alert(1)', 'hello', 'two words.example', '']) assert.equal(asLink(typed), null);
});
