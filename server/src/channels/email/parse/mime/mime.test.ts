import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import iconv from 'iconv-lite';
import { partContent } from '../content.ts';
import { parse } from '../parse.ts';
import { Unreadable } from '../types.ts';

const raw = (s: string): Buffer => Buffer.from(s.replace(/\r?\n/g, '\r\n'), 'latin1');
const subjectOf = (header: string): string => parse(raw(`From: a@b.example\nSubject: ${header}\n\nx`)).subject;

describe('headers', () => {
  it('encoded words are read even when they are split inside a character', () => {
    assert.equal(subjectOf('=?utf-8?B?w7xi?= =?utf-8?Q?er_=C3?=\n =?utf-8?Q?=A4nderung?='), 'über änderung');
    assert.equal(subjectOf('=?iso-2022-jp?B?GyRCRnxLXBsoQg==?='), '日本');
    assert.equal(subjectOf('plain =?x-nonsense?Q?caf=E9?= end'), 'plain café end');
  });

  it('raw 8-bit subjects are read in the charset the body names, or in the likeliest', () => {
    const russian = iconv.encode('Не работает вход в личный кабинет', 'windows-1251').toString('latin1');
    assert.equal(subjectOf(russian), 'Не работает вход в личный кабинет');
    assert.equal(subjectOf('Die Fr\xf6sche und die St\xf6rche'), 'Die Frösche und die Störche');
    const chinese = iconv.encode('您好，我的订单还没有收到货物', 'gb18030').toString('latin1');
    assert.equal(subjectOf(chinese), '您好，我的订单还没有收到货物');
    const czech = iconv.encode('Žluťoučký kůň', 'windows-1250').toString('latin1');
    const mail = parse(
      raw(`From: a@b.example\nSubject: ${czech}\nContent-Type: text/plain; charset=windows-1250\n\nx`),
    );
    assert.equal(mail.subject, 'Žluťoučký kůň');
  });

  it('addresses survive groups, comments, missing brackets and commas in names', () => {
    const mail = parse(
      raw(
        'From: Doe, John <john@a.example>\nTo: Team: ann@b.example, "B. C." <bc@b.example>;, dan@d.example (Dan D)\nCc: =?utf-8?Q?M=C3=BCller=2C_Eva?= <eva@e.example>; <mailto:x@y.example>\nReply-To: broken <r@r.example\n\nx',
      ),
    );
    assert.deepEqual(mail.from, { address: 'john@a.example', name: 'Doe, John' });
    assert.deepEqual(
      mail.to.map((a) => `${a.name}|${a.address}`),
      ['|ann@b.example', 'B. C.|bc@b.example', 'Dan D|dan@d.example'],
    );
    assert.deepEqual(mail.cc, [
      { address: 'eva@e.example', name: 'Müller, Eva' },
      { address: 'x@y.example', name: '' },
    ]);
    assert.equal(mail.replyTo[0]?.address, 'r@r.example');
  });

  it('half an encoded word in an address ends where it ends', () => {
    assert.equal(parse(raw('From: a@b.example\nTo: =?IS?==?= <foo)com>\n\nx')).to.length, 1);
  });

  it('a mail without From is taken as from whoever it says to answer, and that is noted', () => {
    const mail = parse(raw('Reply-To: r@r.example\nSubject: x\n\nbody'));
    assert.equal(mail.from?.address, 'r@r.example');
    assert.match(mail.problems.join(), /no usable From/);
    assert.equal(parse(raw('Subject: x\n\nbody')).from, null);
  });

  it('message ids are found without brackets, folded and repeated', () => {
    const mail = parse(
      raw(
        'From: a@b.example\nMessage-ID: 1@b.example\nIn-Reply-To: text <2@b.example>\nReferences: <1@b>\n <2@b> <1@b>,<3@b>\n\nx',
      ),
    );
    assert.equal(mail.messageId, '1@b.example');
    assert.equal(mail.inReplyTo, '2@b.example');
    assert.deepEqual(mail.references, ['1@b', '2@b', '3@b']);
  });

  it('dates come out as one instant, whatever their spelling', () => {
    const dateOf = (d: string) => parse(raw(`From: a@b.example\nDate: ${d}\n\nx`)).date;
    assert.equal(dateOf('Tue, 3 Mar 2026 09:41:00 +0100 (CET)'), '2026-03-03T08:41:00.000Z');
    assert.equal(dateOf('3 Mar 26 09:41 EST'), '2026-03-03T14:41:00.000Z');
    assert.equal(dateOf('not a date'), null);
  });
});

describe('bodies', () => {
  it('a text labelled wrongly is read by its bytes', () => {
    const bodyOf = (charset: string, bytes: Buffer) =>
      parse(Buffer.concat([raw(`From: a@b.example\nContent-Type: text/plain; charset=${charset}\n\n`), bytes])).text;
    assert.equal(bodyOf('iso-8859-1', Buffer.from('Größe – “gut”')), 'Größe – “gut”');
    assert.equal(bodyOf('utf-8', iconv.encode('Größe und Maße', 'latin1')), 'Größe und Maße');
    assert.equal(bodyOf('us-ascii', iconv.encode('Привет, как дела сегодня?', 'koi8-r')), 'Привет, как дела сегодня?');
    assert.equal(bodyOf('utf-7', Buffer.from('Gr+APYA3w-e')), 'Größe');
    assert.equal(bodyOf('gb2312', iconv.encode('汉字测试', 'gb18030')), '汉字测试');
  });

  it('a multipart whose end was forgotten, and one whose boundary was not named, still give their text', () => {
    const unclosed = parse(
      raw('From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n'),
    );
    assert.equal(unclosed.text.trim(), 'hello');
    const unnamed = parse(
      raw('From: a@b.example\nContent-Type: multipart/mixed\n\n--zzz\nContent-Type: text/plain\n\nhello\n--zzz--\n'),
    );
    assert.equal(unnamed.text.trim(), 'hello');
    assert.match(unnamed.problems.join(), /without boundary/);
  });

  it('flowed lines are joined, quoted ones by their depth, signatures never', () => {
    const flowed = parse(
      raw('From: a@b.example\nContent-Type: text/plain; format=flowed\n\none \ntwo\n> q1 \n> q2\n-- \nme\n'),
    );
    assert.equal(flowed.text, 'one two\n> q1 q2\n-- \nme\n');
  });

  it('attachments are listed with name, size and place, and read when wanted', () => {
    const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251));
    const base64 = bytes.toString('base64').replace(/(.{76})/g, '$1\r\n');
    const mail = raw(
      `From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: application/pdf;\n name*0*=utf-8''%C3%9Cber;\n name*1*=sicht.pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n${base64}\n--b\nContent-Type: text/csv; name="a\\"b.csv"\nContent-Transfer-Encoding: quoted-printable\n\na=3Db=\nc\n--b--\n`,
    );
    const { attachments } = parse(mail);
    assert.deepEqual(
      attachments.map((a) => [a.filename, a.contentType, a.size]),
      [
        ['Übersicht.pdf', 'application/pdf', 10_000],
        ['a"b.csv', 'text/csv', 4],
      ],
    );
    const [pdf, csv] = attachments;
    assert.ok(pdf && csv);
    assert.ok(partContent(mail, pdf).equals(bytes));
    assert.equal(partContent(mail, csv).toString(), 'a=bc');
  });

  it('a file typed into the text comes out as an attachment', () => {
    const mail = raw('From: a@b.example\n\nSee:\n\nbegin 644 hi.txt\n#:&D*\n`\nend\n\nBye\n');
    const parsed = parse(mail);
    const [file] = parsed.attachments;
    assert.ok(file);
    assert.equal(file.filename, 'hi.txt');
    assert.equal(partContent(mail, file).toString(), 'hi\n');
    assert.doesNotMatch(parsed.text, /begin 644/);
  });

  it('files of an attached mail are listed too', () => {
    const mail = raw(
      'From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\nSubject: old one\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: image/png; name=x.png\nContent-Transfer-Encoding: base64\n\nAAAA\n--c--\n--b--\n',
    );
    const names = parse(mail).attachments.map((a) => a.filename);
    assert.deepEqual(names, ['old one.eml', 'x.png']);
  });

  it('an invitation and an encrypted mail are recognised', () => {
    const invited = parse(
      raw(
        'From: a@b.example\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VEVENT\nSUMMARY:Fitting\nDTSTART:20260105T080000Z\nEND:VEVENT\n',
      ),
    );
    assert.equal(invited.invitation?.part, '1');
    assert.equal(invited.invitation?.state, 'invited');
    assert.equal(invited.invitation?.title, 'Fitting');
    const secret = parse(
      raw(
        'From: a@b.example\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIAG\n',
      ),
    );
    assert.equal(secret.security?.encrypted, true);
    assert.equal(secret.security?.signed, false);
  });
});

describe('what is not what it says', () => {
  it('words that are called base64 are read as words', () => {
    const mail = parse(
      raw('From: a@b.example\nContent-Transfer-Encoding: base64\n\nThis is plain text, not base64.\n'),
    );
    assert.equal(mail.text.trim(), 'This is plain text, not base64.');
  });

  it('an address in twice the brackets has no bracket for a name', () => {
    assert.deepEqual(parse(raw('From: <<j@x.example>>\n\n')).from, { address: 'j@x.example', name: '' });
  });
});

describe('what cannot be read', () => {
  it('is refused with a reason a person understands', () => {
    assert.throws(
      () => parse(Buffer.alloc(0)),
      (e) => e instanceof Unreadable && e.reason === 'empty' && /empty/.test(e.message),
    );
    assert.throws(
      () => parse(Buffer.alloc(4000, 1)),
      (e) => e instanceof Unreadable && e.reason === 'not-mail',
    );
  });
});
