import { execFile, spawnSync } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import nodemailer from 'nodemailer';
import { sql } from '../src/base/db.ts';
import { dice } from './chaos-proxy.ts';
import { askAt, type Fleet, launch, type Member, makeFleet, openTab, type Tab } from './fleet.ts';
import { letter, smtpSink } from './mail.ts';
import { type OwnPostgres, ownPostgres, standbyOf } from './own-postgres.ts';
import { until } from './real.ts';

const NET = '10.77.94';
const OUT = `${NET}.1`; // where the world is: mail servers, people, the balancer
const ip = (...args: string[]): void => {
  const done = spawnSync('ip', args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`ip ${args.join(' ')}: ${done.stderr}`);
};

/** Why three hosts can't be made here; false when they can. */
export function cannot(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need root on Linux';
  if (spawnSync('ip', ['-V']).status !== 0) return 'there is no ip command (iproute2)';
  const name = `hearten-${process.pid}-try`;
  const tried = spawnSync('unshare', ['-n', 'ip', 'netns', 'add', name], { encoding: 'utf8' });
  spawnSync('ip', ['netns', 'del', name]);
  return tried.status === 0 ? false : `network namespaces can't be made: ${tried.stderr.trim()}`;
}

type Host = { name: string; address: string; through: string[]; cut: () => void; heal: () => void; remove: () => void };
function host(n: number): Host {
  const name = `hearten-${process.pid}-${n}`;
  const [outer, inner] = [`hrt${n}o`, `hrt${n}i`];
  const address = `${NET}.${10 + n}`;
  const inside = (...args: string[]): void => ip('-n', name, ...args);
  ip('netns', 'add', name);
  ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner);
  ip('link', 'set', inner, 'netns', name);
  ip('link', 'set', outer, 'master', 'hrtbridge', 'up');
  inside('addr', 'add', `${address}/24`, 'dev', inner);
  inside('link', 'set', 'lo', 'up');
  inside('link', 'set', inner, 'up');
  return {
    name,
    address,
    through: ['ip', 'netns', 'exec', name],
    cut: () => ip('link', 'set', outer, 'down'),
    heal: () => ip('link', 'set', outer, 'up'),
    remove: () => {
      spawnSync('ip', ['netns', 'del', name]);
      spawnSync('ip', ['link', 'del', outer]);
    },
  };
}

export type Ledger = {
  /** Mails given to us, each acknowledged; and what became of them. */
  given: number;
  kept: number;
  lost: string[];
  doubled: string[];
  /** Answers that were to be given, and that are there. */
  answered: number;
  answers: number;
  states: Record<string, number>;
  twice: string[];
  neverSeen: string[];
  /** ms from each fault until mail was acknowledged again somewhere, and for the fail-over until an answer was. */
  again: Record<string, number>;
  /** Tabs that did not hear of the last mail. */
  deaf: number;
};

type Wanted = { mails: number; seed: number; cutFor: number };
/**
 * In a network of its own, where nobody else sees links come and go: a browser of another test takes each for a change of its own network,
 * and gives up what it was loading.
 */
export async function threeHosts(wanted: Wanted, signal?: AbortSignal): Promise<Ledger> {
  const run = [import.meta.dirname, 'three-hosts-run.ts'].join('/');
  const args = ['-n', process.execPath, '--no-warnings', run, JSON.stringify(wanted)];
  const { stdout } = await promisify(execFile)('unshare', args, { signal, maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout) as Ledger;
}

/**
 * Three hosts: each runs Hearten, the first Postgres, the second its standby. Mail comes by SMTP, a third is answered, a tab is open at
 * each; meanwhile a host is cut off, a process is killed, and the first host falls silent altogether, whereupon the standby is promoted.
 * Those outside write down what they were told; in the end that is compared with what is there.
 */
export async function runThreeHosts({ mails, seed, cutFor }: Wanted): Promise<Ledger> {
  const random = dice(seed);
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'hrtbridge', 'type', 'bridge');
  const hosts: Host[] = [];
  const ends: (() => Promise<unknown>)[] = [];
  try {
    ip('addr', 'add', `${OUT}/24`, 'dev', 'hrtbridge');
    ip('link', 'set', 'hrtbridge', 'up');
    for (const n of [1, 2, 3]) hosts.push(host(n));
    const [one, two, three] = hosts as [Host, Host, Host];
    const primary = await ownPostgres({ host: one.address, through: one.through });
    ends.push(primary.end);
    const standby = await standbyOf(primary, { host: two.address, through: two.through });
    ends.push(standby.end);
    const sink = await smtpSink();
    ends.push(sink.stop);
    const outside = await passOn(OUT, sink.port);
    ends.push(async () => outside.close());
    const at = (postgres: OwnPostgres): string => `${postgres.host}:${postgres.port}`;
    const url = `postgres://hearten_test@${at(primary)},${at(standby)}/hearten?target_session_attrs=read-write`;
    const fleet = await makeFleet({ url, smtp: { host: OUT, port: (outside.address() as { port: number }).port } });
    ends.push(fleet.end);
    await primary.admin(async (client) => {
      await client.query(`alter system set synchronous_standby_names = '*'`);
      await client.query('select pg_reload_conf()');
    });
    return await run(fleet, { hosts: [one, two, three], primary, standby, sink, random, mails, seed, cutFor, ends });
  } finally {
    for (const end of ends.reverse()) await end();
    for (const one of hosts) one.remove();
    spawnSync('ip', ['link', 'del', 'hrtbridge']);
  }
}

type Scene = {
  hosts: [Host, Host, Host];
  primary: OwnPostgres;
  standby: OwnPostgres;
  sink: Awaited<ReturnType<typeof smtpSink>>;
  random: () => number;
  mails: number;
  seed: number;
  cutFor: number;
  ends: (() => Promise<unknown>)[];
};
const PORT = 3000;
const SMTP = 2525;
const told = (what: string): unknown =>
  process.env.HOSTS_LOG && process.stderr.write(`${new Date().toISOString()} ${what}\n`);
const pace = 450; // ms between two mails of one sender

async function run(fleet: Fleet, scene: Scene): Promise<Ledger> {
  const { hosts, primary, standby, sink, random, mails, seed, cutFor, ends } = scene;
  const members: Member[] = [];
  const start = async (n: number): Promise<void> => {
    const { address, through } = hosts[n] as Host;
    const env = { ...fleet.env, PORT: String(PORT), HOST: address, SMTP_LISTEN: `${address}:${SMTP}` };
    const member = launch(env, { roles: 'serve,work', port: PORT, smtp: SMTP }, through);
    members[n] = member;
    await member.ready;
  };
  ends.push(async () => {
    for (const { child } of members) child.kill('SIGKILL');
  });
  told('begin');
  await start(0);
  await Promise.all([start(1), start(2)]);
  const cookie = await fleet.session();
  const tabs: Tab[] = [];
  for (const { address } of hosts) tabs.push(await openTab(`http://${address}:${PORT}`, fleet.front.url, cookie));
  ends.push(async () => {
    for (const tab of tabs) tab.close();
  });

  told('started');
  const idOf = (i: number): string => `host-${seed}-${i}@example.org`;
  let lastKept = 0;
  let given = 0;
  let going = true;
  let over = false;
  const post = async (i: number): Promise<boolean> => {
    const { address } = hosts[Math.floor(random() * 3)] as Host;
    const transport = nodemailer.createTransport({
      host: address,
      port: SMTP,
      ignoreTLS: true,
      connectionTimeout: 2_000,
      greetingTimeout: 3_000,
      socketTimeout: 6_000,
    });
    const raw = letter({
      id: idOf(i),
      from: `Customer ${i} <c${i}@example-${i % 7}.org>`,
      to: 'support@fleet.example',
      subject: `Host ${i}`,
      text: `Mail number ${i}.`,
    });
    return transport
      .sendMail({ envelope: { from: `c${i}@example-${i % 7}.org`, to: ['support@fleet.example'] }, raw })
      .then(
        () => true,
        () => false, // as a mail server does: without a 250 it is tried again
      )
      .finally(() => transport.close());
  };
  let nextMail = 0;
  const poster = async (): Promise<void> => {
    // As many as were wanted, and for as long as something happens.
    while (going || nextMail < mails) {
      const i = nextMail++;
      while (!(await post(i))) {
        if (over) return;
        await sleep(150);
      }
      lastKept = Date.now();
      given++;
      await sleep(pace * (0.5 + random()));
    }
  };
  ends.push(async () => {
    going = false;
    over = true;
  });
  const posting = Promise.all([poster(), poster(), poster()]);

  const answered = new Set<string>();
  let lastAnswer = 0;
  let allPosted = false;
  const answering = (async () => {
    while (!over && (going || !allPosted || answered.size < given)) {
      const { address } = hosts[Math.floor(random() * 3)] as Host;
      const base = `http://${address}:${PORT}`;
      const ask = <T>(method: string, path: string, body?: unknown, key?: string) =>
        // That host is away: another one next time. Waiting longer would measure how often the dead one is drawn.
        askAt<T>(base, fleet.token, method, path, body, key, 3_000).catch(() => null);
      type Listed = { items: { id: string; subject: string }[]; next: string | null };
      const items: Listed['items'] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: { body: Listed } | null = await ask<Listed>(
          'GET',
          `/conversations?view=all&limit=100${cursor && `&cursor=${cursor}`}`,
        );
        items.push(...(page?.body.items ?? []));
        cursor = page?.body.next ?? null;
      }
      for (const { id, subject } of items) {
        const n = Number(/Host (\d+)/.exec(subject)?.[1] ?? -1);
        if (n < 0 || answered.has(id)) continue;
        if (n % 3 === 1) {
          const said = await ask(
            'POST',
            `/conversations/${id}/replies`,
            { text: `Answer to ${n}` },
            `answer-${seed}-${n}`,
          );
          if (said?.status !== 201) break;
          lastAnswer = Date.now();
        }
        answered.add(id);
      }
      await sleep(150);
      if (!going && Date.now() > lastKept + 60_000) break;
    }
  })();

  const again: Record<string, number> = {};
  const fault = async (name: string, what: () => Promise<void>, well: (since: number) => boolean): Promise<void> => {
    await what();
    const since = Date.now();
    told(name);
    await until(
      () => well(since),
      60_000,
      () => `${name}: nothing goes on\n${members.map((m) => m.log().slice(-1500)).join('\n---\n')}`,
    );
    again[name] = Date.now() - since;
  };
  const mailComes = (since: number): boolean => lastKept > since;
  told('posting');
  await until(() => given >= mails / 8, 60_000);
  const [one, , three] = hosts;

  await fault('a host is cut off', async () => three.cut(), mailComes);
  await sleep(cutFor);
  three.heal();
  await sleep(2_000);

  await fault('a process is killed', async () => void members[1]?.child.kill('SIGKILL'), mailComes);
  await start(1);
  await sleep(2_000);

  // The first host, with the database, falls silent; whoever decides makes sure that it stays so, and promotes the standby.
  await fault(
    'the database is lost and its standby promoted',
    async () => {
      one.cut();
      await sleep(1_000);
      await primary.kill();
      members[0]?.child.kill('SIGKILL');
      await standby.promote();
    },
    (since) => lastKept > since && lastAnswer > since,
  );
  one.heal();
  await start(0);

  told('faults over');
  going = false;
  await posting;
  allPosted = true;
  told('posted');
  await answering;
  told('answered');
  const { db } = fleet.hearten;
  const open = async (): Promise<number> => {
    const left = sql`select count(*)::int as n from message where workspace_id = ${fleet.workspaceId} and type = 'out' and state in ('queued', 'sending', 'deferred')`;
    return (await db.read<{ n: number }>(fleet.workspaceId, left))[0]?.n ?? -1;
  };
  await until(
    async () => (await open()) === 0,
    90_000,
    () => 'answers are still on their way',
  );

  told('all sent');
  // The last mail, of which every tab hears.
  for (const end = Date.now() + 30_000; Date.now() < end && !(await post(0)); ) await sleep(100);
  const last = await db.tx(fleet.workspaceId, (tx) =>
    tx.first<{ id: string }>(sql`select id from conversation where workspace_id = ${fleet.workspaceId} limit 1`),
  );
  await until(async () => {
    const base = `http://${one.address}:${PORT}`;
    const note = { text: 'Does everyone hear this?' };
    return (
      (
        await askAt(base, fleet.token, 'POST', `/conversations/${last?.id}/notes`, note, 'last-note-1').catch(
          () => null,
        )
      )?.status === 201
    );
  }, 20_000);
  const noted = Date.now();
  // Told of it, or told afterwards to fetch anew, as a tab is whose line was found dead meanwhile.
  const hears = (tab: Tab): boolean =>
    tab.frames.some(
      ({ frame, at }) =>
        (at >= noted && (frame.type === 'hello' || frame.type === 'reset')) ||
        (frame.type === 'change' && JSON.stringify(frame.items).includes('Does everyone hear this?')),
    );
  // As long as a tab may take to see that its line is dead; who is deaf is counted below.
  await until(() => tabs.every(hears), 30_000).catch(() => undefined);

  told('last note');
  const kept = await db.read<{ external_id: string; n: number }>(
    fleet.workspaceId,
    sql`select external_id, count(*)::int as n from message where workspace_id = ${fleet.workspaceId} and type = 'in' group by external_id`,
  );
  const out = await db.read<{ external_id: string; state: string; text: string }>(
    fleet.workspaceId,
    sql`select external_id, state, text from message where workspace_id = ${fleet.workspaceId} and type = 'out'`,
  );
  const here = new Set(kept.map((row) => row.external_id));
  const seen = Map.groupBy(sink.ledger, (delivery) => delivery.messageId);
  const texts = Map.groupBy(out, (row) => row.text);
  return {
    given,
    answered: Array.from({ length: nextMail }, (_, i) => i).filter((i) => i % 3 === 1).length,
    kept: kept.length,
    lost: Array.from({ length: nextMail }, (_, i) => idOf(i)).filter((id) => !here.has(id)),
    doubled: [
      ...kept.filter((row) => row.n > 1).map((row) => row.external_id),
      ...[...texts].filter(([, all]) => all.length > 1).map(([text]) => text),
    ],
    answers: out.length,
    states: Object.fromEntries([...Map.groupBy(out, (row) => row.state)].map(([state, rows]) => [state, rows.length])),
    twice: [...seen].filter(([, all]) => all.length > 1).map(([id]) => id),
    neverSeen: out.filter((row) => row.state === 'sent' && !seen.has(row.external_id)).map((row) => row.external_id),
    again,
    deaf: tabs.filter((tab) => !hears(tab)).length,
  };
}

/** The mail server outside listens on this machine only; this is its door on the network of the hosts. */
async function passOn(address: string, to: number): Promise<Server> {
  const server = createServer((socket: Socket) => {
    const on = connect(to, '127.0.0.1');
    socket.pipe(on).pipe(socket);
    for (const one of [socket, on]) {
      one.on('error', () => undefined); // the close that follows says the same
      one.on('close', () => {
        socket.destroy();
        on.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, address, done));
  return server;
}
