import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../parse.ts';
import { isThanks } from './thanks.ts';

const raw = (s: string): Buffer => Buffer.from(s.replace(/\r?\n/g, '\r\n'));

const dsn = (action: string, status: string, diagnostic: string): Buffer =>
  raw(`Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: help@desk.example
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; anna@kunde.example
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp; ${diagnostic}
--b
Content-Type: text/rfc822-headers

Message-ID: <out-1@desk.example>
Subject: Re: 4711
To: anna@kunde.example
--b--
`);

describe('bounces', () => {
  it('a delivery report names recipient, reason, and the mail that came back', () => {
    const mail = parse(dsn('failed', '5.1.1', '550 5.1.1 <anna@kunde.example>: User unknown'));
    assert.equal(mail.kind, 'bounce');
    assert.deepEqual(mail.bounce?.recipients, ['anna@kunde.example']);
    assert.equal(mail.bounce?.hard, true);
    assert.equal(mail.bounce?.reason, 'The address does not exist.');
    assert.equal(mail.bounce?.originalMessageId, 'out-1@desk.example');
    assert.equal(mail.bounce?.originalHeaders.subject, 'Re: 4711');
  });

  it('a full mailbox is no dead address, a delay is not final', () => {
    const full = parse(dsn('failed', '5.2.2', '552 5.2.2 mailbox full'));
    assert.deepEqual([full.bounce?.hard, full.bounce?.reason], [false, 'The mailbox is full.']);
    const late = parse(dsn('delayed', '4.4.1', 'connection timed out'));
    assert.deepEqual([late.kind, late.bounce?.final, late.bounce?.hard], ['bounce', false, false]);
  });

  it('a receipt that says "delivered" is no bounce', () => {
    assert.equal(parse(dsn('delivered', '2.0.0', '250 ok')).kind, 'auto_reply');
  });

  it('free text of old mail servers is understood', () => {
    const qmail = parse(
      raw(
        'Return-Path: <>\nFrom: MAILER-DAEMON@q.example\nTo: help@desk.example\nSubject: failure notice\n\nHi. This is the qmail-send program at q.example.\n\n<anna@kunde.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <out-2@desk.example>\nTo: anna@kunde.example\n',
      ),
    );
    assert.equal(qmail.kind, 'bounce');
    assert.deepEqual(qmail.bounce?.recipients, ['anna@kunde.example']);
    assert.equal(qmail.bounce?.originalMessageId, 'out-2@desk.example');
    const german = parse(
      raw(
        'From: Mail Delivery System <postmaster@x.example>\nSubject: Unzustellbar: Angebot\n\nIhre Nachricht konnte nicht zugestellt werden an\nanna@kunde.example\nEmpfänger unbekannt\n',
      ),
    );
    assert.deepEqual([german.kind, german.bounce?.hard], ['bounce', true]);
  });

  it('a customer who writes about a bounce is a customer', () => {
    const asking = parse(
      raw(
        'From: anna@kunde.example\nIn-Reply-To: <1@x>\nSubject: Re: Undelivered Mail\n\nI got "could not be delivered", why?',
      ),
    );
    assert.equal(asking.kind, 'message');
  });
});

describe('machines', () => {
  const kindOf = (headers: string, body = 'x') => parse(raw(`From: a@b.example\n${headers}\n\n${body}`)).kind;

  it('automatic answers are told by RFC 3834, by older headers, and by their subject', () => {
    assert.equal(kindOf('Auto-Submitted: auto-replied'), 'auto_reply');
    assert.equal(kindOf('Auto-Submitted: no'), 'message');
    assert.equal(kindOf('X-Autoreply: yes'), 'auto_reply');
    assert.equal(kindOf('Precedence: auto_reply'), 'auto_reply');
    assert.equal(kindOf('Subject: Automatische Antwort: Ihr Auftrag'), 'auto_reply');
    assert.equal(kindOf('Subject: Réponse automatique : commande'), 'auto_reply');
    assert.equal(kindOf('Subject: Re: Out of office question'), 'message');
    assert.equal(kindOf('X-Auto-Response-Suppress: All'), 'message');
  });

  it('mailing lists are told apart from automatic answers', () => {
    const mail = parse(raw('From: a@b.example\nList-Id: <x.lists.example>\nPrecedence: list\n\nhi'));
    assert.deepEqual([mail.kind, mail.isList], ['list', true]);
  });

  it('a spam complaint names the mail it is about', () => {
    const mail = parse(
      raw(
        'From: fbl@isp.example\nSubject: FW: hello\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nA complaint.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <anna@kunde.example>\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <out-3@desk.example>\nTo: anna@kunde.example\n\nhi\n--b--\n',
      ),
    );
    assert.equal(mail.kind, 'complaint');
    assert.deepEqual(mail.complaint, {
      type: 'abuse',
      recipients: ['anna@kunde.example'],
      originalMessageId: 'out-3@desk.example',
    });
  });

  it('an absence ends on the day its text names, in many spellings', () => {
    const until = (text: string) =>
      parse(
        raw(
          `From: a@b.example\nDate: Tue, 3 Mar 2026 09:00:00 +0000\nAuto-Submitted: auto-replied\nSubject: Away\nContent-Type: text/plain; charset=utf-8\n\n${text}`,
        ),
      ).outOfOffice?.until;
    assert.equal(until('I am out of the office until March 14, 2026.'), '2026-03-14');
    assert.equal(until('I am on leave and will be back on 16/03/2026.'), '2026-03-16');
    assert.equal(until('Ich bin bis einschließlich 14.03.2026 abwesend.'), '2026-03-14');
    assert.equal(until("Je suis absent du 2 au 14 mars 2026, jusqu'au 14 mars 2026."), '2026-03-14');
    assert.equal(until('Estoy fuera de la oficina hasta el 14 de marzo de 2026.'), '2026-03-14');
    assert.equal(until('3月14日まで不在にしております。'), '2026-03-14');
    assert.equal(until('Out of office. Back soon.'), null);
  });
});

describe('thanks', () => {
  it('pure thanks are told in every language', () => {
    for (const text of [
      'Thanks!',
      'Thank you so much, it works now!',
      'Danke, Peter!',
      'Vielen Dank!\n\nViele Grüße\nAnna',
      'Merci beaucoup',
      '¡Muchas gracias!',
      'Muito obrigado',
      'Grazie mille',
      'Hartelijk bedankt',
      'Dziękuję bardzo',
      'Спасибо большое!',
      'Çok teşekkürler',
      'ありがとうございます。',
      '谢谢！😊',
      'Tack så mycket!',
      '감사합니다!',
    ])
      assert.equal(isThanks(text), true, text);
  });

  it('thanks that go on are not thanks only', () => {
    for (const text of [
      'Size L. Thank you!',
      'L, thanks',
      'Size M. Gracias',
      'Thanks, still broken',
      'Thanks, but where is my refund?',
      'Danke, geht aber nicht',
      'Merci, ça ne marche pas',
      'Gracias, no funciona',
      'Grazie, non funziona',
      'Bedankt, werkt niet',
      'Спасибо, не работает',
      'ありがとうございます、でも動きません',
      '谢谢，还是不行',
      'ok',
      'Thanks for the invoice 4711',
    ])
      assert.equal(isThanks(text), false, text);
  });
});

it('a report says of each recipient what became of the message there; one that only tells of success is no bounce', () => {
  const report = (...groups: string[]): string =>
    [
      'From: MAILER-DAEMON@example.org',
      'To: support@example.com',
      'Subject: Delivery report',
      'Auto-Submitted: auto-replied',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'A report.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.org',
      '',
      groups.join('\r\n\r\n'),
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      'Message-ID: <sent@example.com>',
      '',
      '--b--',
      '',
    ].join('\r\n');
  const group = (address: string, action: string, status: string, code = ''): string =>
    [
      `Original-Recipient: rfc822; ${address}`,
      `Final-Recipient: rfc822; inner-${address}`,
      `Action: ${action}`,
      `Status: ${status}`,
      ...(code ? [`Diagnostic-Code: smtp; ${code}`] : []),
    ].join('\r\n');
  const mixed = parse(
    Buffer.from(
      report(
        group('ana@example.org', 'delivered', '2.0.0', '250 ok'),
        group('bo@example.org', 'failed', '5.1.1', '550 5.1.1 no such user'),
        group('cy@example.org', 'delayed', '4.4.1', '451 no answer'),
      ),
    ),
  );
  assert.equal(mixed.kind, 'bounce');
  assert.deepEqual(
    mixed.bounce?.each?.map((r) => [r.address, r.state, r.said]),
    [
      ['ana@example.org', 'delivered', '250 ok'],
      ['bo@example.org', 'bounced', '550 5.1.1 no such user'],
      ['cy@example.org', 'delayed', '451 no answer'],
    ],
  );
  const well = parse(
    Buffer.from(report(group('ana@example.org', 'delivered', '2.0.0'), group('bo@example.org', 'relayed', '2.0.0'))),
  );
  assert.equal(well.bounce, undefined);
  assert.equal(well.arrived?.originalMessageId, 'sent@example.com');
  assert.deepEqual(
    well.arrived?.each.map((r) => r.state),
    ['delivered', 'accepted'],
  );
});
