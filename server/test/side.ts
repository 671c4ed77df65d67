import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import type { Reply } from '@hearten/contract';
import type pg from 'pg';
import { sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import { hash } from '../src/base/seal.ts';
import { type Incoming, receive } from '../src/conversations/index.ts';
import { drawn } from '../src/problems/audit.ts';
import type { Browser, Place, World } from './world.ts';

/** A workspace with one of everything in it. `canary` stands in every text of it, so that a leak is seen anywhere. */
export type Side = {
  place: Place;
  owner: Browser;
  canary: string;
  conversation: string;
  other: string;
  number: number;
  received: string;
  sent: string;
  failed: string;
  doubted: string;
  planned: string;
  customer: string;
  duplicate: string;
  company: string;
  customerNote: string;
  customerField: string;
  inbox: string;
  team: string;
  person: string;
  session: string;
  /** One of the person. */
  personSession: string;
  passkey: string;
  signInProvider: string;
  invitation: string;
  key: string;
  token: string;
  blocked: string;
  allowed: string;
  quarantined: string;
  import: string;
  notification: string;
  browser: string;
  upload: string;
  signIn: string;
  dkim: string;
  savedView: string;
  snippet: string;
  macro: string;
  bulk: string;
  webhook: string;
  chat: string;
  chatKey: string;
  blockedVisitor: string;
  webhookDelivery: string;
  export: string;
  hours: string;
  problem: string;
  otherProblem: string;
  mergedProblem: string;
  tracker: string;
  mailing: string;
  survey: string;
  cluster: string;
  otherCluster: string;
  decidedCluster: string;
  praise: string;
  praiseCode: string;
  rise: string;
  form: string;
  holiday: string;
  calendar: string;
};

let counter = 0;
export async function makeSide(world: World, name?: string): Promise<Side> {
  const canary = name ?? `canary${hash(`side ${++counter}`).toString('hex').slice(0, 10)}`;
  const place = await world.workspace(canary);
  const owner = await world.as(place, 'owner');
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { status, body: answer, text } = await owner.send<T>(method, path, body);
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
    return answer;
  };
  const inbox = await ask<{ id: string }>('POST', '/inboxes', {
    name: `Inbox ${canary}`,
    address: `support@${canary}.example`,
    settings: { signature: canary },
  });
  const upload = await owner.send<{ id: string }>('POST', `/uploads?filename=${canary}.txt`, `A file ${canary}`, {
    'content-type': 'text/plain',
  });
  assert.equal(upload.status, 201, upload.text);
  const rawHash = await world.inside(place, async (tx) => {
    const [stored] = await world.hearten.files.put([Buffer.from(rawMail(canary))]);
    assert.ok(stored);
    await world.hearten.files.keep(tx, [stored]);
    return stored.hash;
  });
  const from = (name: string) => ({ address: `${name}@${canary}-customers.example`, name: `${name} ${canary}` });
  const [first, second, third] = await world.inside(place, async (tx) => {
    const mails = [
      mail(inbox.id, canary, from('ana')),
      mail(inbox.id, canary, from('ben')),
      mail(inbox.id, canary, from('cy')),
    ];
    return receive(tx, [{ ...(mails[0] as Incoming), hasHtml: true, rawHash }, ...mails.slice(1)]);
  });
  assert.ok(first?.conversationId && second?.conversationId && third?.conversationId);
  const conversation = first.conversationId;
  await ask('POST', `/conversations/${conversation}/notes`, { text: `A note ${canary}` });
  await ask('POST', `/conversations/${conversation}/tags`, { add: [`tag-${canary}`] });
  await ask('PUT', `/conversations/${conversation}/draft`, { kind: 'reply', text: `A draft ${canary}` });
  const sent = await ask<{ message: { id: string } }>('POST', `/conversations/${conversation}/replies`, {
    text: `An answer ${canary}`,
    after: 'open',
    attachments: [upload.body.id],
  });
  const failed = await ask<{ message: { id: string } }>('POST', `/conversations/${conversation}/replies`, {
    text: `Another answer ${canary}`,
    after: 'open',
  });
  const doubted = await ask<{ message: { id: string } }>('POST', `/conversations/${third.conversationId}/replies`, {
    text: `A third answer ${canary}`,
    after: 'open',
  });
  const planned = await ask<{ message: { id: string } }>('POST', `/conversations/${third.conversationId}/replies`, {
    text: `A later answer ${canary}`,
    sendAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const opened = await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${conversation}`);
  const duplicate = await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${third.conversationId}`);
  const customerNote = await ask<{ id: string }>('POST', `/customers/${opened.customer.id}/notes`, { text: canary });
  const customerField = await ask<{ id: string }>('POST', '/customer-fields', {
    about: 'customer',
    label: `Field ${canary}`,
    kind: 'text',
  });
  await ask('PATCH', `/customers/${opened.customer.id}`, { fields: { [`field_${canary}`]: canary } });
  await ask('POST', `/customers/${opened.customer.id}/handles`, { kind: 'phone', value: '+4930123456' });
  const person = await world.person(place, 'representative');
  const team = await ask<{ id: string }>('POST', '/teams', { name: `Team ${canary}`, people: [person.id] });
  const invitation = await ask<{ id: string }>('POST', '/invitations', {
    email: `new@${canary}.example`,
    name: `New ${canary}`,
    role: 'viewer',
  });
  const key = await ask<{ id: string; token: string }>('POST', '/api-keys', {
    name: `Key ${canary}`,
    scopes: ['admin'],
  });
  const blocked = await ask<{ id: string }>('POST', '/blocked-senders', { pattern: `spam@${canary}.example` });
  const allowed = await ask<{ id: string }>('POST', '/allowed-senders', { pattern: `friend@${canary}.example` });
  const { view } = await ask<Reply<'POST /saved-views'>>('POST', '/saved-views', {
    name: `View ${canary}`,
    icon: 'star',
    filter: {},
    for: 'everyone',
  });
  const { snippet } = await ask<Reply<'POST /snippets'>>('POST', '/snippets', {
    name: `Snippet ${canary}`,
    text: `Words ${canary}`,
    for: 'everyone',
    files: [upload.body.id],
  });
  const { macro } = await ask<Reply<'POST /macros'>>('POST', '/macros', {
    name: `Macro ${canary}`,
    text: `Words ${canary}`,
    for: 'everyone',
    steps: [{ do: 'tag', add: [`macro-${canary}`] }],
  });
  const { bulk } = await ask<Reply<'POST /bulk'>>('POST', '/bulk', {
    action: { do: 'tag', add: [`bulk-${canary}`] },
    ids: [third.conversationId],
  });
  const webhook = await ask<Reply<'POST /webhooks'>>('POST', '/webhooks', {
    address: `http://127.0.0.1:9/${canary}`,
    description: canary,
    headers: { 'x-gate': canary },
  });
  const chat = await ask<Reply<'POST /chats'>>('POST', '/chats', { name: canary, settings: { greeting: canary } });
  const chatKey = await ask<Reply<'POST /chats/:id/keys'>>('POST', `/chats/${chat.id}/keys`, {
    name: canary,
    algorithm: 'HS256',
  });
  const tried = await ask<Reply<'POST /webhooks/:id/test'>>('POST', `/webhooks/${webhook.id}/test`);
  const form = await ask<Reply<'POST /forms'>>('POST', '/forms', {
    name: `Form ${canary}`,
    inboxId: inbox.id,
    settings: { title: `Title ${canary}` },
  });
  const problemOf = (name: string) => ask<{ id: string }>('POST', '/problems', { name: `${name} ${canary}` });
  const problem = await problemOf('Cannot pay');
  const otherProblem = await problemOf('Cannot sign in');
  const mergedProblem = await problemOf('Cannot log in');
  await ask('PUT', `/conversations/${conversation}/filing`, { kind: 'problem', problems: [{ id: problem.id }] });
  await ask('POST', `/problems/${mergedProblem.id}/merge`, { into: otherProblem.id });
  const survey = await ask<{ id: string }>('POST', '/surveys', {
    name: `How was it? ${canary}`,
    kind: 'csat',
    moment: 'resolved',
  });
  const clusters = await world.inside(place, async (tx) => {
    const made = { cluster: newId(), otherCluster: newId(), decidedCluster: newId() };
    for (const [as, id] of Object.entries(made)) {
      await tx.run(
        sql`insert into cluster (workspace_id, id, name, state) values (${place.id}, ${id}, ${canary}, ${as === 'decidedCluster' ? 'dismissed' : 'open'})`,
      );
      const member = as === 'cluster' ? second.conversationId : as === 'otherCluster' ? third.conversationId : null;
      if (member)
        await tx.run(
          sql`insert into cluster_conversation (workspace_id, conversation_id, cluster_id, closeness) values (${place.id}, ${member}, ${id}, 0.5)`,
        );
    }
    const rise = newId();
    await tx.run(
      sql`insert into rise (workspace_id, id, problem_id, customers, minutes, usual, chance, began_at) values (${place.id}, ${rise}, ${problem.id}, 7, 40, 0.4, 1e-8, now() - interval '40 minutes')`,
    );
    await tx.run(
      sql`insert into rise_conversation (workspace_id, rise_id, conversation_id) values (${place.id}, ${rise}, ${conversation})`,
    );
    return { ...made, rise };
  });
  // Nothing is drawn by chance, and one is to be looked at.
  await world.inside(place, async (tx) => {
    const all = await tx.many<{ id: string }>(sql`select id from conversation where workspace_id = ${place.id}`);
    let key = randomBytes(32);
    while (all.some(({ id }) => drawn(key, id))) key = randomBytes(32);
    await tx.run(sql`
      insert into filing_draw (workspace_id, key) values (${place.id}, ${key}) on conflict (workspace_id) do update set key = excluded.key`);
    await tx.run(sql`delete from filing_audit where workspace_id = ${place.id}`);
    await tx.run(sql`insert into filing_audit (workspace_id, conversation_id) values (${place.id}, ${conversation})`);
    // Another was looked at longer ago than an answer can be taken back.
    await tx.run(sql`
      insert into filing_audit (workspace_id, conversation_id, answered_by, answered_at, said_kind, said_problem_id, filed_kind, filed_problem_id)
      values (${place.id}, ${second.conversationId}, ${place.ownerId}, now() - interval '1 hour', 'problem', ${problem.id}, 'problem', ${problem.id})`);
  });
  await ask('PATCH', `/problems/${otherProblem.id}`, { wish: true });
  await ask('PATCH', `/problems/${problem.id}`, { link: `https://issues.example/${canary}/issues/7` });
  const tracker = await ask<{ id: string }>('POST', '/trackers', { kind: 'github', name: `Lamps ${canary}` });
  const mailing = await ask<{ id: string }>('POST', `/problems/${problem.id}/mailings`, {
    kind: 'fixed',
    text: `Fixed ${canary}`,
  });
  await world.inside(place, (tx) =>
    tx.run(sql`
      insert into unsubscribed (workspace_id, customer_id, mailing_id) select workspace_id, customer_id, ${mailing.id} from conversation where workspace_id = ${place.id} and id = ${second.conversationId}`),
  );
  const hours = await ask<Reply<'POST /hours'>>('POST', '/hours', {
    name: `Hours ${canary}`,
    timeZone: 'Europe/Berlin',
  });
  await ask('POST', `/hours/${hours.id}/holidays`, {
    name: `Holiday ${canary}`,
    rule: { kind: 'date', month: 5, day: 1 },
  });
  await ask('PUT', `/hours/${hours.id}/exceptions/2026-05-04`, { name: `Exception ${canary}`, open: [[600, 720]] });
  const { holidays, calendars } = await ask<Reply<'GET /hours/:id'>>('POST', `/hours/${hours.id}/calendars`, {
    name: `Calendar ${canary}`,
    address: `http://127.0.0.1:9/${canary}.ics`,
  });
  const sessions = await ask<Reply<'GET /me/sessions'>>('GET', '/me/sessions');
  await ask('PUT', '/system-mails/acknowledgement', { subject: `Thanks ${canary}`, body: `Thanks ${canary}` });
  const provider = await owner.send('PUT', '/mail-providers/google', {
    clientId: canary,
    clientSecret: `secret ${canary}`,
  });
  assert.equal(provider.status, 200, provider.text);
  const told = await ask<Reply<'GET /notifications/choices'>>('POST', '/notifications/browsers', {
    endpoint: `http://127.0.0.1:9/${canary}`,
    p256dh: createECDH('prime256v1').generateKeys('base64url'),
    auth: Buffer.alloc(16).toString('base64url'),
  });
  const [quarantined, notification, signIn, archive, dkim] = [newId(), newId(), newId(), newId(), newId()];
  const [personSession, passkey, signInProvider, made] = [newId(), newId(), newId(), newId()];
  const blockedVisitor = newId();
  const praise = newId();
  // Codes are drawn of an alphabet of their own, which no hash in hex keeps to.
  const praiseCode = hash(`praise ${canary}`)
    .toString('hex')
    .replace(/[0189]/g, 'x')
    .slice(0, 12);
  await world.inside(place, async (tx) => {
    await tx.run(sql`
      insert into praise (workspace_id, id, source, source_id, conversation_id, customer_id, words, name, code, consented_at)
      select workspace_id, ${praise}, 'mood', ${newId()}, id, customer_id, ${`Quick and kind ${canary}`}, 'Ana', ${praiseCode}, now() from conversation where workspace_id = ${place.id} and id = ${conversation}`);
    await tx.run(
      sql`insert into visitor (workspace_id, id, inbox_id, name, email) values (${tx.workspaceId}, ${blockedVisitor}, ${chat.id}, ${canary}, ${`${canary}@strangers.example`})`,
    );
    await tx.run(
      sql`insert into visitor_block (workspace_id, visitor_id, reason, conversation_id) values (${tx.workspaceId}, ${blockedVisitor}, ${canary}, ${third.conversationId})`,
    );
    await tx.run(sql`
      insert into passkey (credential_id, id, account_id, host, public_key, name)
      select ${hash(passkey)}, ${passkey}, account_id, 'desk.example', ''::bytea, ${canary} from person where workspace_id = ${tx.workspaceId} and id = ${place.ownerId}`);
    await tx.run(sql`
      insert into passkey (credential_id, id, account_id, host, public_key, name)
      select ${hash(personSession)}, ${newId()}, account_id, 'desk.example', ''::bytea, ${canary} from person where workspace_id = ${tx.workspaceId} and id = ${person.id}`);
    await tx.run(sql`
      insert into sign_in_provider (workspace_id, id, name, issuer, client_id, domains)
      values (${tx.workspaceId}, ${signInProvider}, ${canary}, ${`https://id.${canary}.example`}, ${canary}, array[${`${canary}.example`}])`);
    await tx.run(sql`
      insert into sign_in_identity (workspace_id, provider_id, subject, person_id)
      values (${tx.workspaceId}, ${signInProvider}, ${canary}, ${place.ownerId})`);
    await tx.run(sql`
      insert into session (token_hash, id, account_id, workspace_id, csrf, agent, expires_at)
      select ${hash(personSession)}, ${personSession}, account_id, ${tx.workspaceId}, 'x', ${canary}, now() + interval '1 hour' from person
      where workspace_id = ${tx.workspaceId} and id = ${person.id}`);
    await tx.run(
      sql`insert into data_export (workspace_id, id, kind, by_id) values (${tx.workspaceId}, ${made}, 'workspace', ${place.ownerId})`,
    );
    await tx.run(
      sql`update message set state = 'failed' where workspace_id = ${tx.workspaceId} and id = ${failed.message.id}`,
    );
    await tx.run(
      sql`update message set state = 'unknown' where workspace_id = ${tx.workspaceId} and id = ${doubted.message.id}`,
    );
    await tx.run(sql`
      insert into inbound_mail (workspace_id, id, inbox_id, source, state, reason, sender, subject, size, raw_hash)
      values (${tx.workspaceId}, ${quarantined}, ${inbox.id}, 'smtp', 'quarantined', ${`Unreadable ${canary}`}, ${`x@${canary}.example`}, ${canary}, 1, ${rawHash})`);
    await tx.run(sql`
      insert into dkim_key (workspace_id, id, domain, selector, algorithm, public_key, secret) values (${tx.workspaceId}, ${dkim}, ${`${canary}.example`}, ${canary}, 'rsa', ${canary}, ''::bytea)`);
    const given = { access: `access ${canary}`, refresh: `refresh ${canary}`, seconds: 3600, idToken: null };
    const sealed = world.hearten.seal.close(JSON.stringify(given), `mailbox-sign-in:${place.id}:${signIn}`);
    await tx.run(sql`
      insert into mailbox_sign_in (workspace_id, id, provider, state_hash, session_id, person_id, secret, state, account, expires_at)
      values (${tx.workspaceId}, ${signIn}, 'google', ${hash(signIn)}, ${newId()}, ${place.ownerId}, ${sealed}, 'ready', ${`support@${canary}.example`}, now() + interval '1 hour')`);
    await tx.run(sql`
      insert into mail_import (workspace_id, id, inbox_id, path, state) values (${tx.workspaceId}, ${archive}, ${inbox.id}, ${`/nowhere/${canary}.mbox`}, 'stopped')`);
    await tx.run(sql`
      insert into notification (workspace_id, id, person_id, kind, conversation_id, event_id, title, text)
      values (${tx.workspaceId}, ${notification}, ${place.ownerId}, 'new', ${conversation}, ${newId()}, ${canary}, ${canary})`);
  });
  return {
    place,
    owner,
    canary,
    conversation,
    other: second.conversationId,
    number: opened.conversation.number,
    received: opened.items.find((item) => item.type === 'in')?.id as string,
    sent: sent.message.id,
    failed: failed.message.id,
    doubted: doubted.message.id,
    planned: planned.message.id,
    customer: opened.customer.id,
    duplicate: duplicate.customer.id,
    company: opened.customer.company?.id as string,
    customerNote: customerNote.id,
    customerField: customerField.id,
    inbox: inbox.id,
    team: team.id,
    person: person.id,
    session: sessions.items[0]?.id as string,
    personSession,
    passkey,
    signInProvider,
    invitation: invitation.id,
    key: key.id,
    token: key.token,
    blocked: blocked.id,
    allowed: allowed.id,
    quarantined,
    import: archive,
    notification,
    browser: told.browsers[0]?.id as string,
    upload: upload.body.id,
    signIn,
    dkim,
    savedView: view.id,
    snippet: snippet.id,
    macro: macro.id,
    bulk: bulk.id,
    webhook: webhook.id,
    chat: chat.id,
    chatKey: chatKey.key.id,
    blockedVisitor,
    webhookDelivery: tried.id,
    export: made,
    hours: hours.id,
    problem: problem.id,
    otherProblem: otherProblem.id,
    mergedProblem: mergedProblem.id,
    tracker: tracker.id,
    mailing: mailing.id,
    survey: survey.id,
    ...clusters,
    praise,
    praiseCode,
    form: form.id,
    holiday: holidays[0]?.id as string,
    calendar: calendars[0]?.id as string,
  };
}

function mail(inboxId: string, canary: string, from: { address: string; name: string }): Incoming {
  const externalId = `<${newId()}@${canary}.example>`;
  return {
    id: newId(),
    inboxId,
    channel: 'email',
    externalId,
    inReplyTo: null,
    references: [],
    token: null,
    from,
    forwarded: null,
    replyTo: null,
    to: [{ address: `support@${canary}.example`, name: '' }],
    cc: [],
    subject: `A question ${canary}`,
    text: `My lamp does not light up, says ${canary}.`,
    quote: `> quoted ${canary}`,
    hasHtml: false,
    attachments: [],
    kind: 'message',
    automatic: false,
    language: null,
    bounce: null,
    awayUntil: null,
    thanks: false,
    signs: [],
    authentication: null,
    parsed: null,
    rawHash: null,
    dedupe: hash(externalId),
    receivedAt: new Date().toISOString(),
    historic: false,
  };
}

const rawMail = (canary: string): string =>
  [
    `From: ana@${canary}-customers.example`,
    `To: support@${canary}.example`,
    `Subject: A question ${canary}`,
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<p>My lamp does not light up, says ${canary}.</p>`,
    '',
  ].join('\r\n');

/** Everything that a side has, as one hash: nothing in it was touched while it stays the same. */
export async function fingerprint(world: World, side: Side): Promise<string> {
  const line = lines.get(world) ?? openLine(world);
  lines.set(world, line);
  const { client, text } = await line;
  await client.query('begin');
  await client.query(`select set_config('app.workspace_id', $1, true)`, [side.place.id]);
  const { rows } = await client.query<{ text: string }>({ name: 'fingerprint', text, values: [side.place.id] });
  await client.query('rollback');
  return rows
    .map((row) => row.text)
    .sort()
    .join('\n');
}

/** One line for all of them, on which the question is planned once: it names every table, and is asked after each write. */
const lines = new WeakMap<World, Promise<{ client: pg.Client; text: string }>>();
async function openLine(world: World): Promise<{ client: pg.Client; text: string }> {
  const client = await world.hearten.db.connect();
  client.on('error', () => undefined); // it ends with the database of its world
  const { rows: tables } = await client.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`);
  const text = tables
    .map(
      ({ name }) =>
        `select '${name}' || E'\\n' || coalesce(string_agg(row, E'\\n' order by row), '') as text from (select (to_jsonb(t) - 'last_seen_at' - 'last_used_at')::text as row from ${name} t where workspace_id = $1) x`,
    )
    .join(' union all ');
  return { client, text };
}
