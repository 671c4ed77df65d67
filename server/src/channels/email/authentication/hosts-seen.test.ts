import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { letter } from '../../../../test/mail.ts';
import { type TestRoom, testRoom } from '../../../../test/room.ts';
import { newId } from '../../../base/ids.ts';
import { arrive } from '../arrive.ts';
import { hostsSeen } from './hosts-seen.ts';

let room: TestRoom;
before(async () => {
  room = await testRoom();
});
after(() => room?.close());

async function came(inboxId: string, from: string, ...headers: string[]): Promise<void> {
  const bytes = Buffer.from(letter({ from, headers: headers.map((value) => `Authentication-Results: ${value}`) }));
  await arrive(room, room.workspaceId, [
    {
      id: newId(),
      inboxId,
      source: 'http',
      bytes,
      size: bytes.length,
      receivedAt: new Date().toISOString(),
      historic: false,
      folder: '',
      uidvalidity: null,
      uid: null,
      envelope: {},
      stub: null,
    },
  ]);
}

test('the name on top of nearly all mails is proposed; one that a sender wrote below it, or on few, is not', async () => {
  const inbox = await room.inbox();
  const seen = () => room.db.tx(room.workspaceId, (tx) => hostsSeen(tx, room, inbox.id));
  assert.deepEqual(await seen(), { of: 0, items: [] });
  const own = 'mx.desk.example; spf=pass smtp.mailfrom=x';
  const forged = 'mx.evil.example; dmarc=pass header.from=bank.example';
  await came(inbox.id, 'a@one.example', own);
  await came(inbox.id, 'b@one.example', own, forged);
  await came(inbox.id, 'c@one.example', own, forged);
  assert.deepEqual((await seen()).items, [{ host: 'mx.desk.example', mails: 3, likely: false }], 'one domain alone');
  await came(inbox.id, 'd@two.example', own, forged);
  await came(inbox.id, 'e@evil.example', forged);
  assert.deepEqual(await seen(), {
    of: 5,
    items: [
      { host: 'mx.desk.example', mails: 4, likely: true },
      { host: 'mx.evil.example', mails: 1, likely: false },
    ],
  });
});

test('another inbox, and one that is not there, tell nothing', async () => {
  const other = await room.inbox({}, {}, 'other@example.com');
  assert.deepEqual(await room.db.tx(room.workspaceId, (tx) => hostsSeen(tx, room, other.id)), { of: 0, items: [] });
  await assert.rejects(
    room.db.tx(room.workspaceId, (tx) => hostsSeen(tx, room, newId())),
    /not here/,
  );
});
