import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, isText, tableOf } from './preview.ts';

test('a text is read in the alphabet it was written in', () => {
  assert.equal(decode(Buffer.from('Größe')), 'Größe');
  assert.equal(decode(Buffer.from('Größe', 'latin1')), 'Größe');
  assert.equal(decode(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Größe', 'utf16le')])), 'Größe');
  assert.equal(decode(Buffer.from('an ö').subarray(0, 4)), 'an ', 'cut in the middle of a letter');
});
test('a table in text keeps its quoted cells whole', () => {
  assert.deepEqual(tableOf('a,b\r\n"1, one","say ""hi""\nthere"\n,\n', ','), [
    ['a', 'b'],
    ['1, one', 'say "hi"\nthere'],
    ['', ''],
  ]);
  assert.deepEqual(tableOf('x;y', ';'), [['x', 'y']]);
});
test('what is text is known by its type, or by its name when nobody said a type', () => {
  for (const [filename, contentType] of [
    ['a', 'text/plain'],
    ['a.json', 'application/json'],
    ['a.csv', 'application/octet-stream'],
    ['a.html', 'text/html'],
  ] as const)
    assert.ok(isText({ filename, contentType }), filename);
  for (const [filename, contentType] of [
    ['a.zip', 'application/octet-stream'],
    ['a.csv', 'application/zip'],
    ['a.png', 'image/png'],
  ] as const)
    assert.ok(!isText({ filename, contentType }), filename);
});
