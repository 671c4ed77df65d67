import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goOnWith, putBelow } from './unkept.ts';

const held = {
  kind: 'reply' as const,
  text: 'Hello Claire',
  html: null,
  to: null,
  cc: [],
  bcc: [],
  inboxId: null,
  files: [],
  base: 'one',
};
const draft = {
  kind: 'reply' as const,
  text: 'Hello',
  html: null,
  to: null,
  cc: [],
  bcc: [],
  inboxId: null,
  attachments: [],
  updatedAt: 'two',
};

test('words the server never got come back as they were written', () => {
  assert.equal(goOnWith(held, null).text, 'Hello Claire');
  assert.equal(goOnWith(held, draft).text, 'Hello Claire');
  assert.equal(goOnWith(held, { ...draft, text: 'Something old', updatedAt: 'one' }).text, 'Hello Claire');
});

test('words written elsewhere meanwhile stay beside them', () => {
  assert.equal(goOnWith(held, { ...draft, text: 'Dear Claire' }).text, 'Dear Claire\n\nHello Claire');
  assert.equal(goOnWith(held, { ...draft, text: 'Hello Claire, and more' }).text, 'Hello Claire, and more');
});

test('what was a note on either side stays a note', () => {
  const note = { ...draft, text: 'Ask Mei first', kind: 'note' as const };
  assert.equal(goOnWith(held, note).kind, 'note');
  assert.equal(goOnWith({ ...held, kind: 'note' }, { ...draft, text: 'Dear Claire' }).kind, 'note');
});

test('words with formatting and words without stand one after the other, in the formatting', () => {
  const rich = { ...held, text: 'bold', html: '<p><strong>bold</strong></p>' };
  const went = goOnWith(rich, { ...draft, text: 'a < b\nnext' });
  assert.equal(went.html, '<p>a &lt; b</p><p>next</p><p></p><p><strong>bold</strong></p>');
  assert.equal(went.text, 'a < b\nnext\n\nbold');
});

test('to whom it goes stays as it was chosen here, or else there', () => {
  const to = [{ address: 'claire@example.org', name: 'Claire' }];
  assert.deepEqual(goOnWith(held, { ...draft, text: 'Dear Claire', to }).to, to);
  assert.deepEqual(goOnWith({ ...held, to: [] }, { ...draft, text: 'Dear Claire', to }).to, []);
});

test('files that were attached elsewhere stay, also where no word was written', () => {
  const file = { id: 'a', filename: 'lamp.png', contentType: 'image/png', size: 1 };
  assert.deepEqual(goOnWith(held, { ...draft, text: '', attachments: [file] }).files, [file]);
});

test('an answer that is taken back stands above what was written meanwhile, and nothing twice', () => {
  const said = (text: string, html: string | null = null) => ({ text, html, files: [] });
  const words = (...of: Parameters<typeof putBelow>) => putBelow(...of).text;
  assert.equal(words(said('Turn it.'), null, said('')), 'Turn it.');
  assert.equal(words(said('Turn it.'), said(''), said('And more')), 'Turn it.\n\nAnd more');
  // The server has put what it knew of it there already; it was gone on with since.
  assert.equal(words(said('Turn it.\n\nAnd'), said('And'), said('And more')), 'Turn it.\n\nAnd more');
  assert.equal(words(said('Turn it.\n\nAnd more'), said('And more'), said('And more')), 'Turn it.\n\nAnd more');
  assert.equal(words(said('Turn it.'), null, said('Turn it.\n\nAnd more')), 'Turn it.\n\nAnd more');
  const rich = putBelow(
    said('Turn it.\n\nAnd', '<p><b>Turn it.</b></p><p></p><p>And</p>'),
    said('And'),
    said('And more'),
  );
  assert.deepEqual([rich.text, rich.html], ['Turn it.\n\nAnd more', '<p><b>Turn it.</b></p><p></p><p>And more</p>']);
});
