import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mailSettings } from '@hearten/contract';
import nodemailer from 'nodemailer';
import { readConfig } from '../src/base/config.ts';
import { sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import { makeLog } from '../src/base/log.ts';
import { sealSecrets } from '../src/channels/email/room.ts';
import { founding } from '../src/modules.ts';
import { openHearten } from '../src/run.ts';
import { createOwner, keyFor } from '../src/team/index.ts';
import { dice } from './chaos-proxy.ts';
import { testDatabase } from './database.ts';
import { dovecot, freePort, letter, smtpSink } from './mail.ts';

const root = resolve(import.meta.dirname, '../..');
export type KillRun = {
  mails: number;
  kills: number;
  seed: number;
  /** Seconds between two kills, least and most. */
  pause?: readonly [number, number];
  /** Every mail is answered, not each third. */
  answerAll?: boolean;
};
export type KillResult = {
  kills: number;
  /** Mails sent to us, and what became of them. */
  sent: number;
  kept: number;
  lost: string[];
  doubled: string[];
  /** Answers given, by their state at the end; those that the receiving server saw twice; those marked sent that it never saw. */
  answers: number;
  states: Record<string, number>;
  twice: string[];
  neverSeen: string[];
  /** Milliseconds from the last kill, or the last mail given to us, until every mail was here. */
  drained: number;
};

/**
 * Mails come by IMAP and by SMTP, a third of them is answered over the API, and all the while the processes of Hearten are killed (-9)
 * at random and started again. In the end the mail servers' own ledgers are compared with what the database says.
 */
export async function killRun({
  mails,
  kills,
  seed,
  pause = [0.6, 3.6],
  answerAll = false,
}: KillRun): Promise<KillResult> {
  const random = dice(seed);
  const isAnswered = (n: number): boolean => answerAll || n % 3 === 1;
  const database = await testDatabase(); // first: when there is none, no mail server is left running, and the test ends
  const [server, sink, folder, port, smtpPort] = await Promise.all([
    dovecot(),
    smtpSink(),
    mkdtemp(join(tmpdir(), 'hearten-kill-')),
    freePort(),
    freePort(),
  ]);
  sink.delay = 500; // so that many are killed in the middle of sending
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    SECRET_KEY: 'a secret key for the kill test, long enough',
    LOG_LEVEL: 'error',
    RATE_LIMIT: '1000000',
  };
  const read = readConfig(env, folder);
  if ('troubles' in read) throw new Error(JSON.stringify(read.troubles));
  const { hearten, close } = await openHearten(read.config, database.url, makeLog('error'));
  const { workspaceId } = await createOwner(
    hearten,
    { name: 'Owner', email: 'owner@example.com', password: 'a long password for tests', workspace: 'Kill' },
    founding,
  );
  const key = await keyFor(hearten, { email: 'owner@example.com', name: 'kill', scopes: ['read', 'write', 'admin'] });
  const smtp = { host: sink.host, port: sink.port, security: 'none', user: '' };
  const imap = {
    host: server.host,
    port: server.port,
    security: 'none',
    user: 'kill',
    folder: 'INBOX',
    since: null,
    all: true,
  };
  const inboxId = newId();
  await hearten.db.tx(workspaceId, (tx) =>
    tx.run(sql`
    insert into inbox (workspace_id, id, brand_id, channel, name, address, settings, secrets)
    select ${workspaceId}, ${inboxId}, b.id, 'email', 'Support', 'support@example.com', ${JSON.stringify(mailSettings.parse({ imap, smtp, undoSeconds: 0 }))}::jsonb,
      ${sealSecrets(hearten.seal, { workspace_id: workspaceId, id: inboxId }, { imap: server.password })} from brand b where b.workspace_id = ${workspaceId}`),
  );

  // Two processes, as in production behind a proxy: one that also answers requests and listens, one that only works.
  const kinds = [
    { PORT: String(port), SMTP_LISTEN: `127.0.0.1:${smtpPort}` },
    { PORT: '0', ROLES: 'work' },
  ];
  const children: ChildProcess[] = [];
  const start = (n: number): void => {
    children[n] = spawn(process.execPath, ['server/src/main.ts'], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env, ...kinds[n] },
      stdio: ['ignore', 'ignore', process.env.KILL_LOG ? 'inherit' : 'ignore'],
    });
  };
  for (const n of kinds.keys()) start(n);
  let killed = 0;
  let over = false;
  let lastKill = 0;
  let allHere = 0;
  let given = 0;
  const killing = (async () => {
    await sleep(3000);
    while (killed < kills) {
      await sleep(1000 * (pause[0] + random() * (pause[1] - pause[0])));
      const n = random() < 0.5 ? 0 : 1;
      children[n]?.kill('SIGKILL');
      killed++;
      start(n);
    }
    over = true;
    lastKill = Date.now();
  })();

  const ids = Array.from({ length: mails }, (_, i) => `kill-${seed}-${i}@example.org`);
  const mailOf = (i: number): string =>
    letter({
      id: ids[i] as string,
      from: `Customer ${i} <c${i}@example.org>`,
      subject: `Kill ${i}`,
      text: `This is mail number ${i}.`,
    });
  const byImap = ids
    .keys()
    .filter((i) => i % 3 !== 0)
    .toArray();
  const bySmtp = ids
    .keys()
    .filter((i) => i % 3 === 0)
    .toArray();
  const dropping = (async () => {
    for (let i = 0; i < byImap.length; i += 10) {
      await server.append('kill', byImap.slice(i, i + 10).map(mailOf));
      await sleep(50 + random() * 400);
    }
  })();
  const posting = (async () => {
    for (const i of bySmtp) {
      // As a mail server does: without a 250 it is tried again, so that here and there one comes twice.
      for (;;) {
        const transport = nodemailer.createTransport({
          host: '127.0.0.1',
          port: smtpPort,
          secure: false,
          ignoreTLS: true,
          connectionTimeout: 2000,
          socketTimeout: 5000,
        });
        const kept = await transport
          .sendMail({ envelope: { from: `c${i}@example.org`, to: ['support@example.com'] }, raw: mailOf(i) })
          .then(
            () => true,
            () => false,
          );
        transport.close();
        if (kept) break;
        await sleep(100);
      }
    }
  })();
  const answered = new Set<string>();
  let answering = true;
  const answer = (async () => {
    while (answering) {
      const rows = await hearten.db.read<{ conversation_id: string; n: number }>(
        workspaceId,
        sql`
        select conversation_id, substring(subject from '\\d+')::int as n from message where workspace_id = ${workspaceId} and type = 'in' and not conversation_id = any (${[...answered]}::uuid[]) limit 50`,
      );
      for (const { conversation_id, n } of rows) {
        if (isAnswered(n)) {
          const reply = await fetch(`http://127.0.0.1:${port}/api/v1/conversations/${conversation_id}/replies`, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${key.token}`,
              'content-type': 'application/json',
              'idempotency-key': `answer-${n}-of-${seed}`,
            },
            body: JSON.stringify({ text: `Answer to ${n}` }),
            signal: AbortSignal.timeout(10_000),
          }).catch(() => null);
          if (reply?.status !== 201) continue;
        }
        answered.add(conversation_id);
      }
      await sleep(rows.length ? 20 : 200);
    }
  })();

  try {
    await Promise.all([killing, dropping, posting.then(() => (given = Date.now()))]);
    if (!over) throw new Error('The killing did not end.');
    const wanted = ids.keys().filter(isAnswered).toArray().length;
    const end = Date.now() + 240_000;
    for (;;) {
      const [now] = await hearten.db.read<{ mails: number; answers: number; open: number }>(
        workspaceId,
        sql`
        select count(distinct external_id) filter (where type = 'in')::int as mails, count(*) filter (where type = 'out')::int as answers, count(*) filter (where type = 'out' and state in ('queued', 'sending', 'deferred'))::int as open
        from message where workspace_id = ${workspaceId}`,
      );
      if (now && now.mails >= mails) allHere ||= Date.now();
      if (now && now.mails >= mails && now.answers >= wanted && now.open === 0) break;
      if (Date.now() > end) break;
      await sleep(500);
    }
    answering = false;
    await answer;
    const kept = await hearten.db.read<{ external_id: string; n: number }>(
      workspaceId,
      sql`select external_id, count(*)::int as n from message where workspace_id = ${workspaceId} and type = 'in' group by external_id`,
    );
    const out = await hearten.db.read<{ external_id: string; state: string }>(
      workspaceId,
      sql`select external_id, state from message where workspace_id = ${workspaceId} and type = 'out'`,
    );
    const here = new Set(kept.map((row) => row.external_id));
    const seen = Map.groupBy(sink.ledger, (delivery) => delivery.messageId);
    return {
      drained: allHere - Math.max(lastKill, given),
      kills: killed,
      sent: mails,
      kept: kept.length,
      lost: ids.filter((id) => !here.has(id)),
      doubled: kept.filter((row) => row.n > 1).map((row) => row.external_id),
      answers: out.length,
      states: Object.fromEntries(
        Map.groupBy(out, (row) => row.state)
          .entries()
          .map(([state, rows]) => [state, rows.length]),
      ),
      twice: [...seen].filter(([, all]) => all.length > 1).map(([id]) => id),
      neverSeen: out.filter((row) => row.state === 'sent' && !seen.has(row.external_id)).map((row) => row.external_id),
    };
  } finally {
    answering = false;
    for (const child of children) child.kill('SIGKILL');
    await answer.catch(() => undefined); // the result is what counts
    await close();
    await Promise.all([server.stop(), sink.stop()]);
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}
