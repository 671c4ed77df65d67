import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readHtml, readText, sayWhat, withPictures, writeHtml, writeText } from './index.ts';

const upload = '0190aaaa-0000-7000-8000-000000000001';
const again = (html: string): string => writeHtml(readHtml(html));
const said = (html: string): string => writeText(readHtml(html));

test('what people write with an editor is kept as it is', () => {
  for (const html of [
    '<p>Hello <strong>Claire</strong>, <em>yes</em> <u>and</u> <s>no</s> <code>x = 1</code></p><p></p><p>Bye</p>',
    '<ul><li><p>one</p></li><li><p>two</p><ol start="3"><li><p>deep</p></li></ol></li></ul>',
    '<blockquote><p>they said</p><blockquote><p>before</p></blockquote></blockquote><pre>\n\n  code &lt;b&gt;\nmore</pre>',
    `<p><a href="https://example.com/a?b=1&amp;c=2"><strong>here</strong></a> <img src="cid:${upload}" alt="A lamp" width="320"></p>`,
    '<p>two  spaces stay</p>',
  ])
    assert.equal(again(html), html);
});

test('what means the same is written the same; what has no place loses its tags and keeps its words', () => {
  assert.equal(
    again('<div>one<br></div><div><b>two</b></div>three'),
    '<p>one</p><p><strong>two</strong></p><p>three</p>',
  );
  assert.equal(again('<p>a<br>b<br><br>c<br></p>'), '<p>a</p><p>b</p><p></p><p>c</p>');
  assert.equal(again('<p><br></p><div><br></div>'), '<p></p><p></p>');
  assert.equal(again('<h1>Title</h1>\n<table><tr><td>a</td><td>b</td></tr></table>'), '<p>Title</p><p>ab</p>');
  assert.equal(again('<ul>\n <li>one\n<li>two\n</ul>'), '<ul><li><p>one </p></li><li><p>two </p></li></ul>');
  assert.equal(again('<p style="color:red" onclick="x()" class=a>hi</p>'), '<p>hi</p>');
  assert.equal(again('<ul><ul><ul><li>deep</li></ul></ul></ul>').match(/deep/g)?.length, 1);
});

test('nothing that runs, loads or leads astray gets in', () => {
  for (const html of [
    '<script>alert(1)</script>',
    '<style>p{}</style>',
    '<svg><a href="javascript:x">y</a></svg>',
    '<p><img src="https://evil.example/pixel.gif"></p>',
    '<p><img src="data:image/png;base64,AAAA" onerror=x></p>',
    '<iframe src=https://evil.example></iframe>',
  ])
    assert.equal(again(html).replaceAll('<p></p>', ''), '');
  assert.equal(again('<a href="java\nscript:alert(1)">x</a>'), '<p>x</p>');
  assert.equal(again('<img src="https://evil.example/a.png" alt="A cat">'), '<p>A cat</p>');
});

test('two hundred thousand open tags hold nobody up', () => {
  const began = performance.now();
  assert.equal(readHtml('<b>x'.repeat(200_000)).length, 1);
  assert.ok(performance.now() - began < 3000, `${Math.round(performance.now() - began)} ms`);
});

test('every body reads again as itself, whatever was sent', () => {
  const piece = fc.constantFrom(
    ...'<p>|</p>|<ul>|</ul>|<ol start=4>|</ol>|<li>|</li>|<blockquote>|</blockquote>|<pre>|</pre>|<b>|</b>|<i>|</i>|<code>|</code>|<a href="https://x.example">|</a>|<br>|<div>|</div>|<script>|</script>|<td>|&lt;|&amp;lt;| |  |\n|a|"|<'.split(
      '|',
    ),
    `<img src="cid:${upload}">`,
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const once = again(pieces.join(''));
      assert.equal(again(once), once);
      assert.doesNotMatch(once, /<(?!\/?(p|ul|ol|li|blockquote|pre|strong|em|u|s|code|a|br|img)\b)/);
    }),
    { numRuns: 2000 },
  );
});

test('in plain words lists have their marks, quotes their arrows, links their address, pictures their name', () => {
  assert.equal(
    said('<p>Hi</p><p></p><ol start="2"><li><p>a</p><ul><li><p>b</p></li></ul></li></ol>'),
    'Hi\n\n2. a\n   - b',
  );
  assert.equal(said('<blockquote><p>x</p><p></p><p>y</p></blockquote>'), '> x\n>\n> y');
  assert.equal(
    said('<p><a href="https://x.example/">x.example</a> <a href="https://y.example/a">why</a></p>'),
    'x.example why <https://y.example/a>',
  );
  assert.equal(said(`<p>See <img src="cid:${upload}" alt="the lamp"></p>`), 'See [the lamp]');
  assert.equal(writeText(readText('one\r\n\r\ntwo')), 'one\n\ntwo');
});

test('words alone are kept as words; formatting brings its words with it', () => {
  assert.deepEqual(sayWhat({ text: 'Hello\n<b>' }), { text: 'Hello\n<b>', html: null, pictures: [] });
  assert.deepEqual(sayWhat({ html: '<p>Hello</p><p></p><p>1 &lt; 2</p>' }), {
    text: 'Hello\n\n1 < 2',
    html: null,
    pictures: [],
  });
  const { text, html, pictures } = sayWhat({ text: 'ignored', html: `<p><b>Hi</b><img src="cid:${upload}"></p>` });
  assert.deepEqual([text, pictures], ['Hi[image]', [upload]]);
  assert.equal(
    withPictures(String(html), new Map([[upload, upload.replace(/1$/, '2')]])),
    `<p><strong>Hi</strong><img src="cid:${upload.replace(/1$/, '2')}" alt=""></p>`,
  );
  assert.throws(() => sayWhat({ html: `<p>${'long '.repeat(120_000)}</p>` }), /characters at most/);
});

test('half a megabyte is read in no time', () => {
  const html = `<p>${'word <b>bold</b> &amp; '.repeat(40)}</p>`.repeat(800);
  const begun = process.cpuUsage().user;
  sayWhat({ html });
  assert.ok(process.cpuUsage().user - begun < 1_500_000);
});
