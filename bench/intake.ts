import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { dnsServer, type Zone } from '../server/test/dns.ts';
import { type Dovecot, dovecot, hasDovecot, smtpSink } from '../server/test/mail.ts';
import { must } from './frame/api.ts';
import { bareMail } from './frame/bare-mail.ts';
import { type Desk, onDesk } from './frame/desk.ts';
import { keyPair, signatureOf } from './frame/dkim.ts';
import { idleOf, type Load, load, quiet } from './frame/load.ts';
import { type Known, type Mail, mails } from './frame/mails.ts';
import { type Courier, courier } from './frame/smtp-client.ts';

type Sink = Awaited<ReturnType<typeof smtpSink>>;

/** What the name server knows; the mails that are signed here add their keys. */
const names: Zone = {};
const COUNT = 500;
const PATIENCE = 10 * 60_000; // what is measured is processor time, on a busy machine too
const RUN = Date.now().toString(36); // on a desk that is kept, the mails of an earlier run are known
const AT_ONCE = 20; // connections a mail server opens to one that it delivers to (Postfix' own default)

/** 500 mails, by SMTP and by IMAP from a real dovecot; waiting and one at a time; on an empty desk and at 100,000 conversations. */
export async function measure(args: string[]): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  const dns = await dnsServer(names);
  process.env.DNS_SERVERS = dns.server; // the desks that are started here ask this one
  const sizes = args.includes('--empty') ? [1] : args.includes('--full') ? [100_000] : [1, 100_000];
  for (const size of sizes) {
    const suffix = size === 1 ? '' : '_at_100k';
    const some = await onDesk(size, both);
    for (const [name, value] of Object.entries(some)) figures[`${name}${suffix}`] = value;
  }
  await dns.stop();
  return figures;
}

/** Medians of so many rounds, each desk in turn: what else the machine does meets all alike. */
const ROUNDS = 5;

/** Processor time a mail by SMTP, waiting and one at a time, on each of the desks; measured by turns, so that they can be compared. */
export async function inTurn(desks: Desk[]): Promise<Record<string, number>[]> {
  const sinks = await Promise.all(desks.map(() => smtpSink()));
  try {
    const made: { desk: Desk; known: Known[]; idle: number; waiting: number[]; single: number[] }[] = [];
    for (const [i, desk] of desks.entries()) {
      const known = await prepared(desk, sinks[i] as Sink);
      made.push({ desk, known, idle: await idleOf(desk.pid), waiting: [], single: [] });
    }
    for (let round = 0; round < ROUNDS; round++)
      for (const { desk, known, idle, waiting, single } of made) {
        const some = (kind: string): Mail[] => mails(`${kind}-${round}-${RUN}`, COUNT, desk.inbox.address, known);
        waiting.push((await checked(desk, some('waiting'), (list) => arrive(desk, list, AT_ONCE, idle))).cpuMs);
        single.push((await checked(desk, some('single'), (list) => arrive(desk, list, 1, idle))).cpuMs);
      }
    return made.map(({ idle, waiting, single }) => ({
      smtp_waiting_cpu_ms: median(waiting),
      smtp_single_cpu_ms: median(single),
      idle_ms_per_second: idle,
    }));
  } finally {
    for (const sink of sinks) await sink.stop();
  }
}

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

/** An inbox that mail comes to and leaves by, conversations that are known, and a first lot of mail so that nothing is cold. */
async function prepared(desk: Desk, sink: Sink): Promise<Known[]> {
  const smtp = { host: '127.0.0.1', port: sink.port, security: 'none', user: '' };
  await must(desk.api, 'PATCH', `/inboxes/${desk.inbox.id}`, {
    settings: { ...desk.inbox.settings, imap: null, smtp, undoSeconds: 0 },
  });
  const known = await conversations(desk, 40);
  await sink.until(40, PATIENCE);
  await arrive(desk, mails(`warm-${RUN}`, 300, desk.inbox.address, known), AT_ONCE, 0);
  return known;
}

async function both(desk: Desk): Promise<Record<string, number>> {
  const sink = await smtpSink();
  const imap = hasDovecot ? await dovecot() : undefined;
  try {
    const known = await prepared(desk, sink);
    const idle = await idleOf(desk.pid);
    const waiting = await checked(desk, mails(`waiting-${RUN}`, COUNT, desk.inbox.address, known), (list) =>
      arrive(desk, list, AT_ONCE, idle),
    );
    const single = await checked(desk, mails(`single-${RUN}`, COUNT, desk.inbox.address, known), (list) =>
      arrive(desk, list, 1, idle),
    );
    return {
      smtp_waiting_cpu_ms: waiting.cpuMs,
      smtp_waiting_per_second: waiting.perSecond,
      smtp_single_cpu_ms: single.cpuMs,
      smtp_single_p50_ms: single.p50,
      smtp_single_p95_ms: single.p95,
      ...(await proven(desk, known, idle)),
      ...(imap ? await byImap(desk, imap, known, idle) : {}),
      ...(await bareMail(desk, mails(`bare-${RUN}`, 200, desk.inbox.address))),
    };
  } finally {
    await imap?.stop();
    await sink.stop();
  }
}

/** Conversations that are there before, each with an answer of ours that customers then answer to. */
async function conversations(desk: Desk, count: number): Promise<Known[]> {
  const list = mails(`first-${RUN}`, count, desk.inbox.address);
  await arrive(desk, list, 4, 0);
  const page = await must<{ items: { id: string; customer: { address: string } }[] }>(
    desk.api,
    'GET',
    '/conversations?view=open&limit=100',
  );
  const known: Known[] = [];
  for (const { from, name, subject, id } of list) {
    const home = page.items.find((one) => one.customer.address === from);
    if (!home) throw new Error(`No conversation of ${from} came into being.`);
    const { message } = await must<{ message: { id: string } }>(desk.api, 'POST', `/conversations/${home.id}/replies`, {
      text: 'We look into it.',
    });
    known.push({ from, name, subject, id, answerId: `${message.id}@${desk.inbox.address.split('@')[1]}` });
  }
  return known;
}

/** The same with signatures that are checked here, keys fetched from a name server; and with the trusted mail host's word instead. */
async function proven(desk: Desk, known: Known[], idle: number): Promise<Record<string, number>> {
  const { privateKey, record } = keyPair();
  const sign = async (list: Mail[]): Promise<Mail[]> => {
    for (const mail of list) {
      const domain = mail.from.slice(mail.from.lastIndexOf('@') + 1);
      names[`bench._domainkey.${domain}`] = { TXT: [record] };
      names[`_dmarc.${domain}`] = { TXT: ['v=DMARC1; p=reject'] };
      mail.raw = Buffer.concat([Buffer.from(await signatureOf(mail.raw, domain, privateKey)), mail.raw]);
    }
    return list;
  };
  await arrive(desk, await sign(mails(`signed-warm-${RUN}`, 100, desk.inbox.address, known)), AT_ONCE, 0);
  const signed = await sign(mails(`signed-${RUN}`, COUNT, desk.inbox.address, known));
  // `load` measures until all is quiet, so what is looked up after a mail was taken is part of its cost.
  const own = await checked(desk, signed, (list) => arrive(desk, list, AT_ONCE, idle));
  await verdicts(desk, 'us', COUNT);
  const settings = { ...desk.inbox.settings, imap: null, smtp: null, trustedHosts: ['mx.desk.example'] };
  await must(desk.api, 'PATCH', `/inboxes/${desk.inbox.id}`, { settings });
  const noted = mails(`noted-${RUN}`, COUNT, desk.inbox.address, known).map((mail) => ({
    ...mail,
    raw: Buffer.concat([
      Buffer.from(
        `Authentication-Results: mx.desk.example; dkim=pass header.d=${mail.from.split('@')[1]}; dmarc=pass header.from=${mail.from.split('@')[1]}\r\n`,
      ),
      mail.raw,
    ]),
  }));
  const host = await checked(desk, noted, (list) => arrive(desk, list, AT_ONCE, idle));
  await verdicts(desk, 'host', COUNT);
  return { intake_verified_cpu_ms: own.cpuMs, intake_host_checked_cpu_ms: host.cpuMs };
}

/** What was measured did happen: so many were proven, by whom it was meant. */
async function verdicts(desk: Desk, by: 'us' | 'host', count: number): Promise<void> {
  const client = new pg.Client(desk.adminUrl);
  await client.connect();
  try {
    await until(async () => {
      const { rows } = await client.query(
        `select count(*)::int as n from message where authentication->>'by' = $1 and authentication->>'verdict' = 'verified'`,
        [by],
      );
      return rows[0].n >= count;
    });
  } finally {
    await client.end();
  }
}

async function arrive(desk: Desk, list: Mail[], connections: number, idle: number): Promise<Load> {
  const couriers: Courier[] = await Promise.all(Array.from({ length: connections }, () => courier(desk.smtpPort)));
  const one = (i: number, client: number): Promise<void> => {
    const { from, raw } = list[i] as Mail;
    return (couriers[client] as Courier).deliver(from, desk.inbox.address, raw);
  };
  const cost = await load(desk.pid, list.length, connections, one, idle);
  for (const each of couriers) each.quit();
  return cost;
}

/** Nothing lost, nothing doubled; each answer in its conversation, each new mail in one of its own. */
async function checked(desk: Desk, list: Mail[], work: (list: Mail[]) => Promise<Load>): Promise<Load> {
  const client = new pg.Client(desk.adminUrl);
  await client.connect();
  try {
    const counts = async (): Promise<{ messages: number; conversations: number; largest: number }> =>
      (
        await client.query(`select (select count(*)::int from message where type = 'in') as messages, (select count(*)::int from conversation) as conversations,
          (select coalesce(sum(size), 0)::int from (select size from inbound_mail order by received_at desc limit 500) x) as largest`)
      ).rows[0];
    const before = await counts();
    const cost = await work(list);
    const now = await counts();
    const fresh = list.filter(({ answers }) => answers === null).length;
    const [got, opened] = [now.messages - before.messages, now.conversations - before.conversations];
    if (got !== list.length || opened !== fresh)
      throw new Error(`${got} messages instead of ${list.length}, ${opened} new conversations instead of ${fresh}.`);
    return cost;
  } finally {
    await client.end();
  }
}

async function byImap(desk: Desk, server: Dovecot, known: Known[], idle: number): Promise<Record<string, number>> {
  const user = 'desk';
  const imap = {
    host: server.host,
    port: server.port,
    security: 'none',
    user,
    password: server.password,
    folder: 'INBOX',
    since: null,
    all: false,
  };
  await server.append(user, []);
  await must(desk.api, 'PATCH', `/inboxes/${desk.inbox.id}`, {
    settings: { ...desk.inbox.settings, imap, smtp: null },
  });
  await until(async () => {
    const { items } = await must<{ items: { state: { state: string } }[] }>(desk.api, 'GET', '/inboxes');
    return items[0]?.state.state === 'working';
  });
  await server.append(
    user,
    mails(`imap-warm-${RUN}`, 100, desk.inbox.address, known).map(({ raw }) => raw),
  );
  await seen(server, user, 100);
  await quiet(desk.pid);

  const waiting = await checked(desk, mails(`imap-waiting-${RUN}`, COUNT, desk.inbox.address, known), (list) =>
    load(
      desk.pid,
      1,
      1,
      async () => {
        await server.append(
          user,
          list.map(({ raw }) => raw),
        );
        await seen(server, user, 100 + COUNT);
      },
      idle,
    ),
  );
  const single = await checked(desk, mails(`imap-single-${RUN}`, 200, desk.inbox.address, known), (list) =>
    load(
      desk.pid,
      list.length,
      1,
      async (i) => {
        await server.append(user, [(list[i] as Mail).raw]);
        await seen(server, user, 100 + COUNT + i + 1);
      },
      idle,
    ),
  );
  return {
    imap_waiting_cpu_ms: waiting.cpuMs / COUNT,
    imap_waiting_per_second: (COUNT * 1000) / waiting.wallMs,
    imap_single_cpu_ms: single.cpuMs,
    imap_single_p50_ms: single.p50,
    imap_single_p95_ms: single.p95,
  };
}

/** Marked in the mailbox, which we do after the commit: seen in the names of the files, without asking the product. */
async function seen(server: Dovecot, user: string, count: number): Promise<void> {
  await until(async () => server.seen(user) >= count, 5);
}
async function until(holds: () => Promise<boolean>, every = 100): Promise<void> {
  for (const end = Date.now() + PATIENCE; !(await holds()); await sleep(every))
    if (Date.now() > end) throw new Error('It did not come to be within ten minutes.');
}
