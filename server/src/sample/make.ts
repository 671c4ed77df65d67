import { raw, sql, type Tx } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { fill } from './fill.ts';
import { letters } from './letters.ts';
import { closeLoop } from './loop/close.ts';
import { teller } from './loop/tell.ts';
import { dropSome } from './remove.ts';
import { numbers } from './seed.ts';
import { writeSnippets } from './snippets.ts';
import type { Author } from './story.ts';
import { sampleLanguages } from './texts/index.ts';
import { CONVERSATIONS } from './workspace.ts';
import type { Place } from './write.ts';

/** Takes whole mails in as an archive would be: read as any other, and nobody is told. Those from the inbox's own address were sent. */
export type Take = (
  workspaceId: string,
  inboxId: string,
  mails: { bytes: Buffer; receivedAt: string }[],
) => Promise<void>;

const DAY = 86_400_000;
const SPIKE = 40; // conversations of one bad afternoon, about one thing
const LONG = 700; // the place of the thread of 80 messages in the row

/** Writes ninety days of conversations into the sample workspace. Run again after it broke off, it begins anew. */
export async function makeSample(hearten: Hearten, homeId: string, sampleId: string, take: Take): Promise<void> {
  const { db } = hearten;
  const found = await db.tx(sampleId, async (tx) => {
    const row = await tx.first<{ state: string }>(
      sql`select sample->>'state' as state from workspace where id = ${sampleId} and sample_of = ${homeId} for update`,
    );
    if (row?.state !== 'making') return null;
    await empty(tx);
    const team = await tx.many<Author & { invented: boolean }>(sql`
      select id, name, coalesce(settings->>'invented' = 'true', false) as invented from person where workspace_id = ${sampleId} and active order by role = 'owner' desc, created_at, id`);
    const inbox = await tx.first<Place>(
      sql`select id as "inboxId", address from inbox where workspace_id = ${sampleId} order by created_at limit 1`,
    );
    return inbox ? { team, inbox } : null;
  });
  if (!found) return; // removed meanwhile, or made already
  const { team, inbox } = found;
  const until = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const invented = team.filter((person) => person.invented);
  // Whoever looks around finds a few that are theirs.
  const visitors = team.filter((person) => !person.invented);
  const from = until - 90 * DAY;
  const spikeAt = until - 9 * DAY + 14 * 3_600_000 - (until % DAY);
  const base = await numbers(hearten, sampleId, CONVERSATIONS);
  const tells = teller('northwind', from, until);
  await fill(hearten, {
    workspaceId: sampleId,
    inbox,
    team: invented,
    base,
    conversations: CONVERSATIONS,
    customers: 160,
    companies: 25,
    languages: sampleLanguages,
    mark: 'northwind',
    from,
    until,
    special: (i, customer, at) => {
      const { language } = customer;
      if (i === LONG) return { at: until - 80 * DAY, length: 80 };
      if (i > LONG && i <= LONG + SPIKE)
        return {
          at: spikeAt + (i - LONG) * 240_000,
          matter: {
            product: language.products[language.products.length - 1] as string,
            problem: language.problems[0] as string,
          },
        };
      const mine = i > CONVERSATIONS - 30 && i % 3 === 0 && visitors.length > 0;
      return {
        ...tells(i, customer, at),
        ...(mine ? { assignee: visitors[i % visitors.length] as Author } : {}),
      };
    },
    told: (done) => tell(hearten, sampleId, { done: Math.min(done, CONVERSATIONS - 1) }),
  });
  if (invented[0]) await writeSnippets(hearten, sampleId, invented[0].id);
  await closeLoop(hearten, {
    ...{
      workspaceId: sampleId,
      mark: 'northwind',
      base,
      conversations: CONVERSATIONS,
      from,
      until,
      asks: true,
      runs: true,
    },
  });
  await take(sampleId, inbox.inboxId, await letters(inbox.address, until));
  await tell(hearten, sampleId, { done: CONVERSATIONS, state: 'ready' });
}

/** Only while it is being made: whoever removes it meanwhile is not contradicted. */
const tell = (hearten: Hearten, sampleId: string, how: { done: number; state?: 'ready' }): Promise<number> =>
  hearten.db.tx(sampleId, (tx) =>
    tx.run(
      sql`update workspace set sample = sample || ${JSON.stringify(how)}::jsonb where id = ${sampleId} and sample->>'state' = 'making'`,
    ),
  );

/** What an earlier try left behind. */
async function empty(tx: Tx): Promise<void> {
  const w = tx.workspaceId;
  while (await dropSome(tx));
  await tx.run(sql`delete from search_name where workspace_id = ${w}`);
  await tx.run(sql`delete from inbound_mail where workspace_id = ${w}`);
  for (const table of [
    'praise',
    'survey',
    'mailing',
    'cluster',
    'problem',
    'entered_customers',
    'conversation_problem',
  ])
    await tx.run(sql`delete from ${raw(table)} where workspace_id = ${w}`);
  await tx.run(sql`delete from customer where workspace_id = ${w}`);
  await tx.run(sql`delete from company where workspace_id = ${w}`);
  await tx.run(sql`update counter set conversations = 0 where workspace_id = ${w}`);
}
