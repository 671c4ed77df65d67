import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import type { Inbox, MailboxSignIn } from '@hearten/contract';
import { type Dovecot, dovecot, hasDovecot, letter, type Sink, smtpSink } from '../../../../test/mail.ts';
import { agree, type OAuthServer, oauthServer } from '../../../../test/oauth.ts';
import { eventually } from '../../../../test/room.ts';
import { type Browser, makeWorld, type Place, type World } from '../../../../test/world.ts';
import { sql } from '../../../base/db.ts';
import type { EventRow } from '../../../base/events.ts';
import { COOKIE } from '../../../base/http.ts';
import { newId } from '../../../base/ids.ts';
import { quoted } from '../../../base/reasons.ts';
import type { InboxRow, Outgoing } from '../../../conversations/index.ts';
import { founding, makeModules } from '../../../modules.ts';
import { listenToMailboxes } from '../mailboxes.ts';
import { sender } from '../send.ts';
import { showState } from '../state.ts';
import { accessFor, distrust, refreshGrant } from './grant.ts';

let oauth: OAuthServer;
let server: Dovecot;
let sink: Sink;
let world: World;
let place: Place;
let owner: Browser;
const skip = !hasDovecot && 'no dovecot is installed here';

before(async () => {
  if (skip) return;
  oauth = await oauthServer();
  server = await dovecot({ introspect: `${oauth.url}/introspect` });
  sink = await smtpSink({ token: (user, token) => oauth.isGood(token, user) });
  const servers = `imap://127.0.0.1:${server.port} smtp://127.0.0.1:${sink.port}`;
  world = await makeWorld({
    modules: makeModules,
    founding,
    settings: {
      GOOGLE_LOGIN_URL: oauth.url,
      MICROSOFT_LOGIN_URL: oauth.url,
      GOOGLE_MAIL_SERVERS: servers,
      MICROSOFT_MAIL_SERVERS: servers,
      OUTBOUND_ALLOW: '127.0.0.1/32',
      SYSTEM_SMTP: 'smtp://127.0.0.1:9',
      SYSTEM_FROM: 'desk@northwind.example',
    },
  });
  oauth.client.redirects = ['https://desk.example/oauth/callback'];
  place = await world.workspace('northwind');
  owner = await world.as(place, 'owner');
  for (const provider of ['google', 'microsoft']) {
    const put = await owner.send('PUT', `/mail-providers/${provider}`, {
      clientId: oauth.client.id,
      clientSecret: oauth.client.secret,
    });
    assert.equal(put.status, 200, put.text);
    assert.equal(put.body.redirectUri, oauth.client.redirects[0]);
    assert.ok(!put.text.includes(oauth.client.secret));
  }
});
after(async () => {
  await world?.end();
  await server?.stop();
  await sink?.stop();
  await oauth?.stop();
});

/** The browser comes back from the provider. */
async function comeBack(by: Browser, address: string): Promise<string> {
  const url = new URL(address);
  const reply = await world.app.inject({
    method: 'GET',
    url: `${url.pathname}${url.search}`,
    headers: { host: 'desk.example', cookie: `${COOKIE}=${by.cookie}` },
  });
  assert.equal(reply.statusCode, 303);
  return String(reply.headers.location);
}
const begin = async (body: object): Promise<string> => {
  const begun = await owner.post<{ url: string }>('/mailbox-sign-ins', body);
  assert.equal(begun.status, 200, begun.text);
  return begun.body.url;
};
const idIn = (location: string): string => new URL(location, 'https://desk.example').searchParams.get('signIn') ?? '';
const look = async (location: string): Promise<MailboxSignIn> =>
  (await owner.get<MailboxSignIn>(`/mailbox-sign-ins/${idIn(location)}`)).body;
async function connect(provider: 'google' | 'microsoft', address: string): Promise<Inbox> {
  const back = await comeBack(owner, await agree(await begin({ provider, address }), address));
  const made = await owner.post<Inbox>('/inboxes', {
    name: 'Support',
    address,
    settings: { imap: { host: 'ignored.example', port: 1, security: 'none', all: true } },
    signIn: { id: idIn(back) },
  });
  assert.equal(made.status, 201, made.text);
  return made.body;
}
const home = (inbox: Inbox) => ({ workspace_id: place.id, id: inbox.id });
const rowOf = async (
  inbox: Inbox,
): Promise<InboxRow & { state: string; state_text: string; told_at: string | null }> => {
  const [row] = await world.hearten.db.read<InboxRow & { state: string; state_text: string; told_at: string | null }>(
    place.id,
    sql`select * from inbox where workspace_id = ${place.id} and id = ${inbox.id}`,
  );
  assert.ok(row);
  return row;
};
const ends = (inbox: Inbox, seconds: number) =>
  world.inside(place, (tx) =>
    tx.run(
      sql`update mailbox_grant set expires_at = now() + make_interval(secs => ${seconds}::int) where workspace_id = ${place.id} and inbox_id = ${inbox.id}`,
    ),
  );
const refreshGrantSoon = async (inbox: Inbox): Promise<void> => {
  await ends(inbox, 300);
  await refreshGrant(world.hearten, place.id, inbox.id);
};
const outgoing = (): Outgoing => ({
  id: newId(),
  conversationId: newId(),
  externalId: `${newId()}@northwind.example`,
  inReplyTo: null,
  references: [],
  only: ['ana@example.org'],
  forwarded: '',
  to: [{ address: 'ana@example.org', name: '' }],
  cc: [],
  bcc: [],
  subject: 'Hello',
  text: 'Hello',
  attachments: [],
  automatic: false,
  quoted: null,
  quote: null,
  authorName: 'Bo',
  authorSignature: '',
});

test('A mailbox is signed in to at its provider, read over IMAP and sent from over SMTP, all by XOAUTH2', {
  skip,
}, async () => {
  const inbox = await connect('google', 'support@northwind.example');
  assert.equal(inbox.settings.signIn?.account, 'support@northwind.example');
  assert.equal(inbox.settings.imap?.port, server.port, 'the provider’s own server, whatever was asked for');
  assert.deepEqual(inbox.hasPassword, { imap: false, smtp: false });
  await server.append('support@northwind.example', [letter({ subject: 'By token' })]);
  const stop = await listenToMailboxes(world.hearten);
  try {
    await eventually(
      async () => (await owner.get<{ items: unknown[] }>('/conversations?view=all')).body.items.length === 1,
    );
    assert.equal((await rowOf(inbox)).state, 'working');
  } finally {
    await stop();
  }
  const sending = sender(world.hearten);
  await sending.send(outgoing(), await rowOf(inbox), async () => undefined);
  sending.stop();
  assert.equal(sink.ledger.length, 1);
  const tried = await owner.post<{ findings: { ok: boolean; text: string }[] }>('/inboxes/test', {
    id: inbox.id,
    address: inbox.address,
    settings: {},
  });
  assert.ok(tried.body.findings.length > 5 && tried.body.findings.every((one) => one.ok), tried.text);
  const everything = await world.inside(place, (tx) =>
    tx.many<{ row: string }>(
      sql`select g::text as row from mailbox_grant g where workspace_id = ${place.id} union all select s::text from mailbox_sign_in s where workspace_id = ${place.id}`,
    ),
  );
  for (const { row } of everything) for (const token of oauth.given.refresh) assert.ok(!row.includes(token));
});

test('G05: The way back is good once, for the session and the person that began, and for ten minutes', {
  skip,
}, async () => {
  const back = await agree(await begin({ provider: 'google' }), 'one@northwind.example');
  const another = await world.as(place, 'owner');
  const asked = oauth.asked.length;
  assert.equal(await comeBack(another, back), '/settings/inboxes?signIn=over');
  assert.equal(await comeBack(await world.as(place, 'viewer'), back), '/settings/inboxes?signIn=over');
  assert.equal(oauth.asked.length, asked, 'no code was handed on');
  const forged = new URL(back);
  forged.searchParams.set('state', `${forged.searchParams.get('state')?.split('.')[0]}.guess`);
  assert.equal(await comeBack(owner, forged.href), '/settings/inboxes?signIn=over');
  assert.equal((await look(await comeBack(owner, back))).account, 'one@northwind.example');
  assert.equal(await comeBack(owner, back), '/settings/inboxes?signIn=over');
  const late = await agree(await begin({ provider: 'google' }), 'one@northwind.example');
  await world.inside(place, (tx) =>
    tx.run(sql`update mailbox_sign_in set expires_at = now() where workspace_id = ${place.id} and state = 'begun'`),
  );
  assert.equal(await comeBack(owner, late), '/settings/inboxes?signIn=over');
  const denied = await look(
    await comeBack(owner, await agree(await begin({ provider: 'google' }), 'x@northwind.example', 'no')),
  );
  assert.equal(denied.state, 'failed');
  assert.match(denied.text, /permission was not given/);
  const bare = await world.app.inject({
    method: 'GET',
    url: '/oauth/callback?state=a.b&code=c',
    headers: { host: 'desk.example' },
  });
  assert.equal(bare.headers.location, '/sign-in');
});

test('An account of another address is used only when a person says that it is meant', { skip }, async () => {
  const address = 'shared@northwind.example';
  const back = await comeBack(
    owner,
    await agree(await begin({ provider: 'microsoft', address }), 'anna@northwind.example'),
  );
  const body = { name: 'Shared', address, settings: {}, signIn: { id: idIn(back) } };
  const refused = await owner.post('/inboxes', body);
  assert.equal(refused.status, 409);
  assert.match(refused.text, /signed in as anna@northwind.example, but the address is shared@/);
  const made = await owner.post<Inbox>('/inboxes', { ...body, signIn: { id: idIn(back), otherAccount: true } });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.settings.imap?.user, address, 'a shared mailbox is opened by its own name');
  assert.equal(
    (
      await owner.post('/inboxes', {
        ...body,
        address: 'again@northwind.example',
        signIn: { id: idIn(back), otherAccount: true },
      })
    ).status,
    409,
  );
  // Signed in to again with a third account: asked first; with the one from before: taken at once.
  const third = await comeBack(
    owner,
    await agree(await begin({ provider: 'microsoft', inboxId: made.body.id }), 'carl@northwind.example'),
  );
  assert.match(third, new RegExp(`^/settings/inboxes/${made.body.id}\\?signIn=`));
  const used = await owner.post<Inbox>(`/mailbox-sign-ins/${idIn(third)}/use`, {
    inboxId: made.body.id,
    otherAccount: true,
  });
  assert.equal(used.body.settings.signIn?.account, 'carl@northwind.example');
  assert.equal(
    await comeBack(
      owner,
      await agree(await begin({ provider: 'microsoft', inboxId: made.body.id }), 'carl@northwind.example'),
    ),
    `/settings/inboxes/${made.body.id}`,
  );
  // Saving its other settings keeps the sign-in; only saying null gives it up.
  const kept = await owner.send<Inbox>('PATCH', `/inboxes/${made.body.id}`, { settings: { signature: 'Hello' } });
  assert.equal(kept.body.settings.signIn?.account, 'carl@northwind.example');
  const gone = await owner.send<Inbox>('PATCH', `/inboxes/${made.body.id}`, { settings: { signIn: null } });
  assert.equal(gone.body.settings.signIn, null);
});

test('The next token is asked for once, however many need it at the same moment, and what rotates is kept', {
  skip,
}, async () => {
  oauth.rotates = true;
  const inbox = await connect('microsoft', 'rotating@northwind.example');
  for (let round = 0; round < 3; round++) {
    await ends(inbox, 5);
    const asked = oauth.asked.length;
    const tokens = await Promise.all(Array.from({ length: 6 }, () => accessFor(world.hearten, home(inbox))));
    assert.equal(new Set(tokens).size, 1);
    assert.equal(oauth.asked.length, asked + 1);
    assert.ok(oauth.isGood(tokens[0] as string, 'rotating@northwind.example'));
  }
  oauth.rotates = false;
});

test('Two processes that need the next token at the same moment ask for it once', { skip }, async () => {
  oauth.rotates = true;
  const inbox = await connect('google', 'two-processes@northwind.example');
  const given = {
    url: world.hearten.db.url,
    key: 'a test key of more than 32 characters',
    config: world.hearten.config,
    home: home(inbox),
  };
  const script = join(import.meta.dirname, '../../../../test/token-process.ts');
  const children = [1, 2].map(() => {
    const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(given)]);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    child.stderr.pipe(process.stderr);
    return { child, line: async (): Promise<string> => (await lines.next()).value ?? '' };
  });
  try {
    for (const { line } of children) assert.equal(await line(), 'ready');
    await ends(inbox, 5);
    const asked = oauth.asked.length;
    for (const { child } of children) child.stdin.write('now\n');
    const tokens = await Promise.all(children.map(({ line }) => line()));
    assert.equal(tokens[0], tokens[1]);
    assert.ok(oauth.isGood(tokens[0] as string, 'two-processes@northwind.example'));
    assert.equal(oauth.asked.length, asked + 1);
  } finally {
    for (const { child } of children) child.kill('SIGKILL');
    oauth.rotates = false;
  }
});

test('A provider that does not answer is asked again by and by, and nobody is troubled while the last token is good', {
  skip,
}, async () => {
  const inbox = await connect('google', 'patient@northwind.example');
  await ends(inbox, 120);
  oauth.mode = 'down';
  const before = await accessFor(world.hearten, home(inbox));
  assert.ok(oauth.isGood(before, 'patient@northwind.example'));
  assert.equal((await rowOf(inbox)).state, 'new');
  await ends(inbox, 0);
  await assert.rejects(accessFor(world.hearten, home(inbox)), /trying again by itself/);
  oauth.mode = 'answer';
  await world.inside(place, (tx) =>
    tx.run(sql`update mailbox_grant set next_at = now() where workspace_id = ${place.id}`),
  );
  await refreshGrant(world.hearten, place.id, inbox.id);
  assert.notEqual(await accessFor(world.hearten, home(inbox)), before);
});

test('A mail server that refuses a token before its time brings another one, but not over and over', {
  skip,
}, async () => {
  const inbox = await connect('google', 'distrusted@northwind.example');
  const first = await accessFor(world.hearten, home(inbox));
  await distrust(world.hearten, home(inbox), first);
  const second = await accessFor(world.hearten, home(inbox));
  assert.notEqual(second, first);
  await distrust(world.hearten, home(inbox), second);
  assert.equal(await accessFor(world.hearten, home(inbox)), second);
});

test('A new client secret mends what the old one broke, without anyone signing in', { skip }, async () => {
  const inbox = await connect('google', 'secret@northwind.example');
  oauth.client.secret = 'another client secret';
  await ends(inbox, 0);
  await assert.rejects(accessFor(world.hearten, home(inbox)), /client ID or secret/);
  assert.match((await rowOf(inbox)).state_text, /Enter a new secret/);
  for (const provider of ['google', 'microsoft'])
    await owner.send('PUT', `/mail-providers/${provider}`, {
      clientId: oauth.client.id,
      clientSecret: oauth.client.secret,
    });
  assert.ok(await accessFor(world.hearten, home(inbox)));
});

test('A sign-in that is refused is told at once: on the inbox, to owners and managers in the app, to owners by mail; once, and daily while it lasts', {
  skip,
}, async () => {
  const inbox = await connect('google', 'revoked@northwind.example');
  await world.as(place, 'manager');
  const modules = makeModules(world.hearten);
  const told = async (role: 'owner' | 'manager' | 'lead'): Promise<string[]> => {
    const { body } = await (await world.as(place, role)).get<{
      items: { kind: string; inboxId: string; title: string }[];
    }>('/notifications');
    return body.items.filter((one) => one.inboxId === inbox.id).map((one) => one.title);
  };
  // What the work role does: the job that is due, and the reaction to its event.
  const due = async (): Promise<{ at: number } | null> => {
    const client = await world.hearten.db.connect();
    const { rows } = await client.query<{ at: number }>(
      'select extract(epoch from run_at - now())::float8 as at from graphile_worker.jobs where key = $1',
      [`${place.id}:inbox-trouble:${inbox.id}`],
    );
    await client.end();
    return rows[0] ?? null;
  };
  const run = async (): Promise<void> => {
    await modules
      .find((one) => one.name === 'email')
      ?.jobs?.['inbox-trouble']?.({ workspaceId: place.id, inboxId: inbox.id }, { number: 1, last: false });
    const events = await world.hearten.db.read<EventRow>(
      place.id,
      sql`select e.*, e.xid::text as xid from event e where workspace_id = ${place.id} and name = 'inbox.trouble' and data ->> 'inboxId' = ${inbox.id} order by at`,
    );
    for (const event of events)
      await world.inside(place, async (tx) =>
        modules.find((one) => one.name === 'notifications')?.on?.['inbox.trouble']?.(tx, event),
      );
  };
  const mails = async (): Promise<number> => {
    const client = await world.hearten.db.connect();
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from graphile_worker._private_jobs where payload -> 'letter' ->> 'mail' = 'inbox-trouble' and payload::text like '%revoked@northwind.example%'`,
    );
    await client.end();
    return rows[0]?.n ?? 0;
  };

  oauth.revoke('revoked@northwind.example');
  await refreshGrantSoon(inbox);
  const row = await rowOf(inbox);
  assert.equal(row.state, 'trouble');
  assert.match(row.state_text, /Google no longer lets Hearten into the mailbox of revoked@.*Sign in again/);
  assert.ok(((await due()) as { at: number }).at < 5, 'told at once, not after some minutes');
  const asked = oauth.asked.length;
  await assert.rejects(accessFor(world.hearten, home(inbox)), /Sign in again/);
  assert.equal(oauth.asked.length, asked, 'what was refused is not asked for again');
  await run();
  assert.deepEqual(
    [await told('owner'), await told('manager'), await told('lead')].map((titles) => titles.length),
    [1, 1, 0],
  );
  assert.equal(await mails(), 1);
  assert.ok(
    (await owner.get<{ items: Inbox[] }>('/inboxes')).body.items.find((one) => one.id === inbox.id)?.state.told,
  );
  // The same incident: not again, until a day later.
  await run();
  assert.equal(await mails(), 1);
  assert.ok(((await due()) as { at: number }).at > 80_000);
  await world.inside(place, (tx) =>
    tx.run(
      sql`update inbox set told_at = now() - interval '1 day', trouble_since = now() - interval '25 hours' where workspace_id = ${place.id} and id = ${inbox.id}`,
    ),
  );
  await run();
  assert.equal(await mails(), 2);
  assert.match((await told('owner'))[0] as string, /^Still in trouble/);
  // Signed in again: over, and nothing more is told.
  const back = await comeBack(
    owner,
    await agree(await begin({ provider: 'google', inboxId: inbox.id }), 'revoked@northwind.example'),
  );
  assert.equal(back, `/settings/inboxes/${inbox.id}`);
  assert.equal((await rowOf(inbox)).state, 'new');
  assert.equal(await due(), null);
  await run();
  assert.equal(await mails(), 2);
  assert.ok(oauth.isGood(await accessFor(world.hearten, home(inbox)), 'revoked@northwind.example'));
});

test('Any other trouble is told when it has lasted five minutes, and not at all when it is over before', {
  skip,
}, async () => {
  const inbox = await connect('google', 'shaky@northwind.example');
  const at = (): Promise<number | undefined> =>
    world.inside(
      place,
      async (tx) =>
        (
          await tx.first<{ s: number }>(
            sql`select extract(epoch from trouble_since)::float8 as s from inbox where workspace_id = ${place.id} and id = ${inbox.id}`,
          )
        )?.s ?? undefined,
    );
  const due = async (): Promise<number | null> => {
    const client = await world.hearten.db.connect();
    const { rows } = await client.query<{ at: number }>(
      'select extract(epoch from run_at - now())::float8 as at from graphile_worker.jobs where key = $1',
      [`${place.id}:inbox-trouble:${inbox.id}`],
    );
    await client.end();
    return rows[0]?.at ?? null;
  };
  await showState(world.hearten, place.id, inbox.id, 'trouble', quoted('The server is away.'));
  const began = await at();
  const first = await due();
  assert.ok(first && first > 290 && first <= 300);
  // Other words for the same trouble move nothing.
  await showState(world.hearten, place.id, inbox.id, 'trouble', quoted('The server still is away.'));
  assert.equal(await at(), began);
  await showState(world.hearten, place.id, inbox.id, 'working', null);
  assert.equal(await due(), null);
});

test('What is given up is taken back at the provider', { skip }, async () => {
  const inbox = await connect('google', 'leaving@northwind.example');
  const mine = oauth.given.refresh.at(-1);
  assert.equal((await owner.send('DELETE', `/inboxes/${inbox.id}`)).status, 200);
  const job = makeModules(world.hearten).find((module) => module.name === 'email')?.jobs?.['take-grant-back'];
  const client = await world.hearten.db.connect();
  const { rows } = await client.query<{ payload: Record<string, unknown> }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'take-grant-back' order by j.id desc limit 1`,
  );
  await client.end();
  assert.ok(job && rows[0]);
  assert.ok(!JSON.stringify(rows[0].payload).includes(mine as string));
  await job(rows[0].payload, { number: 1, last: false });
  assert.deepEqual(oauth.given.takenBack, [mine]);
});
