import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Message } from '@hearten/contract';
import { sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import { arrive } from '../src/channels/email/arrive.ts';
import { parse, partContent } from '../src/channels/email/parse/index.ts';
import { forward } from '../src/conversations/forward.ts';
import { readAlong } from '../src/conversations/passed.ts';
import { reply } from '../src/conversations/reply.ts';
import { writeAside } from '../src/conversations/side.ts';
import { keepUpload } from '../src/conversations/uploads.ts';
import { type Sink, smtpSink } from './mail.ts';
import { type SendingDesk, sendingDesk } from './sending-desk.ts';

let w: SendingDesk;
let sink: Sink;
before(async () => {
  [w, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  await w.smtp(w.desk, sink.port);
  await w.work();
});
after(async () => {
  await w.end();
  await sink.stop();
});

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==';
const carol = { address: 'carol@workshop.example', name: 'Carol' };
const html = [
  '<html><head><style>p{display:none}</style></head><body onload="evil()">',
  '<p style="color:#c00">The lamp <b>flickers</b>.</p><script>evil()</script>',
  '<table><tr><td bgcolor="#ffeecc">Order 77</td></tr></table>',
  '<img src="cid:lamp@atelier.example" alt="the lamp"><img src="https://shop.example/logo.png" alt="logo" width="80">',
  '</body></html>',
].join('');
/** A customer's mail with a look: a table, a picture in it, and one from elsewhere. */
const designed = (subject: string): string =>
  [
    'From: Claire Dubois <claire@atelier.example>',
    `To: ${w.desk.inboxAddress}`,
    `Subject: ${subject}`,
    `Message-ID: <${subject.replaceAll(' ', '-')}@atelier.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary=b',
    '',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
    '--b',
    'Content-Type: image/png; name=lamp.png',
    'Content-Transfer-Encoding: base64',
    'Content-ID: <lamp@atelier.example>',
    'Content-Disposition: inline; filename=lamp.png',
    '',
    PNG,
    '--b--',
    '',
  ].join('\r\n');
let uid = 0;
async function fresh(subject: string): Promise<{ id: string; first: string }> {
  const mail = {
    id: newId(),
    inboxId: w.desk.inboxId,
    source: 'http',
    bytes: Buffer.from(designed(subject)),
    size: 900,
    receivedAt: new Date().toISOString(),
    historic: false,
    folder: '',
    uidvalidity: 1,
    uid: ++uid,
    envelope: {},
    stub: null,
  };
  await arrive(w.desk.hearten, w.desk.workspaceId, [mail as never]);
  const [row] = await w.desk.hearten.db.read<{ id: string; first: string }>(
    w.desk.workspaceId,
    sql`select conversation_id as id, id as first from message where workspace_id = ${w.desk.workspaceId} and subject = ${subject}`,
  );
  return row as { id: string; first: string };
}
type Given = {
  messages: string[];
  html?: string;
  text?: string;
  files?: { messageId: string; part: number }[];
  attachments?: string[];
};
const along = (id: string, given: Given) => readAlong(w.desk.hearten, () => w.channel, w.desk.people.lead, id, given);
async function pass(id: string, given: Given): Promise<Message> {
  const body = { to: [carol], ...given };
  const going = await along(id, given);
  const out = await w.desk.tx((tx) =>
    forward(tx, w.desk.hearten, () => w.channel, w.desk.people.lead, id, body, going),
  );
  return (JSON.parse(out.json) as { message: Message }).message;
}
const mailed = async (subject: string): Promise<{ raw: Buffer; mail: Awaited<ReturnType<typeof parse>> }> => {
  const is = ({ raw }: { raw: string }) => raw.includes(`Subject: ${subject}\r\n`);
  const end = Date.now() + 20_000;
  while (!sink.ledger.some(is)) {
    if (Date.now() > end) throw new Error(`${subject} never left`);
    await new Promise((done) => setTimeout(done, 30));
  }
  const raw = Buffer.from(sink.ledger.find(is)?.raw ?? '', 'latin1');
  return { raw, mail: await parse(raw) };
};

test('a forward carries the look of what is passed on: safe, without its style sheet, with the pictures in it', async () => {
  const home = await fresh('Flickering lamp');
  const said = await pass(home.id, { html: '<p>Do you <strong>know</strong> this?</p>', messages: [home.first] });
  assert.equal(said.attachments.length, 1);
  const { raw, mail } = await mailed('Fwd: Flickering lamp');
  const look = String(mail.html);
  assert.match(look, /Do you <strong>know<\/strong> this\?/);
  assert.match(look, /Forwarded message -+<br>\s*From: Claire Dubois &lt;claire@atelier\.example&gt;/);
  assert.match(look, /<p style="color:#c00">The lamp <b>flickers<\/b>\.<\/p>/);
  assert.match(look, /<td bgcolor="#ffeecc">Order 77<\/td>/);
  assert.match(look, /src="https:\/\/shop\.example\/logo\.png"/);
  assert.doesNotMatch(look, /evil|<style|display:none|onload/);
  const picture = mail.attachments.find((file) => file.contentType === 'image/png');
  assert.equal(picture?.inline, true);
  assert.ok(look.includes(`src="cid:${picture?.contentId}"`));
  assert.equal(picture && partContent(raw, picture).toString('base64'), PNG);
  // Who reads plain words reads the same.
  assert.match(raw.toString('latin1'), /The lamp flickers/);
});

test('a side conversation carries the look, too; our own answer keeps its formatting in it; plain words stay plain', async () => {
  const home = await fresh('Second lamp');
  const answer = await w.desk.tx((tx) =>
    reply(tx, () => w.channel, w.desk.people.lead, home.id, { html: '<p>We <em>look</em> into it.</p>' }),
  );
  const ours = (JSON.parse(answer.json) as { message: Message }).message.id;
  const given = { messages: [home.first, ours], text: 'For you.' };
  const going = await along(home.id, given);
  const body = { to: [carol], subject: 'About a lamp', ...given };
  await w.desk.tx((tx) => writeAside(tx, w.desk.hearten, () => w.channel, w.desk.people.lead, home.id, body, going));
  const { mail } = await mailed('About a lamp');
  assert.match(String(mail.html), /Order 77[\s\S]*We <em>look<\/em> into it/);

  const plain = (await w.desk.receive({ subject: 'Plain words', text: 'No look at all.' }))[0];
  const none = await along(plain?.conversationId as string, { messages: [plain?.id as string] });
  assert.equal(none.looks.size, 0);
});

test('all that goes along counts to what one mail may hold; too much is refused, and nothing is sent', async () => {
  const home = await fresh('Heavy lamp');
  const { lead } = w.desk.people;
  const [stored] = await w.desk.hearten.files.put([Buffer.alloc(13_000_000, 1)]);
  const own = await w.desk.tx(async (tx) => {
    await w.desk.hearten.files.keep(tx, [stored as never]);
    return keepUpload(tx, lead, stored as never, 'big.bin', 'application/octet-stream');
  });
  const before = await w.desk.tx((tx) =>
    reply(tx, () => w.channel, lead, home.id, { text: 'The plan.', attachments: [own.id] }),
  );
  const { message } = JSON.parse(before.json) as { message: Message };
  const given = { messages: [message.id], files: [{ messageId: message.id, part: 0 }], text: 'Look.' };
  await assert.rejects(
    pass(home.id, { ...given, attachments: [own.id] }),
    /come to 2[67] MB together, and 25 MB can go in one message\. Nothing was sent/,
  );
  // Asked for twice it is too much before any of it is read.
  const twice = [...given.files, ...given.files];
  await assert.rejects(along(home.id, { ...given, files: twice }), /come to 26 MB together/);
  assert.equal((await pass(home.id, given)).attachments.length, 1);
});
