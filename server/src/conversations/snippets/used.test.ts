import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { newId } from '../../base/ids.ts';
import { merge, unmerge } from '../merge.ts';
import { make } from './keep.ts';
import { use } from './use.ts';
import { saysWhat, useIsSent } from './used.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const text = 'Hello {{customer.first_name | there}}, the invoice is attached to this mail. Best wishes';
const sent = (conversation: string, words: string): Promise<string> =>
  w.tx(async (t) => {
    const id = newId();
    await t.run(sql`
      insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, text, state) values (${w.workspaceId}, ${id}, ${conversation}, ${w.inboxId}, 'out', ${w.people.lead.id}, ${words}, 'sent')`);
    await useIsSent(t, [{ name: 'message.sent', message_id: id, conversation_id: conversation } as EventRow]);
    return id;
  });
const uses = (): Promise<{ snippet_id: string; conversation_id: string; message_id: string | null }[]> =>
  w.tx((t) =>
    t.many(
      sql`select snippet_id, conversation_id, message_id from snippet_use where workspace_id = ${w.workspaceId} order by at, id`,
    ),
  );
const open = async (): Promise<string> => (await w.receive({}))[0]?.conversationId as string;

test('A message that was made from a saved answer says so once it has left; one that was written anew does not', async () => {
  const snippet = await w.tx((t) => make(t, w.people.lead, 'snippet', { name: 'Invoice', text, for: 'everyone' }));
  const [one, other] = [await open(), await open()];
  for (const id of [one, one, other]) await w.tx((t) => use(t, w.people.lead, 'snippet', snippet.id, id));
  assert.deepEqual(
    (await uses()).map(({ conversation_id, message_id }) => [conversation_id, message_id]),
    [
      [one, null],
      [other, null],
    ],
    'put into a text twice it is one, and not sent yet',
  );
  const first = await sent(one, 'Hello Ada, the invoice is attached to this mail. Anything else? Best wishes');
  await sent(other, 'We do not write invoices for gifts, sorry.');
  assert.deepEqual(await uses(), [{ snippet_id: snippet.id, conversation_id: one, message_id: first }]);
  await sent(one, 'Hello Ada, the invoice is attached to this mail. Best wishes');
  assert.equal((await uses()).length, 1, 'the same words without the saved answer are written by hand');

  await w.tx((t) => merge(t, w.people.lead, one, other));
  assert.equal((await uses())[0]?.conversation_id, other, 'it goes where its message goes');
  await w.tx((t) => unmerge(t, w.people.lead, one));
  assert.equal((await uses())[0]?.conversation_id, one);
  await w.tx((t) => t.run(sql`delete from snippet where workspace_id = ${w.workspaceId} and id = ${snippet.id}`));
  assert.deepEqual(
    (await uses()).map(({ snippet_id, message_id }) => [snippet_id, message_id]),
    [[null, first]],
    'deleted since, it was no less used',
  );
});

test('Half of the words say that it is the same, in any script; a picture alone is taken at its word', () => {
  assert.ok(saysWhat('Hello Bo, the invoice is attached. Best', text));
  assert.ok(!saysWhat('Hello Bo, best wishes', text));
  assert.ok(
    saysWhat('請求書はこのメールに添付しています。よろしくお願いします。', '請求書はこのメールに添付しています。'),
  );
  assert.ok(!saysWhat('ランプはいつ届きますか。', '請求書はこのメールに添付しています。'));
  assert.ok(saysWhat('Anything', ' {{customer.name}} '));
});
