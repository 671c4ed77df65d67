import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { ContactRate, KnownProblem, ProblemRow, TrackerKind } from '@hearten/contract';
import { type Browser, makeWorld, type Place, type World } from '../../../test/world.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { makeModules } from '../../modules.ts';
import { linkOf } from './told.ts';

let world: World;
let place: Place;
let owner: Browser;
before(async () => {
  world = await makeWorld({ modules: makeModules });
  place = await world.workspace();
  owner = await world.as(place, 'owner');
});
after(() => world.end());

type Told = { link: string; closed: boolean; at: string };
const hex = (secret: string, body: string): string => createHmac('sha256', secret).update(body).digest('hex');
/** Requests as each tracker documents them: the parts that matter, under their names, among what else it sends. */
const requests: Record<
  TrackerKind,
  {
    link: string;
    body: (told: Told) => unknown;
    headers: (secret: string, body: string, delivery: string) => Record<string, string>;
  }
> = {
  github: {
    link: 'https://github.com/northwind/lamps/issues/7',
    body: ({ link, closed, at }) => ({
      action: closed ? 'closed' : 'reopened',
      issue: {
        html_url: link,
        url: 'https://api.github.com/repos/northwind/lamps/issues/7',
        number: 7,
        state: closed ? 'closed' : 'open',
        state_reason: closed ? 'completed' : 'reopened',
        title: 'Dark',
        updated_at: at,
      },
      repository: { full_name: 'northwind/lamps' },
      sender: { login: 'octocat' },
    }),
    headers: (secret, body, delivery) => ({
      'x-github-event': 'issues',
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${hex(secret, body)}`,
      'user-agent': 'GitHub-Hookshot/044aadd',
    }),
  },
  gitlab: {
    link: 'https://gitlab.example/northwind/lamps/-/issues/23',
    body: ({ link, closed, at }) => ({
      object_kind: 'issue',
      event_type: 'issue',
      object_attributes: {
        id: 301,
        iid: 23,
        title: 'Dark',
        state: closed ? 'closed' : 'opened',
        action: closed ? 'close' : 'reopen',
        url: link,
        updated_at: at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
      },
      project: { path_with_namespace: 'northwind/lamps' },
    }),
    headers: (secret, _, delivery) => ({
      'x-gitlab-event': 'Issue Hook',
      'x-gitlab-token': secret,
      'x-gitlab-event-uuid': randomUUID(),
      'idempotency-key': delivery,
    }),
  },
  gitea: {
    link: 'https://git.example/northwind/lamps/issues/5',
    body: ({ link, closed, at }) => ({
      action: closed ? 'closed' : 'reopened',
      number: 5,
      issue: { html_url: link, number: 5, state: closed ? 'closed' : 'open', updated_at: at, pull_request: null },
    }),
    headers: (secret, body, delivery) => ({
      'x-gitea-event': 'issues',
      'x-gitea-delivery': delivery,
      'x-gitea-signature': hex(secret, body),
      'x-hub-signature-256': `sha256=${hex(secret, body)}`,
    }),
  },
  jira: {
    link: 'https://northwind.atlassian.net/browse/LAMP-12',
    body: ({ closed, at }) => ({
      timestamp: Date.parse(at),
      webhookEvent: 'jira:issue_updated',
      issue_event_type_name: 'issue_generic',
      issue: {
        id: '10002',
        self: 'https://northwind.atlassian.net/rest/api/2/10002',
        key: 'LAMP-12',
        fields: {
          summary: 'Dark',
          status: {
            name: closed ? 'Done' : 'In Progress',
            statusCategory: { id: closed ? 3 : 4, key: closed ? 'done' : 'indeterminate' },
          },
        },
      },
    }),
    headers: (secret, body, delivery) => ({
      'x-atlassian-webhook-identifier': delivery,
      'x-atlassian-webhook-flow': 'Primary',
      'x-hub-signature': `sha256=${hex(secret, body)}`,
    }),
  },
  linear: {
    link: 'https://linear.app/northwind/issue/LAMP-9/the-lamp-stays-dark',
    body: ({ link, closed, at }) => ({
      action: 'update',
      type: 'Issue',
      createdAt: at,
      url: link,
      data: {
        id: randomUUID(),
        identifier: 'LAMP-9',
        updatedAt: at,
        url: link,
        state: { name: closed ? 'Done' : 'Todo', type: closed ? 'completed' : 'unstarted' },
      },
      webhookTimestamp: Date.now(),
    }),
    headers: (secret, body, delivery) => ({
      'linear-event': 'Issue',
      'linear-delivery': delivery,
      'linear-signature': hex(secret, body),
    }),
  },
};
const kinds = Object.keys(requests) as TrackerKind[];

type Tracker = { id: string; kind: TrackerKind; secret: string };
const makeTracker = async (kind: TrackerKind): Promise<Tracker> =>
  (await owner.post<Tracker>('/trackers', { kind, name: `A ${kind}` })).body;
const problemWith = async (link: string): Promise<string> => {
  const { id } = (await owner.post<{ id: string }>('/problems', { name: 'The lamp stays dark' })).body;
  await owner.send('PATCH', `/problems/${id}`, { link });
  return id;
};
const look = async (id: string): Promise<KnownProblem> => (await owner.get<KnownProblem>(`/problems/${id}`)).body;
const minutesAgo = (n: number): string => new Date(Date.now() - n * 60_000).toISOString();

async function send(
  { id, kind, secret }: Tracker,
  told: { closed: boolean; at: string; link?: string },
  {
    delivery = randomUUID() as string,
    with: other = {} as Record<string, string>,
    body: changed = (text: string) => text,
    /** What the tracker says, before it is signed. */
    told: words = (text: string) => text,
  } = {},
): Promise<{ status: number; outcome: string }> {
  const { link, body, headers } = requests[kind];
  const text = words(JSON.stringify(body({ link, ...told })));
  const answer = await world.app.inject({
    method: 'POST',
    url: `/issues/${id}`,
    headers: { 'content-type': 'application/json', ...headers(secret, text, delivery), ...other },
    payload: changed(text),
  });
  return { status: answer.statusCode, outcome: answer.statusCode === 202 ? answer.json().outcome : '' };
}

test('Each tracker tells in its own words that an issue is closed: the link says so and proposes, and nothing is fixed by itself', async () => {
  for (const kind of kinds) {
    const tracker = await makeTracker(kind);
    const id = await problemWith(requests[kind].link);
    assert.deepEqual((await look(id)).issue, { state: null, at: null, day: null, follows: false, proposes: null });
    const closed = minutesAgo(3);
    assert.equal((await send(tracker, { closed: true, at: closed })).status, 202, kind);
    const { state, issue, shippedOn, proposes } = await look(id);
    assert.deepEqual([state, shippedOn, issue?.state, proposes], ['found', null, 'closed', 'fixed'], kind);
    assert.equal(Math.abs(Date.parse(issue?.at ?? '') - Date.parse(closed)) < 1000, true, `${kind} says when`);
    const listed = (await owner.get<{ items: ProblemRow[] }>('/problems')).body.items.find((one) => one.id === id);
    assert.equal(listed?.proposes, 'fixed', 'the list says the same');
    // Its owner says yes: then it is, on that day.
    const answered = await owner.send<KnownProblem>('PUT', `/problems/${id}/issue`, { answer: 'accept' });
    assert.deepEqual([answered.body.state, answered.body.shippedOn], ['fixed', issue?.day], kind);
    assert.equal(answered.body.issue?.proposes, null);
    // Opened again, it proposes that as well.
    await send(tracker, { closed: false, at: minutesAgo(2) });
    assert.equal((await look(id)).issue?.proposes, 'fixing', kind);
    await owner.send('PUT', `/problems/${id}/issue`, { answer: 'decline' });
    assert.deepEqual(
      [(await look(id)).state, (await look(id)).issue?.proposes],
      ['fixed', null],
      'not yet stays not yet',
    );
    await owner.send('DELETE', `/trackers/${tracker.id}`);
    assert.equal((await send(tracker, { closed: true, at: minutesAgo(1) })).status, 401, 'nobody listens any more');
  }
});

test('What is not signed with the secret of the address, byte for byte, changes nothing', async () => {
  const other = await makeTracker('github');
  for (const kind of kinds) {
    const tracker = await makeTracker(kind);
    const id = await problemWith(requests[kind].link);
    const told = { closed: true, at: minutesAgo(3) };
    for (const wrong of [
      { ...tracker, secret: other.secret },
      { ...tracker, secret: '' },
      { ...tracker, id: randomUUID() },
      { ...tracker, id: 'x' },
    ])
      assert.equal((await send(wrong, told)).status, 401, kind);
    // GitLab sends the secret and signs nothing.
    if (kind !== 'gitlab')
      assert.equal((await send(tracker, told, { body: (text) => text.replace('{', '{ ') })).status, 401, kind);
    if (kind === 'gitea')
      assert.equal((await send(tracker, told, { with: { 'x-forgejo-signature': 'f'.repeat(64) } })).status, 401);
    assert.equal((await look(id)).issue?.state, null, kind);
    await owner.send('DELETE', `/trackers/${tracker.id}`);
  }
  // What is old, Linear says itself: a copy of it is refused.
  const linear = await makeTracker('linear');
  const text = JSON.stringify({ type: 'Issue', webhookTimestamp: Date.now() - 600_000 });
  const headers = { 'content-type': 'application/json', ...requests.linear.headers(linear.secret, text, 'an old one') };
  const old = await world.app.inject({ method: 'POST', url: `/issues/${linear.id}`, headers, payload: text });
  assert.equal(old.statusCode, 401);
  assert.ok(!world.logged.join('').includes(linear.secret), 'no secret in the log');
});

test('The same delivery twice, and one that comes too late, change nothing; what was chosen to follow follows, once', async () => {
  const tracker = await makeTracker('github');
  const link = 'https://github.com/northwind/lamps/issues/8';
  const [id, also] = [await problemWith(`${link}#issuecomment-1`), await problemWith(link)];
  await owner.send('PUT', `/problems/${id}/issue`, { follows: true });
  const closing = { closed: true, at: minutesAgo(10), link };
  const both = await Promise.all([
    send(tracker, closing, { delivery: 'one' }),
    send(tracker, closing, { delivery: 'one' }),
  ]);
  assert.deepEqual(both.map((one) => one.outcome).sort(), ['known', 'new']);
  const followed = await look(id);
  assert.deepEqual([followed.state, followed.shippedOn], ['fixed', followed.issue?.day]);
  assert.equal((await look(also)).state, 'found', 'the other only proposes');
  const life = async () => (await owner.get<ContactRate>(`/problems/${id}/rate`)).body.life;
  assert.deepEqual((await life()).at(-1)?.why, { issue: 1 }, 'its life says that nobody did it by hand');
  const steps = (await life()).length;
  await send(tracker, { closed: false, at: minutesAgo(20), link });
  assert.equal((await look(id)).issue?.state, 'closed', 'an older one that comes later says nothing');
  await send(tracker, { closed: true, at: minutesAgo(5), link });
  assert.equal((await life()).length, steps, 'told again under another name, nothing is new');
  await send(tracker, { closed: false, at: minutesAgo(4), link });
  assert.deepEqual([(await look(id)).state, (await look(id)).shippedOn], ['fixing', null]);
  assert.equal((await look(also)).proposes, null, 'what was never fixed is not to be fixed again');
  await owner.send('PATCH', `/problems/${id}`, { link: 'https://github.com/northwind/lamps/issues/9' });
  assert.equal((await look(id)).issue?.state, null, 'of another issue nothing is known');
});

test('An issue that was given up or told elsewhere is asked about, and followed by nobody', async () => {
  for (const [kind, reason, link] of [
    ['github', 'not_planned', 'https://github.com/northwind/lamps/issues/51'],
    ['github', 'duplicate', 'https://github.com/northwind/lamps/issues/52'],
    ['linear', 'canceled', 'https://linear.app/northwind/issue/LAMP-53'],
    ['linear', 'duplicate', 'https://linear.app/northwind/issue/LAMP-54'],
  ] as const) {
    const dropped = (text: string) => text.replace('"completed"', `"${reason}"`);
    const tracker = await makeTracker(kind);
    const id = await problemWith(link);
    await owner.send('PUT', `/problems/${id}/issue`, { follows: true });
    assert.equal((await send(tracker, { closed: true, at: minutesAgo(9), link }, { told: dropped })).status, 202);
    const { state, issue } = await look(id);
    assert.deepEqual([state, issue?.state, issue?.proposes], ['found', 'closed', 'fixed'], kind);
    // Opened again and then done, it is followed as ever.
    await send(tracker, { closed: false, at: minutesAgo(8), link });
    await send(tracker, { closed: true, at: minutesAgo(7), link });
    assert.equal((await look(id)).state, 'fixed', kind);
  }
});

test('Jira counts as done what was given up: its resolution or its status says so, and nothing is fixed by it', async () => {
  const tracker = await makeTracker('jira');
  const { link } = requests.jira;
  const id = await problemWith(link);
  await owner.send('PUT', `/problems/${id}/issue`, { follows: true });
  /** As Atlassian documents an issue: what became of it is a thing with a name, beside the status. */
  const ended = (status: string, resolution: string | null) => (text: string) =>
    text
      .replace('"name":"Done"', `"name":${JSON.stringify(status)}`)
      .replace(
        '"fields":{',
        `"fields":{"resolution":${JSON.stringify(resolution && { self: 'https://northwind.atlassian.net/rest/api/2/resolution/10001', id: '10001', name: resolution })},`,
      );
  let ago = 60;
  for (const [status, resolution] of [
    ['Done', 'Won\u2019t Do'],
    ['Done', "Won't Do"],
    ['Closed', 'Duplicate'],
    ['Resolved', 'Cannot Reproduce'],
    ['Done', 'Not our lamp'],
    ["Won't do", 'Done'],
    ['Cancelled', null],
    ['Canceled', 'Done'],
  ] as const) {
    await send(tracker, { closed: true, at: minutesAgo(--ago) }, { told: ended(status, resolution) });
    const { state, issue } = await look(id);
    assert.deepEqual([state, issue?.state, issue?.proposes], ['found', 'closed', 'fixed'], `${status} ${resolution}`);
    await send(tracker, { closed: false, at: minutesAgo(--ago) });
  }
  for (const [status, resolution] of [
    ['Done', 'Done'],
    ['Closed', 'Fixed'],
    ['Erledigt', 'Fertig'],
    ['Released', null],
  ] as const) {
    await send(tracker, { closed: true, at: minutesAgo(--ago) }, { told: ended(status, resolution) });
    assert.equal((await look(id)).state, 'fixed', `${status} ${resolution}`);
    await send(tracker, { closed: false, at: minutesAgo(--ago) });
  }
});

test('Where Jira says in a second delivery that what is done was given up, the problem is what it was before, and its owner hears that', async () => {
  const tracker = await makeTracker('jira');
  const { link } = requests.jira;
  const id = await problemWith(link);
  await owner.send('PUT', `/problems/${id}/issue`, { follows: true });
  await owner.send('PATCH', `/problems/${id}`, { state: 'fixing' });
  const resolved = (resolution: string | null) => (text: string) =>
    text.replace(
      '"fields":{',
      `"fields":{"resolution":${JSON.stringify(resolution && { id: '10001', name: resolution })},`,
    );
  const life = async () =>
    (await owner.get<ContactRate>(`/problems/${id}/rate`)).body.life.map(({ state, why }) => [state, why]);
  const came = async () =>
    (
      await world.inside(place, (tx) =>
        tx.many<{ came: string }>(
          sql`select data->>'came' as came from event where workspace_id = ${place.id} and name = 'problem.issue' and data->>'problemId' = ${id} order by id`,
        ),
      )
    ).map((one) => one.came);
  const was = await life();
  let ago = 50;
  const closes = (resolution: string | null) =>
    send(tracker, { closed: true, at: minutesAgo(--ago) }, { told: resolved(resolution) });
  await closes(null);
  assert.equal((await look(id)).state, 'fixed');
  await closes("Won't Do");
  const { state, shippedOn, issue } = await look(id);
  assert.deepEqual([state, shippedOn, issue?.state, issue?.proposes], ['fixing', null, 'closed', 'fixed']);
  assert.deepEqual([await life(), await came()], [was, ['fixed', 'dropped']]);
  await closes("Won't Do");
  assert.deepEqual([(await look(id)).state, await came()], ['fixing', ['fixed', 'dropped']], 'once');

  // A day that was entered stays; and what a person said of it since, no delivery takes back.
  await owner.send('PATCH', `/problems/${id}`, { shippedOn: '2026-01-05' });
  await send(tracker, { closed: false, at: minutesAgo(--ago) });
  await closes(null);
  await closes('Duplicate');
  assert.deepEqual([(await look(id)).state, (await look(id)).shippedOn], ['fixing', '2026-01-05']);
  await owner.send('PUT', `/problems/${id}/issue`, { answer: 'accept' });
  await closes('Duplicate');
  assert.deepEqual([(await look(id)).state, (await came()).length], ['fixed', 4]);
});

test('Whatever sets the state answers the issue: nothing is proposed again until the issue changes, and a day that was entered stays', async () => {
  const tracker = await makeTracker('github');
  const link = 'https://github.com/northwind/lamps/issues/61';
  const id = await problemWith(link);
  const proposes = async () => [
    (await look(id)).proposes,
    (await owner.get<{ items: ProblemRow[] }>('/problems')).body.items.find((one) => one.id === id)?.proposes,
  ];
  await owner.send('PATCH', `/problems/${id}`, { shippedOn: '2026-01-05' });
  await send(tracker, { closed: true, at: minutesAgo(9), link });
  assert.deepEqual(await proposes(), ['fixed', 'fixed']);
  const { body } = await owner.send<KnownProblem>('PUT', `/problems/${id}/issue`, { answer: 'accept' });
  assert.deepEqual([body.state, body.shippedOn], ['fixed', '2026-01-05']);
  await owner.send('PATCH', `/problems/${id}`, { state: 'known' });
  assert.deepEqual(await proposes(), [null, null], 'known again by somebody’s word');
  await send(tracker, { closed: false, at: minutesAgo(8), link });
  await send(tracker, { closed: true, at: minutesAgo(7), link });
  assert.deepEqual(await proposes(), ['fixed', 'fixed'], 'closed anew it is asked anew');
  // Followed out of what was fixed, the day it had stays in its life.
  await owner.send('PATCH', `/problems/${id}`, { state: 'fixed', shippedOn: '2026-01-06' });
  await owner.send('PUT', `/problems/${id}/issue`, { follows: true });
  await send(tracker, { closed: false, at: minutesAgo(6), link });
  assert.deepEqual([(await look(id)).state, (await look(id)).shippedOn], ['fixing', null]);
  const { life } = (await owner.get<ContactRate>(`/problems/${id}/rate`)).body;
  assert.deepEqual([life.at(-1)?.state, life.at(-1)?.shippedOn], ['fixing', '2026-01-06']);
});

test('A problem that gets another link or is merged while a delivery comes in is left out, and the others hear', {
  timeout: 30_000,
}, async () => {
  const tracker = await makeTracker('github');
  const link = 'https://github.com/northwind/lamps/issues/62';
  const [id, gone, also] = [await problemWith(link), await problemWith(link), await problemWith(link)];
  await owner.send('PUT', `/problems/${id}/issue`, { follows: true });
  let sent: ReturnType<typeof send> | undefined;
  await world.inside(place, async (tx) => {
    await tx.run(
      sql`update problem set link = 'https://github.com/northwind/lamps/issues/63' where workspace_id = ${place.id} and id = ${id}`,
    );
    await tx.run(sql`update problem set merged_into = ${also} where workspace_id = ${place.id} and id = ${gone}`);
    sent = send(tracker, { closed: true, at: minutesAgo(9), link });
    for (let n = 0; n === 0; )
      n =
        (
          await world.hearten.db.read<{ n: number }>(
            NOWHERE,
            sql`
        select count(*)::int as n from pg_locks l join pg_stat_activity a on a.pid = l.pid where a.datname = current_database() and not l.granted`,
          )
        )[0]?.n ?? 0;
  });
  assert.equal((await sent)?.status, 202);
  const [other, mine] = [await look(id), await look(also)];
  assert.deepEqual([other.state, other.issue?.state, mine.issue?.state], ['found', null, 'closed']);
});

test('Who may not change a problem and does not own it decides nothing; a tracker’s own secret takes the place of ours, and is not shown', async () => {
  const id = await problemWith('https://git.example/northwind/lamps/issues/5');
  const representative = await world.as(place, 'representative');
  assert.equal((await representative.send('PUT', `/problems/${id}/issue`, { follows: true })).status, 403);
  assert.equal((await representative.get('/trackers')).status, 403);
  assert.equal(
    (await owner.send('PUT', `/problems/${id}/issue`, { answer: 'accept' })).status,
    409,
    'nothing is proposed',
  );
  const tracker = await makeTracker('gitea');
  const secret = 'made-by-the-tracker-itself';
  const changed = await owner.send('PATCH', `/trackers/${tracker.id}`, { secret });
  assert.ok(!changed.text.includes(secret) && !(await owner.get('/trackers')).text.includes(secret));
  assert.equal((await send(tracker, { closed: true, at: minutesAgo(1) })).status, 401);
  assert.equal((await send({ ...tracker, secret }, { closed: true, at: minutesAgo(1) })).status, 202);
  assert.equal((await look(id)).proposes, 'fixed');
});

test('One issue has many addresses, and each of them is the same link', () => {
  for (const [one, other] of [
    ['https://GitHub.com/a/b/issues/7', 'https://github.com/a/b/issues/7/?x=1#top'],
    ['https://gitlab.example/a/b/-/issues/7', 'https://gitlab.example/a/b/-/work_items/7'],
    ['https://linear.app/a/issue/K-7', 'https://linear.app/a/issue/K-7/a-title-that-changed'],
    [
      'https://x.atlassian.net/browse/K-7',
      'https://x.atlassian.net/jira/software/projects/K/boards/1?selectedIssue=K-7',
    ],
  ] as const)
    assert.equal(linkOf(one), linkOf(other));
  assert.notEqual(linkOf('https://github.com/a/b/issues/7'), linkOf('https://github.com/a/b/issues/70'));
  assert.equal(linkOf('javascript:alert(1)'), '');
});
