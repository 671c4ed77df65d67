import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { hash } from '../base/seal.ts';
import { age } from './age.ts';
import { handOver, keepUpload, keepVisitorFile, takeUploads, takeVisitorFiles } from './uploads.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const stored = (text: string) => ({ hash: hash(text), size: text.length, pack: 'none.pack', start: 0 });
const give = (name: string): Promise<string> =>
  w.tx(async (t) => {
    await w.hearten.files.keep(t, [stored(name)]);
    return (await keepUpload(t, w.people.lead, stored(name), name, 'application/pdf', true)).id;
  });
/** As a process of a former version does, that knows nothing of files that wait. */
const saidBefore = (conversationId: string, id: string) =>
  w.tx((t) =>
    t.run(sql`
      insert into message (workspace_id, id, conversation_id, inbox_id, type, text, attachments)
      select workspace_id, ${newId()}, id, inbox_id, 'note', 'Look', ${JSON.stringify([{ part: 0, filename: 'former.pdf', contentType: 'application/pdf', size: 6, inline: false, contentId: null, upload: id }])}::jsonb
      from conversation where workspace_id = ${w.workspaceId} and id = ${conversationId}`),
  );
const there = async (): Promise<string[]> =>
  (
    await w.tx((t) =>
      t.many<{ filename: string }>(
        sql`select filename from upload where workspace_id = ${w.workspaceId} order by filename`,
      ),
    )
  ).map((row) => row.filename);
const daysLater = (days: number) =>
  w.tx((t) =>
    t.run(sql`
      update upload set waiting_since = waiting_since - make_interval(days => ${days}) where workspace_id = ${w.workspaceId}`),
  );

test('A file that was given and never sent goes after its days, with its bytes; what was sent, stands in a draft or is of a snippet stays', async () => {
  const [received] = await w.receive({});
  const conversationId = received?.conversationId as string;
  await give('left.pdf');
  const sent = await give('sent.pdf');
  const drafted = await give('drafted.pdf');
  const drawn = await give('drawn.png');
  const noted = await give('noted.pdf');
  await saidBefore(conversationId, await give('former.pdf'));
  const prepared = await give('prepared.pdf');
  const visitor = newId();
  const file = (name: string) => w.tx((t) => keepVisitorFile(t, visitor, stored(name), name, 'text/plain'));
  await file('visitor-left.txt');
  const said = await file('visitor-said.txt');
  await w.tx(async (t) => {
    await takeUploads(t, w.people.lead, [sent]);
    await takeVisitorFiles(t, visitor, [said.id]);
    // What is passed on is of its message at once.
    await keepUpload(t, w.people.lead, stored('passed'), 'passed-on.pdf', 'application/pdf');
    await t.run(sql`
      insert into draft (workspace_id, conversation_id, person_id, text, html, attachments)
      values (${w.workspaceId}, ${conversationId}, ${w.people.lead.id}, 'Look', ${`<p><img src="cid:${drawn}"></p>`}, ${[drafted]}::text[])`);
    await t.run(sql`
      insert into note_draft (workspace_id, conversation_id, person_id, attachments)
      values (${w.workspaceId}, ${conversationId}, ${w.people.lead.id}, ${[noted]}::text[])`);
    const [copy] = await handOver(t, w.people.lead, [prepared]);
    await t.run(
      sql`update upload set filename = 'of-a-snippet.pdf' where workspace_id = ${w.workspaceId} and id = ${copy}`,
    );
    await t.run(sql`
      insert into snippet (workspace_id, id, name, files) values (${w.workspaceId}, ${newId()}, 'Prices', ${[copy]}::uuid[])`);
  });
  const all = await there();
  await age(w.hearten, w.workspaceId);
  assert.deepEqual(await there(), all, 'nothing goes that is young');
  await daysLater(3);
  await age(w.hearten, w.workspaceId);
  assert.deepEqual(
    all.filter((name) => name !== 'visitor-left.txt'),
    await there(),
    'a visitor does not come back to it after days',
  );
  await daysLater(30);
  await age(w.hearten, w.workspaceId);
  assert.deepEqual(await there(), [
    'drafted.pdf',
    'drawn.png',
    'former.pdf',
    'noted.pdf',
    'of-a-snippet.pdf',
    'passed-on.pdf',
    'sent.pdf',
    'visitor-said.txt',
  ]);
  const told = await w.tx((t) =>
    t.many<{ hashes: string[] }>(
      sql`select data->'hashes' as hashes from event where workspace_id = ${w.workspaceId} and name = 'message.files-removed' order by id`,
    ),
  );
  const hex = (text: string): string => hash(text).toString('hex');
  assert.deepEqual(
    told.map(({ hashes }) => hashes.toSorted()),
    [[hex('visitor-left.txt')], [hex('left.pdf'), hex('prepared.pdf')].toSorted()],
    'whoever keeps bytes hears that these are needed no more',
  );
});
