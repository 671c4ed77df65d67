import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import { newId } from '../../base/ids.ts';
import { addField } from '../../customers/fields.ts';
import { keepUpload, ownPicture } from '../uploads.ts';
import { exportAll, importAll } from './exchange.ts';
import { fill, firstName, inLanguage } from './fill.ts';
import { archive, change, duplicate, forgetOne, make, restore, snippetsFor } from './keep.ts';
import { use, variablesFor } from './use.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());
const { values } = Object;
const names = async (who: keyof Desk['people'], desk_ = w, archived = false): Promise<string[]> =>
  (await desk_.tx((t) => snippetsFor(t, desk_.people[who], archived))).map((s) => s.name);
const upload = (who: keyof Desk['people']): Promise<{ id: string }> =>
  w.tx(async (t) => {
    const [stored] = await w.hearten.files.put([Buffer.from(`a picture of ${who}`)]);
    assert.ok(stored);
    await w.hearten.files.keep(t, [stored]);
    return keepUpload(t, w.people[who], stored, 'lamp.png', 'image/png', true);
  });

test('Variables are filled once, keep words for when there is none, and say what is missing', () => {
  const known = { 'customer.first_name': '{{agent.name}}', 'customer.company': '', 'agent.name': '<Ada & Co>' };
  assert.deepEqual(fill('Hi {{customer.first_name}}, {{ Agent.Name }}', known), {
    text: 'Hi {{agent.name}}, <Ada & Co>',
    missing: [],
  });
  assert.deepEqual(fill('{{customer.company | your team }}/{{customer.company}}', known), {
    text: 'your team/{{customer.company}}',
    missing: ['customer.company'],
  });
  assert.equal(fill('<b>{{agent.name}}</b>', known, 'html').text, '<b>&#60;Ada &#38; Co&#62;</b>');
  for (const literal of ['{{7*7}}', '<% agent.name %>', '{{nobody.knows}}', '{{constructor}}'])
    assert.deepEqual(fill(literal, known), { text: literal, missing: [] });
});

test('A first name is found in either order, and the language of the customer chooses the words', () => {
  assert.deepEqual(['Claire Fontaine', 'Fontaine, Claire', 'Cher', ''].map(firstName), [
    'Claire',
    'Claire',
    'Cher',
    '',
  ]);
  const words = (text: string) => ({ text, html: null });
  const all = { ...words('Hello'), variants: { de: words('Hallo'), 'pt-BR': words('Olá') } };
  const said = ['de', 'de-AT', 'pt', 'pt-BR', 'fr', null].map((language) => inLanguage(all, language).text);
  assert.deepEqual(said, ['Hallo', 'Hallo', 'Olá', 'Olá', 'Hello', 'Hello']);
});

test('A snippet is seen by whom it is for, and by nobody of another workspace', async () => {
  const other = await w.another();
  await w.tx((t) => make(t, w.people.representative, 'snippet', { name: 'mine', for: 'me', text: 'x' }));
  await w.tx((t) => make(t, w.people.lead, 'snippet', { name: 'all', for: 'everyone', text: 'x', shortcut: 'all' }));
  assert.deepEqual(await names('representative'), ['all', 'mine']);
  assert.deepEqual(await names('viewer'), ['all']);
  assert.deepEqual(await names('owner', other), []);
  await assert.rejects(
    w.tx((t) => make(t, w.people.representative, 'snippet', { name: 'no', for: 'everyone', text: 'x' })),
    /changed by owners, managers and leads/,
  );
  const [all] = await w.tx((t) => snippetsFor(t, w.people.lead, false));
  assert.ok(all);
  await assert.rejects(
    other.tx((t) => change(t, other.people.owner, 'snippet', all.id, { name: 'y' })),
    /not here/,
  );
  await assert.rejects(
    other.tx((t) => use(t, other.people.owner, 'snippet', all.id, undefined)),
    /not here/,
  );
  await assert.rejects(
    w.tx((t) => make(t, w.people.lead, 'snippet', { name: 'again', for: 'everyone', text: 'x', shortcut: 'all' })),
    /shortcut \/all is taken by “all”/,
  );
});

test('A snippet is used in a conversation with its variables and its picture, and counted', async () => {
  const file = await upload('lead');
  const body = `Hello {{customer.first_name | there}}, {{team.name}}`;
  const made = await w.tx((t) =>
    make(t, w.people.lead, 'snippet', {
      name: 'reset',
      for: 'everyone',
      text: body,
      html: `<p>${body}</p><img src="cid:${file.id}">`,
    }),
  );
  const kept = made.files[0]?.id as string;
  assert.notEqual(kept, file.id);
  assert.ok(made.html?.includes(kept), 'the picture is the copy');
  const [mail] = await w.receive({ from: { address: 'claire@example.org', name: 'Claire <b>Fontaine</b>' } });
  const who = w.people.representative;
  const used = await w.tx((t) => use(t, who, 'snippet', made.id, mail?.conversationId as string));
  assert.equal(used.text, 'Hello Claire, {{team.name}}\n[image]');
  assert.deepEqual(used.missing, ['team.name']);
  assert.deepEqual(used.files, [], 'the picture stands in the words, not beside them');
  const mine = /cid:([0-9a-f-]{36})/.exec(used.html ?? '')?.[1] as string;
  assert.ok(mine !== kept && mine !== file.id, 'what is sent is a file of one’s own');
  assert.equal((await w.tx((t) => ownPicture(t, who, mine))).contentType, 'image/png');
  assert.equal((await w.tx((t) => ownPicture(t, who, kept))).contentType, 'image/png');
  await assert.rejects(
    w.tx((t) => ownPicture(t, who, file.id)),
    /not here/,
  );
  const other = await w.another();
  await assert.rejects(
    other.tx((t) => ownPicture(t, other.people.owner, kept)),
    /not here/,
  );
  const again = (await w.tx((t) => snippetsFor(t, who, false))).find((s) => s.id === made.id);
  assert.equal(again?.uses, 1);
  assert.ok(again?.usedAt);
  const told = await w.tx((t) => variablesFor(t, who, mail?.conversationId as string));
  assert.equal(told.items.find((v) => v.name === 'customer.name')?.value, 'Claire <b>Fontaine</b>');
  const stranger = await upload('owner');
  await assert.rejects(
    w.tx((t) => change(t, w.people.lead, 'snippet', made.id, { files: [kept, stranger.id] })),
    /not here any more/,
  );
});

test('Fields of the team’s own stand in a text as variables: as their customer reads them, and marked where there is no value', async () => {
  const { owner, lead } = w.people;
  const field = (label: string, kind: 'text' | 'date' | 'yes-no') =>
    w.tx((t) => addField(t, owner, { about: 'customer', label, kind }));
  await field('Plan', 'text');
  await field('Größe der Lampe', 'text');
  await field('Member since', 'date');
  await field('Pays yearly', 'yes-no');
  await field('Birthday', 'date');
  const [mail] = await w.receive({ from: { address: 'hanna@example.org', name: 'Hanna Weiß' } });
  const id = mail?.conversationId as string;
  await w.tx((t) =>
    t.run(sql`
      update customer set language = 'de', fields = ${JSON.stringify({ plan: 'Pro <b>', member_since: '2024-03-01', pays_yearly: true })}::jsonb
      where workspace_id = ${w.workspaceId} and id = (select customer_id from conversation where workspace_id = ${w.workspaceId} and id = ${id})`),
  );
  const told = await w.tx((t) => variablesFor(t, lead, id));
  const size = told.items.find((one) => /gr/.test(one.name))?.name as string;
  const text = `{{customer.fields.plan}} · {{customer.fields.member_since}} · {{customer.fields.pays_yearly}} · {{${size} | groß}} · {{ customer.fields.birthday }} · {{customer.fields.nobody}}`;
  const made = await w.tx((t) => make(t, lead, 'snippet', { name: 'fields', for: 'everyone', text }));
  const used = await w.tx((t) => use(t, lead, 'snippet', made.id, id));
  assert.equal(
    used.text,
    'Pro <b> · 1. März 2024 · ja · groß · {{customer.fields.birthday}} · {{customer.fields.nobody}}',
  );
  assert.deepEqual(used.missing, ['customer.fields.birthday']);

  const ofCompany = (label: string) => w.tx((t) => addField(t, owner, { about: 'company', label, kind: 'text' }));
  // The same name as one of the customer's: they are two.
  await ofCompany('Plan');
  await ofCompany('VAT id');
  const written = '{{customer.fields.plan}} · {{company.fields.plan}} · {{company.fields.vat_id | none yet}}';
  const both = await w.tx((t) => make(t, lead, 'snippet', { name: 'company', for: 'everyone', text: written }));
  const alone = await w.tx((t) => use(t, lead, 'snippet', both.id, id));
  assert.deepEqual(
    [alone.text, alone.missing],
    ['Pro <b> · {{company.fields.plan}} · none yet', ['company.fields.plan']],
  );
  await w.tx(async (t) => {
    const company = newId();
    await t.run(
      sql`insert into company (workspace_id, id, name, fields) values (${w.workspaceId}, ${company}, 'Weiß GmbH', '{"plan":"Team","vat_id":"DE1"}')`,
    );
    await t.run(sql`
      update customer set company_id = ${company}
      where workspace_id = ${w.workspaceId} and id = (select customer_id from conversation where workspace_id = ${w.workspaceId} and id = ${id})`);
  });
  assert.equal((await w.tx((t) => use(t, lead, 'snippet', both.id, id))).text, 'Pro <b> · Team · DE1');
});

test('What is archived is offered to nobody, comes back, and only then may be deleted; a copy is one’s own', async () => {
  const made = await w.tx((t) =>
    make(t, w.people.lead, 'snippet', { name: 'old', for: 'everyone', text: 'x', shortcut: 'old' }),
  );
  const copy = await w.tx((t) => duplicate(t, w.people.representative, 'snippet', made.id));
  assert.deepEqual([copy.name, copy.shortcut, copy.owner_id], ['old (2)', '', w.people.representative.id]);
  await assert.rejects(
    w.tx((t) => forgetOne(t, w.people.lead, 'snippet', made.id)),
    /archive it first/,
  );
  await w.tx((t) => archive(t, w.people.lead, 'snippet', made.id));
  assert.ok(!(await names('lead')).includes('old'));
  assert.ok((await names('lead', w, true)).includes('old'));
  await assert.rejects(
    w.tx((t) => use(t, w.people.lead, 'snippet', made.id, undefined)),
    /not here/,
  );
  await w.tx((t) => restore(t, w.people.lead, 'snippet', made.id));
  assert.ok((await names('lead')).includes('old'));
  await w.tx((t) => archive(t, w.people.lead, 'snippet', made.id));
  await w.tx((t) => forgetOne(t, w.people.lead, 'snippet', made.id));
  assert.ok(!(await names('lead', w, true)).includes('old'));
});

test('What leaves one desk comes to another: people by address, teams by name, what is there already left out', async () => {
  const other = await w.another();
  const steps = [
    { do: 'tag', add: ['refund'] },
    { do: 'assign', assigneeId: w.people.owner.id },
    { do: 'status', status: 'resolved' },
  ] as const;
  await w.tx((t) =>
    make(t, w.people.lead, 'macro', { name: 'Refund', for: 'everyone', steps: steps.map((s) => ({ ...s })) as never }),
  );
  const { items } = await w.tx((t) => exportAll(t, w.people.lead));
  const one = items.find((item) => item.name === 'Refund');
  assert.deepEqual([one?.kind, one?.tagsAdd, one?.status], ['macro', ['refund'], 'resolved']);
  assert.ok(!values(one ?? {}).includes(w.people.owner.id));
  const first = await other.tx((t) => importAll(t, other.people.owner, { items, for: 'everyone' }));
  assert.deepEqual([first.made, first.skipped], [items.length, 0]);
  assert.equal(first.notes.length, 1, 'the person nobody knows there is named');
  const second = await other.tx((t) => importAll(t, other.people.owner, { items, for: 'everyone' }));
  assert.deepEqual([second.made, second.skipped], [0, items.length]);
});
