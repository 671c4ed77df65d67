import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dovecot, hasDovecot, letter } from '../mail.ts';
import { conversationsOf, realHearten, until } from '../real.ts';

const ends: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});
const line = `${'0123456789'.repeat(7)}12\r\n`;
const attached = (megabytes: number): string =>
  letter({ subject: `${megabytes} MB`, from: `m${megabytes}@example.org`, text: 'x' }).replace(
    /Content-Type: text\/plain[\s\S]*$/,
    [
      'Content-Type: multipart/mixed; boundary=large',
      '',
      '--large',
      'Content-Type: text/plain',
      '',
      `This one has ${megabytes} MB.`,
      '--large',
      'Content-Type: application/octet-stream; name=large.bin',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename=large.bin',
      '',
      line.repeat(Math.ceil((megabytes * 1024 * 1024) / line.length)),
      '--large--',
      '',
    ].join('\r\n'),
  );

test('A11: a mail of 25 MB is taken whole; of 50 and 150 MB sender and subject are shown; a real process needs less than 300 MB more', {
  skip: hasDovecot && process.platform === 'linux' ? false : 'needs dovecot, and /proc to measure by',
}, async (t) => {
  const server = await dovecot();
  ends.push(server.stop);
  const one = await realHearten();
  ends.push(one.stop);
  await server.append('large', [letter({ subject: 'Small' })]);
  const imap = {
    host: server.host,
    port: server.port,
    security: 'none',
    user: 'large',
    folder: 'INBOX',
    all: true,
    since: null,
    password: server.password,
  };
  const made = await one.ask('POST', '/inboxes', { name: 'Large', address: 'large@example.com', settings: { imap } });
  assert.equal(made.status, 201, made.text);
  const has = (subject: string) => async (): Promise<boolean> =>
    (await conversationsOf(one)).some((conversation) => conversation.subject === subject);
  await until(has('Small'), 60_000, one.log);
  const before = one.peak();
  for (const megabytes of [25, 50, 150]) {
    await server.append('large', [attached(megabytes)]);
    await until(has(`${megabytes} MB`), 120_000, one.log);
    t.diagnostic(`${megabytes} MB: ${Math.round(one.peak() - before)} MB more at most`);
  }
  assert.ok(one.peak() - before <= 300, `${Math.round(one.peak() - before)} MB more`);
  const texts = new Map<string, { text: string; attachments: { size: number }[] }>();
  for (const { id, subject } of await conversationsOf(one)) {
    const opened = await one.ask<{ items: { type: string; text: string; attachments: { size: number }[] }[] }>(
      'GET',
      `/conversations/${id}`,
    );
    const first = opened.body.items.find((item) => item.type === 'in');
    if (first) texts.set(subject, first);
  }
  assert.match(texts.get('25 MB')?.text ?? '', /^This one has 25 MB/);
  assert.equal(texts.get('25 MB')?.attachments.length, 1);
  for (const size of ['50 MB', '150 MB'])
    assert.match(texts.get(size)?.text ?? '', /MB, more than the 40 MB that are taken/);
});
