import { type Sql, sql } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { everythingOf } from '../customers/index.ts';
import { page } from './export-page.ts';
import type { Entries, Fill } from './exports.ts';

const MOST = 500;
type Row = { id: string; json: string };
type Mail = {
  id: string;
  hash: string | null;
  at: string;
  files: { part: number; filename: string; upload?: string }[];
};

/** Rows as lines of JSON, some hundred at a time, each statement going on behind the last id. */
export function rowsOf(hearten: Hearten, workspaceId: string, read: (after: string | null) => Sql) {
  return async function* (): AsyncGenerator<string> {
    for (let after: string | null = null; ; ) {
      const from: string | null = after;
      const rows: Row[] = await hearten.db.read<Row>(workspaceId, read(from));
      if (rows.length > 0) yield `${rows.map((row) => row.json).join('\n')}\n`;
      if (rows.length < MOST) return;
      after = rows.at(-1)?.id ?? null;
    }
  };
}

/** Everything held of a customer: a page to read, every row as JSON, raw mails, and files that were sent to them. */
export function customerExport(hearten: Hearten, workspaceId: string, customerId: string): Fill {
  return async (zip: Entries) => {
    const { db, files } = hearten;
    const found = await db.tx(workspaceId, async (tx) => {
      const known = await everythingOf(tx, customerId);
      if (!known) return undefined;
      const mails = await tx.many<Mail>(sql`
        select m.id, encode(m.raw_hash, 'hex') as hash, m.at, m.attachments as files from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
        where m.workspace_id = ${workspaceId} and (c.customer_id = any (${known.customerIds}::uuid[]) or m.customer_id = any (${known.customerIds}::uuid[])) order by m.id`);
      return { known, mails };
    });
    if (!found) return 0;
    const { known, mails } = found;
    const w = workspaceId;
    const ids = known.customerIds;
    const theirs = sql`select c.id from conversation c where c.workspace_id = ${w} and c.customer_id = any (${ids}::uuid[])`;
    const after = (id: string | null, column: Sql): Sql => sql`(${id}::uuid is null or ${column} > ${id}::uuid)`;
    const all: Record<string, (from: string | null) => Sql> = {
      customers: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id')::text as json from customer x where x.workspace_id = ${w} and x.id = any (${ids}::uuid[]) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      notes: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id')::text as json from customer_note x where x.workspace_id = ${w} and x.customer_id = any (${ids}::uuid[]) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      conversations: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id')::text as json from conversation x where x.workspace_id = ${w} and x.customer_id = any (${ids}::uuid[]) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      filings: (from) =>
        sql`select x.conversation_id as id, jsonb_build_object('conversation', x.conversation_id, 'kinds', array_agg(x.kind order by x.place), 'problems', array_agg(p.name order by x.place) filter (where p.name is not null))::text as json
          from conversation_problem x left join problem p on p.workspace_id = x.workspace_id and p.id = x.problem_id where x.workspace_id = ${w} and x.conversation_id in (${theirs}) and ${after(from, sql`x.conversation_id`)} group by x.conversation_id order by x.conversation_id limit 500`,
      messages: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id')::text as json from message x where x.workspace_id = ${w} and (x.conversation_id in (${theirs}) or x.customer_id = any (${ids}::uuid[])) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      events: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id' - 'xid')::text as json from event x where x.workspace_id = ${w} and x.conversation_id in (${theirs}) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      moods: (from) =>
        sql`select x.conversation_id as id, string_agg((to_jsonb(x) - 'workspace_id')::text, E'\n' order by x.stage, x.source) as json from mood x where x.workspace_id = ${w} and x.conversation_id in (${theirs}) and ${after(from, sql`x.conversation_id`)} group by x.conversation_id order by x.conversation_id limit 500`,
      questions: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id' - 'browser_hash')::text as json from mood_ask x where x.workspace_id = ${w} and x.conversation_id in (${theirs}) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      surveys: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id' - 'browser_hash')::text as json from survey_ask x where x.workspace_id = ${w} and (x.conversation_id in (${theirs}) or x.customer_id = any (${ids}::uuid[])) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      praise: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id')::text as json from praise x where x.workspace_id = ${w} and (x.conversation_id in (${theirs}) or x.customer_id = any (${ids}::uuid[])) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      visitors: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id')::text as json from visitor x where x.workspace_id = ${w} and x.customer_id = any (${ids}::uuid[]) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      visits: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id')::text as json from visitor_event x where x.workspace_id = ${w} and (x.customer_id = any (${ids}::uuid[])
          or x.visitor_id in (select v.id from visitor v where v.workspace_id = ${w} and v.customer_id = any (${ids}::uuid[]))) and ${after(from, sql`x.id`)} order by x.id limit 500`,
      mails: (from) =>
        sql`select x.id, (to_jsonb(x) - 'workspace_id')::text as json from inbound_mail x where x.workspace_id = ${w} and lower(x.sender) = any (${known.addresses}::text[]) and ${after(from, sql`x.id`)} order by x.id limit 500`,
    };
    for (const [name, read] of Object.entries(all)) zip.lines(`data/${name}.jsonl`, rowsOf(hearten, w, read));
    zip.text('data/addresses.json', JSON.stringify(known.addresses, null, 2));
    zip.lines('index.html', page(hearten, w, known));
    for (const mail of mails) {
      const { hash } = mail;
      if (hash)
        zip.bytes(`mails/${mail.id}.eml`, async () => {
          zip.counted();
          return files.get(db, w, Buffer.from(hash, 'hex'));
        });
      for (const file of mail.files)
        if (file.upload) {
          const [upload] = await db.read<{ hash: Buffer }>(
            w,
            sql`select hash from upload where workspace_id = ${w} and id = ${file.upload}`,
          );
          if (upload)
            zip.bytes(`files/${mail.id}/${safe(file.part, file.filename)}`, () => files.get(db, w, upload.hash));
        }
    }
    return mails.filter((mail) => mail.hash).length;
  };
}
const safe = (part: number, name: string): string =>
  `${part}-${name
    .replace(/[^\p{L}\p{N}._ -]+/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120)}`;
