import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sanitise } from '../html/index.ts';
import { isThanks } from './classify/thanks.ts';
import { partContent } from './content.ts';
import { clients, languages } from './fixtures/languages.ts';
import { mailOf } from './fixtures/write.ts';
import { parse } from './parse.ts';
import { Unreadable } from './types.ts';

const MEGABYTE = 1_000_000;
const fill = (s: string, size = MEGABYTE): string => s.repeat(Math.ceil(size / s.length));
const head = 'From: a@b.example\r\nSubject: x\r\n';
const header = 'On Mon, 1 Jan 2024 at 10:00, a@b.example wrote:\n';
const word =
  '<p class="MsoNormal" style="margin:0cm;font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif"><span lang="EN-US"><o:p>&nbsp;</o:p></span></p>\n';

const texts: Record<string, string> = {
  'a megabyte of >': fill('>'),
  'lines of >': fill('>\n'),
  'a megabyte of spaces': fill(' '),
  'empty lines': fill('\n'),
  'quote headers': fill(header),
  'quote headers with gaps': fill(`${header}\n`),
  '"On" for ever': fill('On '),
  'From lines': fill('From: a <a@b.example>\n\n'),
  'header blocks': fill('From: a <a@b.example>\nSent: 1.1.2024 10:00\nTo: b@c.example\nSubject: x\n\n'),
  'signature marks': fill('--\n'),
  'signature marks above a quote': `hi\n${fill('--\n')}> q\nx\n> y\n`,
  rules: `hi\n\n${fill('____\nx\n')}`,
  'sent from my phone': `hi\n\n${fill('Sent from my iPhone\n\n')}`,
  'answers between quotes': `a\n${fill('> q\nanswer\n')}`,
  'one endless paragraph': `a\n\n${fill('This email is confidential and for the intended recipient\n')}`,
  'files that never begin': fill('begin 644 a\n'),
  colons: fill(':'),
  addresses: fill('a@b.example\n'),
};

const pages: Record<string, string> = {
  '50,000 nested quotes': `${'<blockquote>'.repeat(50_000)}x${'</blockquote>'.repeat(50_000)}`,
  'quotes never closed': fill('<blockquote>'),
  'what Word writes': fill(word),
  'a line of small pieces': fill('a<b>a</b>'),
  'less-than signs': fill('<'),
  ampersands: fill('&'),
  'half entities': fill('&#1'),
  'comments never closed': fill('<!--'),
  'styles never closed': fill('<style>'),
  'endless attributes': `<div ${fill('class="gmail_quote" ')}>`,
  'quotes never closed in tags': fill('<a b="'),
  'nested tables': fill('<table><tr><td>'),
  'style rules': `<style>${fill('@media x{a{b:c', 250_000)}</style>`,
  'long styles': fill(`<p style="${'a:url('.repeat(500)}">`),
};

const mails: Record<string, string> = {
  'half-open addresses': `From: ${fill('<')}\r\n\r\nx`,
  'comments in addresses': `From: ${fill('(')}\r\n\r\nx`,
  'a hundred thousand recipients': `To: ${fill('a@b.example, ')}\r\n\r\nx`,
  'half-open words': `Subject: ${fill('=?utf-8?q?')}\r\n\r\nx`,
  'many words': `Subject: ${fill('=?utf-8?q?a?= ')}\r\n\r\nx`,
  'many references': `References: ${fill('<a@b>')}\r\n\r\nx`,
  'many headers': `${head}${fill('X: y\r\n')}\r\nx`,
  'folded headers': `Subject: a\r\n${fill(' b\r\n')}\r\nx`,
  'no headers at all': fill('foo\r\n'),
  'many parameters': `Content-Type: text/plain${fill('; a=b')}\r\n\r\nx`,
  'a million empty parts': `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n${fill('--b\r\n\r\n', 7 * MEGABYTE)}`,
  'parts without empty line': `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n${fill('--b\r\nX: y\r\n', 3 * MEGABYTE)}`,
  'nesting ten thousand deep':
    head +
    Array.from({ length: 10_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join(
      '',
    ),
  'long boundaries that nearly match': `${head}Content-Type: multipart/mixed; boundary=${'a'.repeat(900)}\r\n\r\n${fill(`--${'a'.repeat(899)}\r\n`)}`,
  'padding in base64': `${head}Content-Transfer-Encoding: base64\r\nContent-Type: application/x\r\n\r\n${fill('A=')}`,
  'equal signs': `${head}Content-Transfer-Encoding: quoted-printable\r\n\r\n${fill('=')}`,
  escapes: `${head}Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n${fill('\x1b$B')}`,
  'an endless delivery report': `${head}Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${fill('Final-Recipient: rfc822; a@b.example\nAction: failed\n\n')}`,
  'a bounce full of dots': `From: MAILER-DAEMON\r\nReturn-Path: <>\r\nSubject: Undelivered\r\n\r\nfailed to deliver\n${fill('a.')}`,
};

/** The promise is one second on an idle machine; the test allows for a busy one. */
function inTime(name: string, work: () => void): void {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  assert.ok((user + system) / 1000 < 2_000, `${name}: ${Math.round((user + system) / 1000)} ms`);
}

describe('no mail holds the desk up', () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`A10: text: ${name}`, () =>
      inTime(name, () => {
        isThanks(parse(mailOf(text)).replyText);
      }));
  }
  for (const [name, html] of Object.entries(pages)) {
    it(`A10: HTML: ${name}`, () =>
      inTime(name, () => {
        parse(mailOf(html, 'html'));
        sanitise(html);
      }));
  }
  for (const [name, mail] of Object.entries(mails)) {
    it(`A09 A10: mail: ${name}`, () => inTime(name, () => void tryParse(Buffer.from(mail, 'latin1'))));
  }
});

function tryParse(raw: Buffer): void {
  try {
    const mail = parse(raw);
    assert.ok(JSON.stringify(mail).length > 0);
    for (const attachment of mail.attachments.slice(0, 5)) assert.ok(partContent(raw, attachment).length >= 0);
    sanitise(mail.replyHtml ?? mail.html ?? '');
  } catch (error) {
    assert.ok(error instanceof Unreadable, String(error));
  }
}

describe('no bytes break the parser', () => {
  const seeds = Object.values(languages).flatMap((l) =>
    Object.values(clients).flatMap((write) => {
      const { html, text } = write(l, 'Anna');
      return [mailOf(text), ...(html ? [mailOf(html, 'html')] : [])];
    }),
  );
  const multipart = Buffer.from(
    `${head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=shift_jis; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=82=a0 \r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgEAAZAGAAgAAAAAAAAAAAA=\r\n--b\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCAMIACAQExADCABgkqhkiG9w0BBwGggCSABAQAAAAA\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--b--\r\n`,
  );

  it('random bytes are read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => tryParse(Buffer.from(bytes))),
      { numRuns: 300 },
    );
  });

  it('so are mails with bytes changed, cut out, doubled', () => {
    const change = fc.record({ at: fc.nat(), length: fc.nat({ max: 40 }), bytes: fc.uint8Array({ maxLength: 20 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(multipart, ...seeds),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (mail, changes) => {
          let raw = mail;
          for (const { at, length, bytes } of changes) {
            const from = at % raw.length;
            raw = Buffer.concat([raw.subarray(0, from), bytes, raw.subarray(Math.min(raw.length, from + length))]);
            if (raw.length === 0) return;
          }
          tryParse(raw);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('headers made of the pieces headers are made of, in any order', () => {
    const pieces = [
      '=?',
      '?=',
      '=?utf-8?q?',
      '=?B?',
      '?',
      '=',
      '<',
      '>',
      '(',
      ')',
      '"',
      '\\',
      ',',
      ';',
      ':',
      '@',
      'a@b.example',
      ' ',
      '\r\n ',
      'name*0*=',
      "utf-8''%C3",
      'boundary=',
      '\xe9',
      '\0',
    ];
    const value = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((list) => list.join(''));
    const names = ['From', 'To', 'Subject', 'Content-Type', 'Content-Disposition', 'References', 'Message-ID', 'Date'];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), value), { minLength: 1, maxLength: 5 }), (fields) =>
        tryParse(Buffer.from(`${fields.map(([name, v]) => `${name}: ${v}\r\n`).join('')}\r\nx`, 'latin1')),
      ),
      { numRuns: 1_500 },
    );
  });

  it('a mail cut off anywhere is still read', () => {
    for (let end = 1; end < multipart.length; end++) tryParse(multipart.subarray(0, end));
  });
});
