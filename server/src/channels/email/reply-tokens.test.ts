import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import nodemailer from 'nodemailer';
import { dice } from '../../../test/chaos-proxy.ts';
import { letter } from '../../../test/mail.ts';
import { type TestRoom, testRoom } from '../../../test/room.ts';
import { sql } from '../../base/db.ts';
import { newId } from '../../base/ids.ts';
import { makeSeal } from '../../base/seal.ts';
import { conversationNamed, replyAddress } from './address.ts';
import { listen } from './listen.ts';

let room: TestRoom;
let port: number;
let stop: () => Promise<void>;
before(async () => {
  room = await testRoom();
  await room.inbox();
  ({ port, stop } = await listen(room, '127.0.0.1:0'));
});
after(async () => {
  await stop?.();
  await room?.close();
});

const give = async (to: string, from: string, subject: string): Promise<string> => {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  await transport.sendMail({ envelope: { from, to: [to] }, raw: letter({ from, to, subject }) });
  transport.close();
  const [row] = await room.rows<{ id: string }>(
    sql`select conversation_id as id from message where workspace_id = ${room.workspaceId} and subject = ${subject}`,
  );
  return row?.id as string;
};
const addressOf = (conversationId: string, workspaceId = room.workspaceId, seal = room.seal): string =>
  replyAddress(seal, workspaceId, 'support@example.com', conversationId) as string;

test('G04: a reply address of another workspace, another conversation or another secret, and an altered one, name nothing', async () => {
  const mine = await give('support@example.com', 'ana@example.org', 'Mine');
  const other = await give('support@example.com', 'bea@example.org', 'Theirs');
  const name = /\+c\.([a-z2-7]{26})\.([a-z2-7]{16})@/;
  const [, , signature] = name.exec(addressOf(other)) as unknown as [string, string, string];
  const forged = [
    addressOf(mine, newId()),
    addressOf(mine, room.workspaceId, makeSeal('another secret key, as another desk has it')),
    addressOf(mine).replace(name, (_all, conversation) => `+c.${conversation}.${signature}@`),
    addressOf(mine).replace(name, (_all, conversation) => `+c.${conversation}.${'a'.repeat(16)}@`),
    addressOf(newId()),
  ];
  for (const [n, address] of forged.entries())
    assert.notEqual(await give(address, 'ana@example.org', `Forged ${n}`), mine, address);
  assert.equal(await give(addressOf(mine), 'ana@example.org', 'The real one'), mine);
});

test('G04: of two thousand guesses at the signature of a reply address none is right', () => {
  const conversation = newId();
  const real = addressOf(conversation);
  assert.equal(conversationNamed(room.seal, room.workspaceId, [real]), conversation);
  const random = dice(4);
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const letters = (many: number): string =>
    Array.from({ length: many }, () => alphabet[Math.floor(random() * 32)]).join('');
  for (let n = 0; n < 2_000; n++) {
    const end = real.indexOf('@');
    // Half of them know all of it but the last letters.
    const known = n % 2 ? 16 : 1 + Math.floor(random() * 4);
    const guess = `${real.slice(0, end - known)}${letters(known)}${real.slice(end)}`;
    if (guess !== real) assert.equal(conversationNamed(room.seal, room.workspaceId, [guess]), null, guess);
  }
});

test('G04: whoever plays back the reply address of a conversation they take no part in gets into none, however often', async () => {
  const theirs = await give('support@example.com', 'cleo@example.org', 'Private');
  for (let n = 0; n < 3; n++)
    assert.notEqual(await give(addressOf(theirs), 'mallory@example.net', `Let me in ${n}`), theirs);
  const [row] = await room.rows<{ n: number; parts: string }>(sql`
    select count(*)::int as n, max(c.participants::text) as parts from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${room.workspaceId} and m.conversation_id = ${theirs}`);
  assert.equal(row?.n, 1);
  assert.ok(!row?.parts.includes('mallory'), row?.parts);
});
