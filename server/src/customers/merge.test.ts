import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Customer, WholeCustomer } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { actorOf, type Json } from '../base/module.ts';
import { followCustomer } from '../conversations/follow-customer.ts';
import { changeCustomer } from './change.ts';
import { addCompany } from './companies.ts';
import { duplicatesOf } from './duplicates.ts';
import { addField, changeField } from './fields.ts';
import { addHandle, removeHandle } from './handles.ts';
import { mergeCustomers, previewMerge, unmergeCustomers } from './merge.ts';
import { addNote, changeNote, removeNote, restoreNote } from './notes.ts';
import { customerById, listCustomers } from './queries.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const read = <T>(answer: Json): T => JSON.parse(answer.json) as T;
const whole = async (id: string): Promise<WholeCustomer> => read(await w.tx((t) => customerById(t, id)));
const found = async (q: string): Promise<string[]> =>
  read<{ items: Customer[] }>(await w.tx((t) => listCustomers(t, { q }))).items.map((one) => one.id);
const change = (id: string, patch: Parameters<typeof changeCustomer>[3]) =>
  w.tx((t) => changeCustomer(t, actorOf(w.people.lead), id, patch));
/** A customer who wrote that many conversations. */
async function customer(name: string, address: string, conversations = 1): Promise<string> {
  for (let n = 0; n < conversations; n++) await w.receive({ from: { name, address } });
  const row = await w.tx((t) =>
    t.first<{ id: string }>(
      sql`select customer_id as id from handle where workspace_id = ${w.workspaceId} and kind = 'email' and value = ${address}`,
    ),
  );
  return row?.id as string;
}
const homes = (id: string): Promise<{ name: string; before: string[] | null }[]> =>
  w.tx((t) =>
    t.many(
      sql`select customer_name as name, customers_before as before from conversation where workspace_id = ${w.workspaceId} and customer_id = ${id}`,
    ),
  );
const merge = async (from: string, into: string): Promise<void> => {
  await w.tx((t) => mergeCustomers(t, w.people.lead, from, into));
  await followCustomer(w.hearten, w.workspaceId, { from, into, back: false });
};
const unmerge = async (from: string, into: string): Promise<void> => {
  await w.tx((t) => unmergeCustomers(t, w.people.lead, from));
  await followCustomer(w.hearten, w.workspaceId, { from, into, back: true });
};

test('duplicates become one with everything either knew, and are two again when that is taken back', async () => {
  const stays = await customer('Claire Dubois', 'claire@studio.example', 2);
  const goes = await customer('C. Dubois', 'claire.private@mail.example', 3);
  await w.tx((t) => addField(t, w.people.owner, { about: 'customer', label: 'Plan', kind: 'text' }));
  await w.tx((t) => addField(t, w.people.owner, { about: 'customer', label: 'Lamps', kind: 'number' }));
  await change(stays, { role: 'Architect', fields: { plan: 'Pro' } });
  await change(goes, { role: 'Private', language: 'fr', fields: { plan: 'Free', lamps: 3 } });
  await w.tx((t) => addNote(t, w.people.lead, goes, 'Prefers to be called Claire'));
  const before = [await whole(stays), await whole(goes)];

  const preview = await w.tx((t) => previewMerge(t, goes, stays));
  assert.deepEqual([...preview.differs].sort(), ['company', 'fields.plan', 'name', 'role']);
  assert.equal(preview.notes, 1);
  await merge(goes, stays);
  const one = await whole(stays);
  assert.deepEqual([one.role, one.language, one.fields], ['Architect', 'fr', { plan: 'Pro', lamps: 3 }]);
  assert.deepEqual(one.fields, preview.after.fields);
  assert.deepEqual(one.handles.map((h) => h.value).sort(), ['claire.private@mail.example', 'claire@studio.example']);
  assert.deepEqual(
    one.notes.map((note) => note.text),
    ['Prefers to be called Claire'],
  );
  assert.deepEqual(one.merged, [{ id: goes, name: 'C. Dubois' }]);
  assert.equal((await whole(goes)).mergedInto, stays);
  assert.deepEqual(
    (await homes(stays)).map((c) => c.name),
    Array(5).fill('Claire Dubois'),
  );
  assert.deepEqual(await found('claire.private'), [stays]);
  // Who writes from the other address is the one customer now.
  assert.equal(await customer('C. Dubois', 'claire.private@mail.example'), stays);

  await unmerge(goes, stays);
  const after = [await whole(stays), await whole(goes)];
  assert.deepEqual(after, before);
  assert.deepEqual(
    (await homes(goes)).map((c) => c.name),
    Array(3).fill('C. Dubois'),
  );
  assert.equal((await homes(stays)).length, 3, 'what came while they were one stays with the one it came to');
  assert.deepEqual(await found('claire.private'), [goes]);
});

test('what was changed by hand since a merge stays when the merge is taken back', async () => {
  const stays = await customer('Ana Silva', 'ana@one.example');
  const goes = await customer('Ana Silva', 'ana@two.example');
  await change(goes, { language: 'pt', timeZone: 'Europe/Lisbon' });
  await merge(goes, stays);
  await change(stays, { language: 'es' });
  await unmerge(goes, stays);
  const one = await whole(stays);
  assert.deepEqual([one.language, one.timeZone], ['es', null]);
});

test('a chain of merges is taken back in order, never out of it', async () => {
  const [a, b, c] = [
    await customer('Bo Berg', 'bo@a.example', 1),
    await customer('Bo Berg', 'bo@b.example', 2),
    await customer('Bo Berg', 'bo@c.example', 1),
  ];
  await merge(a, b);
  await merge(b, c);
  assert.equal((await homes(c)).length, 4);
  await assert.rejects(
    w.tx((t) => unmergeCustomers(t, w.people.lead, a)),
    /was itself merged since/,
  );
  await unmerge(b, c);
  assert.deepEqual([(await homes(b)).length, (await homes(c)).length], [3, 1]);
  await unmerge(a, b);
  assert.deepEqual([(await homes(a)).length, (await homes(b)).length], [1, 2]);
});

test('a merge is refused with oneself, twice, and into one who went away', async () => {
  const [a, b, c] = [
    await customer('Di Dorn', 'di@a.example'),
    await customer('Di Dorn', 'di@b.example'),
    await customer('Di Dorn', 'di@c.example'),
  ];
  await assert.rejects(merge(a, a), /into themselves/);
  await merge(a, b);
  await assert.rejects(merge(a, c), /was merged before/);
  await assert.rejects(merge(c, a), /was merged into another/);
  await assert.rejects(change(a, { name: 'Di' }), /was merged into another/);
});

test('two merges of the same pair in both directions at once: one wins, none hangs', async () => {
  const [a, b] = [await customer('Eva Ek', 'eva@a.example'), await customer('Eva Ek', 'eva@b.example')];
  const both = await Promise.allSettled([
    w.tx((t) => mergeCustomers(t, w.people.lead, a, b)),
    w.tx((t) => mergeCustomers(t, w.people.owner, b, a)),
  ]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
});

test('who may be the same person is suggested: a like name or the same word before the @; common words are not', async () => {
  const me = await customer('Friedrich Holm', 'friedrich.holm@lamp.example');
  const alike = await customer('Friedrich Holm', 'fh@elsewhere.example');
  const samePart = await customer('F H', 'friedrich.holm@mail.example');
  await customer('Info desk one', 'support@x.example');
  const shared = await customer('Info two', 'support@y.example');
  const got = (await w.tx((t) => duplicatesOf(t, me))).map((one) => one.id).sort();
  assert.deepEqual(got, [alike, samePart].sort());
  assert.deepEqual(await w.tx((t) => duplicatesOf(t, shared)), []);
});

test('a handle belongs to one customer; taking another’s says whose it is, and the last one stays', async () => {
  const [a, b] = [await customer('Gus', 'gus@a.example'), await customer('Hal', 'hal@b.example')];
  await w.tx((t) => addHandle(t, w.people.lead, a, { kind: 'phone', value: '+49 (30) 123-456' }));
  await w.tx((t) => addHandle(t, w.people.lead, a, { kind: 'email', value: 'Gus@Second.example' }));
  assert.deepEqual((await whole(a)).handles.map((h) => h.value).sort(), [
    '+4930123456',
    'gus@a.example',
    'gus@second.example',
  ]);
  assert.deepEqual(await found('gus@second.example'), [a]);
  await assert.rejects(
    w.tx((t) => addHandle(t, w.people.lead, b, { kind: 'email', value: 'gus@a.example' })),
    /belongs to Gus/,
  );
  await assert.rejects(
    w.tx((t) => addHandle(t, w.people.lead, b, { kind: 'email', value: 'no address' })),
    /not a mail address/,
  );
  await w.tx((t) => removeHandle(t, w.people.lead, a, { kind: 'email', value: 'gus@second.example' }));
  await assert.rejects(
    w.tx((t) => removeHandle(t, w.people.lead, b, { kind: 'email', value: 'hal@b.example' })),
    /only address/,
  );
});

test('fields of the team’s own hold what they are for, keep their key, and lose nothing when put away', async () => {
  const id = await customer('Ida', 'ida@a.example');
  const field = await w.tx((t) =>
    addField(t, w.people.owner, {
      about: 'customer',
      label: 'Größe der Lampe',
      kind: 'choice',
      choices: ['S', 'L', 'S'],
    }),
  );
  assert.deepEqual([field.key, field.choices], ['grosse_der_lampe', ['S', 'L']]);
  await change(id, { fields: { grosse_der_lampe: 'L' } });
  await assert.rejects(change(id, { fields: { grosse_der_lampe: 'XL' } }), /is none of S, L/);
  await assert.rejects(change(id, { fields: { nothing_such: 'x' } }), /is not a field here/);
  await assert.rejects(
    w.tx((t) => addField(t, w.people.owner, { about: 'customer', label: 'größe DER Lampe', kind: 'text' })),
    /already/,
  );
  await w.tx((t) => changeField(t, w.people.owner, field.id, { label: 'Size', archived: true }));
  assert.deepEqual((await whole(id)).fields, { grosse_der_lampe: 'L' });
  await change(id, { fields: { grosse_der_lampe: null } });
  assert.deepEqual((await whole(id)).fields, {});
  const number = await w.tx((t) => addField(t, w.people.owner, { about: 'customer', label: 'Since', kind: 'date' }));
  await assert.rejects(change(id, { fields: { [number.key]: 'yesterday' } }), /not a date/);
  await w.tx((t) => changeField(t, w.people.owner, number.id, { place: 0 }));
});

test('notes about a customer are their author’s to change, and come back when taken away by mistake', async () => {
  const id = await customer('Jo', 'jo@a.example');
  const note = await w.tx((t) => addNote(t, w.people.specialist, id, ' Likes brass '));
  assert.equal(note.text, 'Likes brass');
  await assert.rejects(
    w.tx((t) => changeNote(t, w.people.lead, note.id, 'Likes steel')),
    /Only who wrote/,
  );
  await w.tx((t) => changeNote(t, w.people.specialist, note.id, 'Likes copper'));
  await w.tx((t) => removeNote(t, w.people.lead, note.id));
  assert.deepEqual((await whole(id)).notes, []);
  await w.tx((t) => restoreNote(t, w.people.lead, note.id));
  assert.deepEqual(
    (await whole(id)).notes.map((one) => one.text),
    ['Likes copper'],
  );
});

test('a customer is put with a company by hand, one without a domain too; a domain belongs to one company', async () => {
  const id = await customer('Kim', 'kim@gmail.com');
  const made = read<{ id: string }>(await w.tx((t) => addCompany(t, w.people.lead, { name: 'Kim & Daughters' })));
  await change(id, { companyId: made.id });
  assert.deepEqual((await whole(id)).company, { id: made.id, name: 'Kim & Daughters', domain: null, fields: {} });
  await w.tx((t) => addCompany(t, w.people.lead, { name: 'Bright', domain: 'bright.example' }));
  await assert.rejects(
    w.tx((t) => addCompany(t, w.people.lead, { name: 'Brighter', domain: 'bright.example' })),
    /belongs to Bright already/,
  );
});
