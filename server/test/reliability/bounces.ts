/** How mail servers say that a mail of ours came back; each built for one mail, by its Message-ID and recipient. */
type Bounced = { messageId: string; to: string; desk: string };
const lines = (...all: string[]): string => all.join('\r\n');
const report = (
  o: Bounced,
  from: string,
  subject: string,
  action: string,
  status: string,
  said: string,
  part: string,
  more: string[] = [],
): string =>
  lines(
    'Return-Path: <>',
    `From: ${from}`,
    `To: ${o.desk}`,
    `Subject: ${subject}`,
    `Message-ID: <${Math.random().toString(36).slice(2)}@mx.example>`,
    ...more,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b0"',
    '',
    '--b0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Your message to ${o.to} could not be delivered.`,
    '',
    '--b0',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    `Final-Recipient: rfc822; ${o.to}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${said}`,
    '',
    '--b0',
    `Content-Type: ${part}`,
    '',
    `Message-ID: <${o.messageId}>`,
    `To: ${o.to}`,
    `From: ${o.desk}`,
    'Subject: Re: Hello',
    ...(part === 'message/rfc822' ? ['', 'The answer that was sent.'] : []),
    '',
    '--b0--',
    '',
  );
const plain = (o: Bounced, from: string, subject: string, ...text: string[]): string =>
  lines(
    'Return-Path: <>',
    `From: ${from}`,
    `To: ${o.desk}`,
    `Subject: ${subject}`,
    `Message-ID: <${Math.random().toString(36).slice(2)}@mx.example>`,
    '',
    ...text,
    '',
  );
const copy = (o: Bounced): string[] => [
  `Message-ID: <${o.messageId}>`,
  `From: ${o.desk}`,
  `To: ${o.to}`,
  'Subject: Re: Hello',
  '',
  'The answer that was sent.',
];

/** Final ones: the message has come back. */
export const final: Record<string, (o: Bounced) => string> = {
  'Postfix, no such user': (o) =>
    report(
      o,
      'MAILER-DAEMON@mx.example (Mail Delivery System)',
      'Undelivered Mail Returned to Sender',
      'failed',
      '5.1.1',
      `550 5.1.1 <${o.to}>: Recipient address rejected: User unknown`,
      'text/rfc822-headers',
      ['Auto-Submitted: auto-replied'],
    ),
  'Exchange, refused by policy': (o) =>
    report(
      o,
      'postmaster@corp.example',
      `Undeliverable: Re: Hello`,
      'failed',
      '5.7.1',
      '550 5.7.1 Message rejected as spam by Content Filtering.',
      'message/rfc822',
      ['X-MS-Exchange-Message-Is-Ndr: '],
    ),
  'Gmail, no such address': (o) =>
    report(
      o,
      'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
      'Delivery Status Notification (Failure)',
      'failed',
      '5.1.1',
      `550-5.1.1 The email account that you tried to reach does not exist.`,
      'message/rfc822',
      ['Auto-Submitted: auto-replied', 'X-Failed-Recipients: x@example.org'],
    ),
  'Sendmail, no such host': (o) =>
    report(
      o,
      'Mail Delivery Subsystem <MAILER-DAEMON@mx.example>',
      'Returned mail: see transcript for details',
      'failed',
      '5.1.2',
      '550 5.1.2 Host unknown (Name server: host not found)',
      'message/rfc822',
      ['Auto-Submitted: auto-generated (failure)'],
    ),
  'Exim, in plain text': (o) =>
    plain(
      o,
      'Mail Delivery System <Mailer-Daemon@mx.example>',
      'Mail delivery failed: returning message to sender',
      'This message was created automatically by mail delivery software.',
      '',
      'A message that you sent could not be delivered to one or more of its',
      'recipients. This is a permanent error. The following address(es) failed:',
      '',
      `  ${o.to}`,
      `    SMTP error from remote mail server after RCPT TO:<${o.to}>:`,
      '    550 5.1.1 No such user here',
      '',
      '------ This is a copy of the message, including all the headers. ------',
      '',
      ...copy(o),
    ),
  'qmail, in plain text': (o) =>
    plain(
      o,
      'MAILER-DAEMON@mx.example',
      'failure notice',
      'Hi. This is the qmail-send program at mx.example.',
      "I'm afraid I wasn't able to deliver your message to the following addresses.",
      "This is a permanent error; I've given up. Sorry it didn't work out.",
      '',
      `<${o.to}>:`,
      'Sorry, no mailbox here by that name. (#5.1.1)',
      '',
      '--- Below this line is a copy of the message.',
      '',
      ...copy(o),
    ),
  'Postfix, mailbox full': (o) =>
    report(
      o,
      'MAILER-DAEMON@mx.example (Mail Delivery System)',
      'Undelivered Mail Returned to Sender',
      'failed',
      '4.2.2',
      '452 4.2.2 mailbox full',
      'text/rfc822-headers',
      ['Auto-Submitted: auto-replied'],
    ),
};
/** Only late: it may still arrive. */
export const soft: Record<string, (o: Bounced) => string> = {
  'Postfix, delayed': (o) =>
    report(
      o,
      'MAILER-DAEMON@mx.example (Mail Delivery System)',
      'Delayed Mail (still being retried)',
      'delayed',
      '4.4.1',
      '451 4.4.1 connection timed out',
      'text/rfc822-headers',
      ['Auto-Submitted: auto-replied'],
    ),
};
