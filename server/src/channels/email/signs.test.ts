import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from './parse/index.ts';
import { signsOf } from './signs.ts';

type Letter = { from?: string; subject?: string; headers?: string[]; text?: string; html?: string };
const read = ({
  from = 'Claire <claire@shop.example>',
  subject = 'A question',
  headers = [],
  text = 'Hello',
  html,
}: Letter) =>
  signsOf(
    parse(
      Buffer.from(
        [
          `From: ${from}`,
          'To: desk@example.com',
          `Subject: ${subject}`,
          ...(headers.some((line) => /^message-id:/i.test(line)) ? [] : ['Message-ID: <1@shop.example>']),
          'Date: Thu, 26 Nov 2026 10:00:00 +0000',
          'MIME-Version: 1.0',
          `Content-Type: text/${html === undefined ? 'plain' : 'html'}; charset=utf-8`,
          ...headers,
          '',
          html ?? text,
          '',
        ].join('\r\n'),
      ),
    ),
  );
const rules = (letter: Letter): string[] => read(letter).map((sign) => sign.rule);
const words = (letter: Letter): string =>
  read(letter)
    .map((sign) => sign.words)
    .join('; ');

test('an ordinary mail shows no sign of spam', () => {
  assert.deepEqual(read({}), []);
  assert.deepEqual(read({ subject: 'URGENT', text: 'See https://shop.example/order/7' }), []);
  assert.deepEqual(
    read({
      html: '<p>See <a href="https://www.shop.example/x">shop.example</a> or <a href="https://x.example">here</a></p>',
    }),
    [],
  );
});

test('what the mail host calls spam counts once, whichever way it says so', () => {
  for (const header of [
    'X-Spam-Flag: YES',
    'X-Spam-Status: Yes, score=12.3 required=4.5 tests=BAYES_99',
    'X-SES-Spam-Verdict: FAIL',
    'X-MS-Exchange-Organization-SCL: 6',
    'X-Forefront-Antispam-Report: CIP:203.0.113.1;CTRY:XX;SCL:5;SFV:SPM;H:mx.example',
    'X-Rspamd-Action: add header',
    'X-Barracuda-Spam-Flag: YES',
    'X-Gm-Spam: 1',
  ]) {
    const found = read({ headers: [header] });
    assert.deepEqual(
      found.map((sign) => sign.rule),
      ['host'],
      header,
    );
    assert.ok((found[0]?.points ?? 0) >= 5, header);
  }
  assert.equal(read({ headers: ['X-Spam-Flag: YES', 'X-Spam-Status: Yes, score=9', 'X-Gm-Spam: 1'] }).length, 1);
});

test('"not spam" in a header counts for nothing: whoever sends a mail can write it', () => {
  for (const header of [
    'X-Spam-Flag: NO',
    'X-Spam-Status: No, score=-10 required=5',
    'X-Spam-Score: -99',
    'X-MS-Exchange-Organization-SCL: -1',
    'X-Forefront-Antispam-Report: SCL:-1;SFV:SKN',
    'X-SES-Spam-Verdict: PASS',
  ])
    assert.deepEqual(read({ headers: [header] }), [], header);
});

test('how a mail is made is said in a sentence', () => {
  assert.match(
    words({ from: '"service@bank.example" <x@mailer.example>' }),
    /shows an address \(service@bank\.example\)/,
  );
  assert.match(
    words({ headers: ['Reply-To: cash@elsewhere.example'] }),
    /Answers would go elsewhere, to cash@elsewhere/,
  );
  assert.match(words({ text: 'Go to http://203.0.113.9/claim' }), /bare address \(203\.0\.113\.9\)/);
  assert.match(words({ subject: 'Your раypal account' }), /mixes alphabets/);
  assert.match(words({ subject: 'FREE MONEY FOR YOU!!!' }), /all in capitals.*shouts/);
  assert.match(words({ headers: ['Message-ID:'] }), /no Message-ID/);
  assert.match(
    words({ html: '<a href="https://evil.example/login">https://www.bank.example/login</a>' }),
    /shows www\.bank\.example but leads to evil\.example/,
  );
  assert.match(
    words({ headers: [`Cc: ${Array.from({ length: 25 }, (_, i) => `p${i}@many.example`).join(', ')}`] }),
    /written to 26 addresses/,
  );
});

test('a link that a guard put itself before, or that a list counts, is no lie', () => {
  const guarded =
    '<a href="https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.bank.example%2F">www.bank.example</a>';
  assert.deepEqual(rules({ html: guarded }), []);
  const counted = '<a href="https://click.counter.example/7">www.bank.example</a>';
  assert.deepEqual(rules({ html: counted, headers: ['List-Id: <news.bank.example>'] }), []);
});

test('a program among the files is a sign, one that pretends to be a document a heavier one', () => {
  const file = (name: string): number =>
    signsOf(
      parse(
        Buffer.from(
          `From: a@b.example\r\nTo: d@example.com\r\nSubject: Invoice\r\nMessage-ID: <1@b.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSee the file.\r\n--x\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\nabc\r\n--x--\r\n`,
        ),
      ),
    ).reduce((sum, sign) => sum + sign.points, 0);
  assert.equal(file('invoice.pdf'), 0);
  assert.equal(file('setup.exe'), 2.5);
  assert.equal(file('invoice.pdf.exe'), 4);
});

test('no HTML takes long to look at', () => {
  const hard = [
    '<a '.repeat(20_000),
    '<a href=http://x'.repeat(4_000),
    `<a href="https://x.example">${'a.'.repeat(30_000)}`,
    '<a href="http://a.example">b.example</a>'.repeat(2_000).replaceAll('b.example', ''),
  ];
  for (const html of hard) {
    const mail = { ...parse(Buffer.from('From: a@b.example\r\nMessage-ID: <1@b>\r\n\r\nx')), html };
    const began = performance.now();
    signsOf(mail);
    assert.ok(performance.now() - began < 200, html.slice(0, 30));
  }
});

test('whatever a mail says, its signs are finite, short and for a person to read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 500 }), (subject, html) => {
      const mail = { ...parse(Buffer.from('From: a@b.example\r\n\r\nx')), subject, html };
      for (const sign of signsOf(mail)) {
        assert.ok(Number.isFinite(sign.points) && sign.points > 0);
        assert.ok(sign.words.length < 250);
      }
    }),
  );
});
