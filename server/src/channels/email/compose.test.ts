import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compose, wordsOf } from './compose.ts';
import { sanitise } from './html/index.ts';
import { parse, partContent } from './parse/index.ts';

const message = {
  id: '1',
  conversationId: '2',
  externalId: 'x@example.com',
  inReplyTo: 'y@example.org',
  references: [],
  to: [],
  cc: [],
  bcc: [],
  subject: 'Re: Lamp',
  text: 'It is on its way.',
  attachments: [],
  automatic: false,
  quoted: { at: '2026-01-02T03:04:05.000Z', from: 'Ana', text: 'Where is my lamp?' },
  only: [],
  forwarded: '',
  quote: null,
  authorName: 'Jonas',
  authorSignature: '',
};
const letter = {
  from: { address: 'support@example.com', name: 'Support' },
  replyTo: null,
  signature: '',
  quote: false,
};
const quotes = (asked: boolean | null, inbox: boolean): boolean =>
  wordsOf({ ...message, quote: asked }, { ...letter, quote: inbox }).text.includes('> Where is my lamp?');

test('What is answered is quoted when the person asks for it, and else as the inbox says', () => {
  assert.deepEqual(
    [quotes(null, false), quotes(null, true), quotes(true, false), quotes(false, true)],
    [false, true, true, false],
  );
});

const upload = '0190aaaa-0000-7000-8000-000000000001';
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const rich = {
  ...message,
  text: 'Hello Claire\n\n- one\n\n[the lamp]',
  html: `<p>Hello <strong>Claire</strong>, see https://example.com/a</p><p></p><ul><li><p>one</p></li></ul><p></p><p><img src="cid:${upload}" alt="the lamp" width="200"></p><p>مرحبا</p><p></p>`,
  attachments: [
    { filename: 'manual.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF') },
    { filename: 'lamp.png', contentType: 'image/png', content: png, contentId: upload },
  ],
};

test('An answer with formatting and a picture leaves as words and HTML, with the picture in its place and the file beside it', async () => {
  const raw = await compose(rich, { ...letter, signature: 'Northwind' });
  const mail = await parse(raw);
  const source = raw.toString('latin1');
  for (const type of ['multipart/mixed', 'multipart/alternative', 'multipart/related'])
    assert.ok(source.includes(`Content-Type: ${type}`), type);
  const picture = mail.attachments.find((file) => file.contentType === 'image/png');
  assert.equal(picture?.contentId, `${upload}@example.com`);
  assert.ok(picture && partContent(raw, picture).equals(png));
  assert.equal(mail.attachments.find((file) => file.contentType === 'application/pdf')?.inline, false);
  assert.match(String(mail.html), /<img src="cid:[0-9a-f-]{36}@example.com" alt="the lamp" width="200"/);
  assert.match(String(mail.html), /<strong>Claire<\/strong>, see <a href="https:\/\/example.com\/a">/);
  assert.match(String(mail.html), /<p dir="rtl" style="margin:0;text-align:right">مرحبا<\/p>/);
  assert.match(mail.text, /Hello Claire\n\n- one\n\n\[the lamp\]/);
});

test('What we send is HTML that our own list for mail lets through as it is', () => {
  const { html } = wordsOf(rich, letter);
  const body = html.slice(html.indexOf('<div'), html.lastIndexOf('</div>'));
  const shown = sanitise(body, { cidImage: (id) => `cid:${id}` }).html.replaceAll(
    ' target="_blank" rel="noopener noreferrer nofollow"',
    '',
  );
  const plain = (text: string): string => text.replace(/ style="[^"]*"/g, '').replace(/<\/div>$/, '');
  assert.equal(plain(shown), plain(body));
});
