import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Draft, Message } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { hash } from '../base/seal.ts';
import { remove } from './remove.ts';
import { reply } from './reply.ts';
import { undo } from './undo.ts';
import { handOver, keepUpload, keepVisitorFile, takeUploads, takeVisitorFiles } from './uploads.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const channel = keepingChannel(10);
const stored = (text: string) => ({ hash: hash(text), size: text.length, pack: 'none.pack', start: 0 });
const give = (name: string, type: string): Promise<string> =>
  w.tx(async (t) => {
    await w.hearten.files.keep(t, [stored(name)]);
    return (await keepUpload(t, w.people.lead, stored(name), name, type, true)).id;
  });
const fresh = async (): Promise<string> => (await w.receive({}))[0]?.conversationId as string;
const answer = async (id: string, body: object): Promise<Message & { attachments: { upload?: string }[] }> =>
  JSON.parse((await w.tx((t) => reply(t, () => channel, w.people.lead, id, body))).json).message;
const there = async (ids: (string | undefined)[]): Promise<boolean[]> => {
  const rows = await w.tx((t) =>
    t.many<{ id: string }>(sql`select id from upload where workspace_id = ${w.workspaceId}`),
  );
  return ids.map((id) => rows.some((row) => row.id === id));
};
const named = (message: { attachments: { upload?: string }[] }) => message.attachments.map((one) => one.upload);

test('A file and a picture that are sent in two conversations are two: one conversation that is deleted for good takes nothing from the other', async () => {
  const [one, other] = [await fresh(), await fresh()];
  const [pdf, picture] = [await give('manual.pdf', 'application/pdf'), await give('lamp.png', 'image/png')];
  const words = { html: `<p>Look</p><img src="cid:${picture}" alt="">`, attachments: [pdf] };
  const first = await answer(one, words);
  const second = await answer(other, words);
  assert.deepEqual(named(first), [pdf, picture]);
  assert.equal(named(second).filter((id) => id && !named(first).includes(id)).length, 2, 'files of its own');
  assert.deepEqual(
    second.attachments.map((a) => [a.filename, a.inline, a.contentId]),
    [
      ['manual.pdf', false, null],
      ['lamp.png', true, picture],
    ],
    'and the picture stands where it stood',
  );
  await w.tx((t) => remove(t, system, {}, [one]));
  assert.deepEqual(await there(named(first)), [false, false]);
  assert.deepEqual(await there(named(second)), [true, true]);
  // Taken back, it goes on with what is its own.
  const { draft } = JSON.parse((await w.tx((t) => undo(t, w.people.lead, second.id))).json) as { draft: Draft };
  const [file, drawn] = named(second);
  assert.deepEqual(
    draft.attachments.map((a) => a.id),
    [file],
  );
  assert.ok(draft.html?.includes(`cid:${drawn}`), draft.html ?? '');
  assert.deepEqual(named(await answer(other, { html: draft.html, attachments: [file] })), [file, drawn]);
});

test('Two answers at once that name one file have one each', async () => {
  const homes = [await fresh(), await fresh()];
  const pdf = await give('both.pdf', 'application/pdf');
  const sent = await Promise.all(homes.map((id) => answer(id, { text: 'Look', attachments: [pdf] })));
  const ids = sent.flatMap(named);
  assert.equal(new Set(ids).size, 2);
  assert.deepEqual(await there(ids), [true, true]);
});

test('A visitor’s file is theirs in each of their chats, and nobody else’s: no other visitor and nobody of the team sends it on by its id', async () => {
  const [mine, stranger] = [newId(), newId()];
  const file = await w.tx(async (t) => {
    await w.hearten.files.keep(t, [stored('bill.txt')]);
    return keepVisitorFile(t, mine, stored('bill.txt'), 'bill.txt', 'text/plain');
  });
  const take = async (visitor: string) => (await w.tx((t) => takeVisitorFiles(t, visitor, [file.id])))[0]?.upload;
  const nobodys = async (): Promise<void> => {
    await assert.rejects(take(stranger), /not here any more/);
    await assert.rejects(
      w.tx((t) => takeUploads(t, w.people.lead, [file.id])),
      /not here any more/,
    );
  };
  await nobodys();
  const first = await take(mine);
  await nobodys();
  const second = await take(mine);
  assert.equal(first, file.id);
  assert.notEqual(second, file.id);
  assert.deepEqual(await there([first, second]), [true, true]);
  await assert.rejects(take(stranger), /not here any more/);
  // What was handed over is a file of its own from the beginning.
  const [copy] = await w.tx((t) => handOver(t, w.people.lead, [file.id]));
  assert.deepEqual(
    (await w.tx((t) => takeUploads(t, w.people.lead, [copy as string]))).map((one) => one.upload),
    [copy],
  );
});
