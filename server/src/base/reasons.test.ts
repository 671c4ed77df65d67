import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inTheWords, isReason, type Reason, type ReasonCode, reasons } from '@hearten/contract';
import { readPo } from '../../../launch/words/po.mjs';
import { explain } from '../channels/email/explain.ts';
import { bounceReason } from '../channels/email/parse/index.ts';
import { bouncedWith, sign } from '../conversations/index.ts';
import { notDelivered } from '../notifications/not-delivered.ts';
import { quoted, readIn, reasonIn } from './reasons.ts';
import { inWords, languages } from './words.ts';

const root = join(import.meta.dirname, '../../..');
const codes = Object.keys(reasons) as ReasonCode[];
/** A text without its names of values: what is left has to be of the language. */
const bare = (text: string): string => text.replace(/\{\w+\}/g, '').replace(/[^\p{L}]/gu, '');

test('every reason is said in every language, by the server and by the app', () => {
  assert.ok(codes.length > 120, `only ${codes.length} reasons`);
  for (const language of languages.filter((one) => one !== 'en')) {
    const server = JSON.parse(readFileSync(join(root, `server/src/languages/${language}.json`), 'utf8'));
    const app = readPo(join(root, `web/src/languages/${language}.po`));
    for (const code of codes) {
      const text = reasons[code];
      assert.ok(server[text], `${code} in ${language}`);
      assert.ok(app.get(text), `${code} in ${language} of the app`);
      if (bare(text)) assert.notEqual(server[text], text, `${code} in ${language} is English`);
    }
  }
});

test('what another server said stands as it was said, within words of the reader', () => {
  const why: Reason = {
    code: 'given-up',
    values: {
      n: 10,
      why: { code: 'server-said', values: { why: { code: 'full' }, said: '552 5.2.2 {mailbox} full' } },
    },
  };
  assert.equal(
    reasonIn(why, 'en'),
    'Given up after 10 tries: The mailbox is full. The mail server said: 552 5.2.2 {mailbox} full',
  );
  assert.equal(
    reasonIn(why, 'de'),
    'Nach 10 Versuchen aufgegeben: Das Postfach ist voll. Der Mailserver sagte: 552 5.2.2 {mailbox} full',
  );
  assert.equal(reasonIn(quoted('boîte pleine'), 'ja'), 'boîte pleine');
  // Days are written as each language writes them.
  const blocked: Reason = { code: 'sender-blocked', values: { day: '2026-03-05' } };
  assert.equal(reasonIn(blocked, 'en'), 'This sender was blocked on March 5, 2026');
  assert.match(reasonIn(blocked, 'de'), /5\. März 2026/);
});

test('rows from before, and codes that only a newer process knows, are shown as they were written', () => {
  assert.equal(readIn(null, 'The mailbox is full.', 'de'), 'The mailbox is full.');
  assert.equal(readIn({ code: 'toString' }, 'Later words.', 'de'), 'Later words.');
  assert.equal(isReason({ code: 'from-tomorrow' }), false);
});

test('a report of a bounce, a server that is not there and a refused answer have their codes', () => {
  assert.deepEqual(bouncedWith(bounceReason('552 mailbox full', null).words), { code: 'full' });
  assert.deepEqual(bouncedWith('Das Postfach ist voll'), quoted('Das Postfach ist voll'));
  const away = explain(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), {
    host: 'imap.example',
    port: 993,
    security: 'tls',
    what: 'IMAP',
  });
  assert.equal(away.text, "There is no server named imap.example. Check the spelling, or this machine's DNS.");
  assert.match(reasonIn(away.why, 'fr'), /Aucun serveur ne s’appelle imap\.example/);
  const told = notDelivered(
    { name: 'message.failed', data: { reason: 'The mailbox is full.', why: { code: 'full' } } },
    { customer_name: 'Dana', customer_address: 'dana@reyes.example' },
    true,
  );
  assert.match(inWords(told, 'de'), /Das Postfach ist voll\.$/);
  assert.equal(
    inTheWords(sign('capitals', 1, 'capitals').why as Reason, 'es', (id) => id),
    'Its subject is all in capitals',
  );
});

// Types hold for Later, Declined, Unsure, Answer, findings and the state of an inbox: they take a reason, never a text. What is written
// beside a code by hand would escape them.
test('no reason is written as plain English beside its list', () => {
  const places = ['conversations', 'channels/email', 'sample'].map((one) => join(root, 'server/src', one));
  const written = /\bpoints: .*\bwords: ['"`]|\bstate_reason = '[^']|\bsign\([^)]*['"`][A-Z][a-z]+ [a-z]/;
  const found = places.flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .filter((name) =>
        readFileSync(join(place, name), 'utf8')
          .split('\n')
          .some((line) => written.test(line)),
      ),
  );
  assert.deepEqual(found, []);
  assert.match("{ rule: 'x', points: 1, words: 'It looks odd' }", written);
});
