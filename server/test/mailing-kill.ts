import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mailSettings } from '@hearten/contract';
import { readConfig } from '../src/base/config.ts';
import { sql, type Tx } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import { makeLog } from '../src/base/log.ts';
import type { Who } from '../src/base/module.ts';
import { receive, whoActs } from '../src/conversations/index.ts';
import { mergeCustomers } from '../src/customers/merge.ts';
import { makePreview } from '../src/mailings/preview.ts';
import { sendMailing } from '../src/mailings/send.ts';
import { mailingById } from '../src/mailings/shown.ts';
import { unsubscribe } from '../src/mailings/unsubscribe.ts';
import { founding } from '../src/modules.ts';
import { askErasure } from '../src/privacy/erase.ts';
import { makeProblem } from '../src/problems/index.ts';
import { openHearten } from '../src/run.ts';
import { changeSurvey, makeSurvey } from '../src/surveys/keep.ts';
import { createOwner } from '../src/team/index.ts';
import { dice } from './chaos-proxy.ts';
import { testDatabase } from './database.ts';
import { incoming } from './incoming.ts';
import { smtpSink } from './mail.ts';

const root = resolve(import.meta.dirname, '../..');
export type MailingKillResult = {
  kills: number;
  /** How many had been told, and asked, when a process was killed. */
  killedAt: { told: number; asked: number }[];
  /** Who was to be told, by address; of whom the desk says that they were told, and asked; and to whom the mail server saw it go. */
  wanted: string[];
  told: string[];
  asked: string[];
  toldSeen: string[];
  askedSeen: string[];
  /** Addresses whose mail may have arrived or not: a process died while it was handed over. Never sent again by itself. */
  unsure: { told: string[]; asked: string[] };
  /** Customers, whoever they were merged with, that the book of asks holds twice. */
  askedTwice: number;
  states: Record<string, number>;
  /** Sent, as the desk says, and never seen by the mail server. */
  neverSeen: number;
  left: Record<string, number>;
  turns: Record<string, number>;
};

/**
 * Everyone who reported a problem is told that it is fixed, which resolves their conversations, and a survey asks each of them: all by
 * jobs of two processes that are killed (-9) at random and started again. One in ten reported it twice, one in ten became one with
 * another, some are erased before and some after the preview, some want no news, some have a newer open case about something else.
 */
export async function mailingKillRun(reporters: number, kills: number, seed: number): Promise<MailingKillResult> {
  const random = dice(seed);
  const database = await testDatabase();
  const [sink, folder] = await Promise.all([smtpSink(), mkdtemp(join(tmpdir(), 'hearten-mailing-kill-'))]);
  sink.delay = 60; // so that some are killed in the middle of sending
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    SECRET_KEY: 'a secret key for the mailing kill test',
    LOG_LEVEL: 'error',
  };
  const read = readConfig(env, folder);
  if ('troubles' in read) throw new Error(JSON.stringify(read.troubles));
  const { hearten, close } = await openHearten(read.config, database.url, makeLog('error'));
  const workers: ChildProcess[] = [];
  const work = (n: number): void => {
    workers[n] = spawn(process.execPath, ['server/src/main.ts'], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        ...env,
        ROLES: 'work',
        PORT: '0',
      },
      stdio: ['ignore', 'ignore', process.env.KILL_LOG ? 'inherit' : 'ignore'],
    });
  };
  try {
    const { workspaceId: w } = await createOwner(
      hearten,
      { name: 'Owner', email: 'owner@example.com', password: 'a long password for tests', workspace: 'Kill' },
      founding,
    );
    const tx = <T>(what: (t: Tx) => Promise<T>): Promise<T> => hearten.db.tx(w, what);
    const inbox = newId();
    const smtp = { host: sink.host, port: sink.port, security: 'none', user: '' };
    await tx((t) =>
      t.run(sql`
        insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
        select ${w}, ${inbox}, b.id, 'email', 'Support', 'support@example.com', ${JSON.stringify(mailSettings.parse({ smtp, undoSeconds: 0 }))}::jsonb from brand b where b.workspace_id = ${w}`),
    );
    const who: Who = await tx(async (t) => {
      const owner = await t.first<{ id: string }>(sql`select id from person where workspace_id = ${w}`);
      return whoActs(t, owner?.id ?? '', null);
    });
    const problem = (await tx((t) => makeProblem(t, who, { name: 'The lamp stays dark' }))).id;
    const wrote = async (n: number, more: object = {}) =>
      (await tx((t) => receive(t, [incoming(inbox, n, more, newId())])))[0]?.conversationId as string;
    const filed = (ids: string[]) =>
      tx((t) =>
        t.run(sql`insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, filed_by, provisional, confirmed_by)
          select ${w}, c, 0, 'problem', ${problem}, ${who.id}, false, ${who.id} from unnest(${ids}::uuid[]) c`),
      );
    const first = (
      await tx((t) =>
        receive(
          t,
          Array.from({ length: reporters }, (_, n) => incoming(inbox, n)),
        ),
      )
    ).map((one) => one.conversationId as string);
    await filed(first);
    const customers = await tx((t) =>
      t.many<{ id: string; address: string }>(
        sql`select customer_id as id, customer_address as address from conversation where workspace_id = ${w} and id = any (${first}::uuid[]) order by array_position(${first}::uuid[], id)`,
      ),
    );
    const tenth = Math.floor(reporters / 10);
    const group = (n: number) => customers.slice(n * tenth, (n + 1) * tenth);
    const numbers = (n: number) => Array.from({ length: tenth }, (_, i) => n * tenth + i);
    // Of the six tenths the first reported it twice and the last has a newer case; the others are named here.
    const [merged, erased, erasedLater, noNews] = [group(1), group(2), group(3), group(4)];
    for (const n of numbers(0)) await filed([await wrote(n, { subject: 'Dark again' })]);
    for (const n of numbers(5)) await wrote(n, { subject: 'Something else' });
    for (let i = 0; i + 1 < merged.length; i += 2)
      await tx((t) => mergeCustomers(t, who, merged[i]?.id ?? '', merged[i + 1]?.id ?? ''));
    for (const one of noNews) await tx((t) => unsubscribe(t, one.id));

    for (const n of [0, 1]) work(n);
    const gone = async (those: typeof customers): Promise<void> => {
      for (const one of those) await tx((t) => askErasure(t, who, one.id, { confirm: one.address, now: true }));
      const ids = those.map((one) => one.id);
      for (let still = true; still; await sleep(100))
        still = Boolean(
          await tx((t) =>
            t.first(sql`select 1 from customer where workspace_id = ${w} and id = any (${ids}::uuid[]) limit 1`),
          ),
        );
    };
    await gone(erased);
    const shown = await tx((t) =>
      makePreview(t, who, problem, { kind: 'fixed', text: 'It is fixed: the lamp lights up.' }),
    );
    await gone(erasedLater);
    const survey = await tx((t) =>
      makeSurvey(t, who, { name: 'How was it?', kind: 'csat', moment: 'resolved', delayHours: 0 } as never),
    );
    await tx((t) => changeSurvey(t, who, survey.id, { running: true }));

    await tx((t) => sendMailing(t, who, shown.id));
    const killedAt: MailingKillResult['killedAt'] = [];
    const counts = async () =>
      (await tx((t) =>
        t.first<{ told: number; asked: number; todo: number; open: number; turns: number }>(sql`
          select (select count(*)::int from mailing_person where workspace_id = ${w} and state = 'sent') as told, (select count(*)::int from survey_ask where workspace_id = ${w} and excluded is null) as asked,
            (select count(*)::int from mailing_person where workspace_id = ${w} and chosen and state = 'todo') as todo, (select count(*)::int from survey_ask where workspace_id = ${w}) as turns,
            (select count(*)::int from message where workspace_id = ${w} and type = 'out' and state in ('queued', 'sending', 'deferred')) as open`),
      )) ?? { told: 0, asked: 0, todo: 1, open: 1, turns: 0 };
    const end = Date.now() + 400_000;
    let calm = 0;
    for (;;) {
      const now = await counts();
      const since = now.told + now.asked - (killedAt.at(-1)?.told ?? 0) - (killedAt.at(-1)?.asked ?? 0);
      if (killedAt.length < kills && since > (0.5 + random()) * (reporters / kills)) {
        const n = random() < 0.5 ? 0 : 1;
        workers[n]?.kill('SIGKILL');
        killedAt.push({ told: now.told, asked: now.asked });
        work(n);
      }
      const over = now.todo === 0 && now.open === 0 && now.turns >= now.told && killedAt.length >= kills;
      calm = over ? calm + 1 : 0;
      if (calm > 30 || Date.now() > end) break;
      await sleep(100);
    }

    const mailing = await tx((t) => mailingById(t, shown.id));
    const facts = await tx((t) =>
      t.many<{ state: string; n: number }>(
        sql`select state, count(*)::int as n from message where workspace_id = ${w} and type = 'out' group by state`,
      ),
    );
    const out = await tx((t) =>
      t.many<{ external_id: string }>(
        sql`select external_id from message where workspace_id = ${w} and type = 'out' and state = 'sent'`,
      ),
    );
    const turns = await tx((t) =>
      t.many<{ why: string; n: number }>(
        sql`select coalesce(excluded, 'asked') as why, count(*)::int as n from survey_ask where workspace_id = ${w} group by 1`,
      ),
    );
    const again = await tx((t) =>
      t.many(
        sql`select 1 from ask a join customer k on k.workspace_id = a.workspace_id and k.id = a.customer_id where a.workspace_id = ${w} group by case when k.merged_into is null then k.id else k.merged_into end having count(*) > 1`,
      ),
    );
    const isAsk = (raw: string): boolean => /\/asked\//.test(raw.replaceAll('=\r\n', ''));
    const seenBy = (asks: boolean): string[] =>
      sink.ledger.filter(({ raw }) => isAsk(raw) === asks).map((mail) => mail.to[0] ?? '');
    type Sent = { address: string; state: string };
    const ofTable = (rows: ReturnType<typeof sql>): Promise<Sent[]> =>
      tx((t) =>
        t.many<Sent>(
          sql`select m.recipients->'to'->0->>'address' as address, m.state from (${rows}) r join message m on m.workspace_id = ${w} and m.id = r.message_id order by 1`,
        ),
      );
    const [told, asked] = [
      await ofTable(sql`select message_id from mailing_person where workspace_id = ${w} and state = 'sent'`),
      await ofTable(sql`select message_id from survey_ask where workspace_id = ${w} and excluded is null`),
    ];
    const unsure = (all: Sent[]): string[] => all.filter((one) => one.state === 'unknown').map((one) => one.address);
    const seen = new Set(sink.ledger.map((one) => one.messageId));
    const nobody = new Set([...erased, ...erasedLater, ...noNews].map((one) => one.address));
    // Of two who became one the newer conversation is told: that of whom they became.
    for (let i = 0; i + 1 < merged.length; i += 2) nobody.add(merged[i]?.address ?? '');
    return {
      kills: killedAt.length,
      killedAt,
      wanted: customers
        .map((one) => one.address)
        .filter((one) => !nobody.has(one))
        .sort(),
      told: told.map((one) => one.address),
      asked: asked.map((one) => one.address),
      toldSeen: seenBy(false).sort(),
      askedSeen: seenBy(true).sort(),
      unsure: { told: unsure(told), asked: unsure(asked) },
      askedTwice: again.length,
      states: Object.fromEntries(facts.map(({ state, n }) => [state, n])),
      neverSeen: out.filter((one) => !seen.has(one.external_id)).length,
      left: Object.fromEntries(mailing.leftOut.map((one) => [one.reason, one.people])),
      turns: Object.fromEntries(turns.map(({ why, n }) => [why, n])),
    };
  } finally {
    for (const one of workers) one.kill('SIGKILL');
    await close();
    await sink.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}
