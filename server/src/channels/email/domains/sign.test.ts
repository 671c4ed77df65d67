import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { newKey } from './keys.ts';
import { dkimSigned, type SigningKey } from './sign.ts';

let keys: SigningKey[];
const records = new Map<string, string>();
before(async () => {
  const made = await Promise.all((['rsa', 'ed25519'] as const).map(newKey));
  keys = made.map(({ algorithm, publicKey, secret }) => {
    records.set(`${algorithm}._domainkey.northwind.example`, `v=DKIM1; k=${algorithm}; p=${publicKey}`);
    return { domain: 'northwind.example', selector: algorithm, algorithm, key: createPrivateKey(secret) };
  });
});
const resolver = async (name: string): Promise<string[][]> => {
  const record = records.get(name);
  if (!record) throw Object.assign(new Error('nothing there'), { code: 'ENOTFOUND' });
  return [[record]];
};
const verdicts = async (mail: string | Buffer): Promise<string[]> => {
  const { results } = (await dkimVerify(Buffer.from(mail), { resolver })) as {
    results: { status: { result: string } }[];
  };
  return results.map((one) => one.status.result).sort();
};
const head = [
  'From: Support <support@northwind.example>',
  'To: Ana =?utf-8?q?=C3=96z?= <ana@example.org>,',
  '\tbo@example.org',
  'Subject:  Re:   a  lamp ',
  'Date: Thu, 26 Nov 2026 10:00:00 +0000',
  'Message-ID: <1@northwind.example>',
  'References: <a@example.org>',
  ' <b@example.org>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
].join('\r\n');

test('A signed mail is verified by others, by both kinds of key', async () => {
  const mail = dkimSigned(Buffer.from(`${head}\r\n\r\nHello Ana,\r\n\r\nthe lamp is on its way.\r\n`), keys);
  assert.deepEqual(await verdicts(mail), ['pass', 'pass']);
  assert.ok(
    mail
      .toString()
      .split('\r\n')
      .every((line) => line.length <= 100),
  );
  assert.ok(dkimSigned(Buffer.from('x'), []).equals(Buffer.from('x')));
});

test('Nothing that a reader sees or a thread goes by can be changed or added afterwards', async () => {
  const mail = dkimSigned(Buffer.from(`${head}\r\n\r\nHello\r\n`), keys).toString('latin1');
  assert.ok(!(await verdicts(mail.replace('a  lamp', 'a horse'))).includes('pass'));
  assert.ok(!(await verdicts(mail.replace('\r\nHello', '\r\nGoodbye'))).includes('pass'));
  for (const added of [
    'Subject: Pay here',
    'From: x@evil.example',
    'Reply-To: x@evil.example',
    'Cc: x@evil.example',
    'In-Reply-To: <x@evil.example>',
    'Content-Type: text/html',
  ])
    for (const at of [`${added}\r\n${mail}`, mail.replace('\r\n\r\n', `\r\n${added}\r\n\r\n`)])
      assert.ok(!(await verdicts(at)).includes('pass'), added);
  // What servers do on the way, and a list may, harms nothing.
  assert.deepEqual(
    await verdicts(`Received: from a by b\r\nList-Id: <x.example>\r\n${mail.replace('Re:   a', 'Re: a')}`),
    ['pass', 'pass'],
  );
});

test('Any body is signed so that it verifies: blanks, tabs, empty lines, lone line feeds, bytes of any kind', async () => {
  const piece = fc.constantFrom(' ', '\t', 'x', '\r\n', '\n', '.', '\r\n\r\n', '  ', 'é', '=', ' \r\n', '\u00a0');
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const mail = dkimSigned(Buffer.from(`${head}\r\n\r\n${pieces.join('')}`), keys);
      assert.deepEqual(await verdicts(mail), ['pass', 'pass'], JSON.stringify(pieces));
    }),
    { numRuns: 150 },
  );
});

test('A line of a million blanks is signed in no time', () => {
  const mail = Buffer.from(`${head}\r\n\r\n${' '.repeat(1_000_000)}x`);
  const began = performance.now();
  dkimSigned(mail, keys);
  assert.ok(performance.now() - began < 1000);
});
