import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Opened } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { forwardedFrom } from '../channels/email/parse/index.ts';
import type { Incoming } from './channel.ts';
import { openConversation } from './open.ts';
import { reply } from './reply.ts';
import { notForwarded } from './vouched.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const opened = async (id: string): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json);
const proven: Incoming['authentication'] = {
  verdict: 'verified',
  domain: 'northwind.example',
  spf: 'pass',
  dkim: 'pass',
  dmarc: 'pass',
  by: 'mx.northwind.example',
} as unknown as Incoming['authentication'];
const lead = () => ({ address: `lead-${w.workspaceId.slice(-6)}@northwind.example`, name: 'The lead' });
const olga = { address: 'olga@customer.example', name: 'Olga' };
const sent = async (more: Partial<Incoming>): Promise<Opened> =>
  opened(
    (await w.receive({ from: lead(), forwarded: olga, authentication: proven, ...more }))[0]?.conversationId as string,
  );

test('what a colleague forwards, proven to be theirs, is the customer’s: they are answered, and it is shown by whom it came', async () => {
  const { conversation, items, participants } = await sent({});
  assert.equal(conversation.customer.address, olga.address);
  const message = items.find((i) => i.type === 'in');
  assert.ok(message && 'forwarded' in message);
  assert.deepEqual([message.from, message.forwarded?.by.address], [olga, lead().address]);
  assert.deepEqual(participants, []);
  const channel = keepingChannel();
  const answer = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, conversation.id, { text: 'Here you are.' }))).json,
  );
  assert.deepEqual(
    answer.message.to.map((a: { address: string }) => a.address),
    [olga.address],
  );
});

test('not proven, not of the team, or not a forward: it stays from whoever sent it', async () => {
  const unproven = { ...proven, verdict: 'unverified' } as Incoming['authentication'];
  assert.equal((await sent({ authentication: unproven })).conversation.customer.address, lead().address);
  assert.equal((await sent({ authentication: null })).conversation.customer.address, lead().address);
  assert.equal((await sent({ forwarded: null })).conversation.customer.address, lead().address);
  const other = { address: 'someone@elsewhere.example', name: '' };
  assert.equal((await sent({ from: other })).conversation.customer.address, other.address);
});

test('one click says that it is the colleague’s own mail', async () => {
  const { conversation, items } = await sent({});
  const id = items.find((i) => i.type === 'in')?.id as string;
  await w.tx((t) => notForwarded(t, w.people.lead, id));
  const now = await opened(conversation.id);
  assert.equal(now.conversation.customer.address, lead().address);
  assert.equal(now.customer.handles[0]?.value, lead().address);
  await assert.rejects(
    w.tx((t) => notForwarded(t, w.people.lead, id)),
    /not taken for a forward/,
  );
});

/** As mail programs write it above what they forward. */
const blocks: [language: string, subject: string, text: string][] = [
  [
    'en',
    'Fwd: Lamp',
    '---------- Forwarded message ---------\nFrom: Olga <olga@customer.example>\nDate: Tue, Mar 3\nSubject: Lamp\nTo: me@x.example\n\nIt hums.',
  ],
  [
    'de',
    'WG: Lampe',
    'Siehe unten\n\n-----Ursprüngliche Nachricht-----\nVon: Olga <olga@customer.example>\nGesendet: Dienstag, 3. März\nAn: me@x.example\nBetreff: Lampe\n\nSie summt.',
  ],
  [
    'fr',
    'TR: Lampe',
    'De : Olga <olga@customer.example>\nEnvoyé : mardi 3 mars\nÀ : me@x.example\nObjet : Lampe\n\nElle bourdonne.',
  ],
  [
    'es',
    'RV: Lámpara',
    'De: Olga [mailto:olga@customer.example]\nEnviado el: martes 3 de marzo\nPara: me@x.example\nAsunto: Lámpara\n\nZumba.',
  ],
  [
    'it',
    'I: Lampada',
    '---------- Messaggio inoltrato ---------\nDa: Olga <olga@customer.example>\nDate: mar 3 mar\nSubject: Lampada\n\nRonza.',
  ],
  [
    'pt',
    'Enc: Lâmpada',
    'De: Olga <olga@customer.example>\nEnviada em: terça-feira, 3\nPara: me@x.example\nAssunto: Lâmpada\n\nZumbe.',
  ],
  [
    'nl',
    'Fwd: Lamp',
    'Begin doorgestuurd bericht:\n\nVan: Olga <olga@customer.example>\nOnderwerp: Lamp\nDatum: 3 maart\nAan: me@x.example\n\nHij zoemt.',
  ],
  [
    'pl',
    'Fwd: Lampa',
    '---------- Przekazana wiadomość ---------\nOd: Olga <olga@customer.example>\nDate: wt., 3 mar\nSubject: Lampa\n\nBuczy.',
  ],
  [
    'ru',
    'Fwd: Лампа',
    '-------- Пересылаемое сообщение --------\nОт: Olga <olga@customer.example>\nТема: Лампа\n\nГудит.',
  ],
  [
    'tr',
    'İlt: Lamba',
    'Gönderen: Olga <olga@customer.example>\nGönderme Tarihi: 3 Mart\nKime: me@x.example\nKonu: Lamba\n\nVızıldıyor.',
  ],
  [
    'ja',
    'Fwd: ランプ',
    '---------- Forwarded message ---------\n差出人: Olga <olga@customer.example>\n日付: 3月3日\n件名: ランプ\n\n音がします。',
  ],
  [
    'zh',
    '转发: 灯',
    '---------- 转发的邮件 ---------\n发件人： Olga <olga@customer.example>\n日期： 3月3日\n主题： 灯\n\n嗡嗡响。',
  ],
];
for (const [language, subject, text] of blocks)
  test(`the sender inside a forward is found (${language})`, () => {
    assert.deepEqual(forwardedFrom(subject, text), olga);
  });
test('a reply, or words that only look like a header, are no forward', () => {
  assert.equal(forwardedFrom('Re: Lamp', blocks[0]?.[2] ?? ''), null);
  assert.equal(forwardedFrom('Fwd: Lamp', 'From: my aunt, who is olga@customer.example, I heard nothing.'), null);
});
