import { type Sql, sql } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { given } from '../base/named.ts';
import { everythingOf } from '../customers/index.ts';
import { everyRow, linesAfter, MOST, mailsOf } from './every-row.ts';
import { page } from './export-page.ts';
import type { Entries, Fill } from './exports.ts';

type Row = { id: string; json: string };
type Mail = {
  id: string;
  hash: string | null;
  at: string;
  files: { part: number; filename: string; upload?: string }[];
};

/** Rows as lines of JSON, some hundred at a time, each statement going on behind the last id. */
function rowsOf(hearten: Hearten, workspaceId: string, read: (after: string | null) => Sql) {
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

/** Everything held of a customer: a page to read, every row as JSON, raw mails (also those nobody could read), and files that were sent to them. */
export function customerExport(hearten: Hearten, workspaceId: string, customerId: string): Fill {
  return async (zip: Entries) => {
    const { db, files } = hearten;
    const found = await db.tx(workspaceId, async (tx) => {
      const known = await everythingOf(tx, customerId);
      if (!known) return undefined;
      const mails = await tx.many<Mail>(sql`
        select m.id, encode(m.raw_hash, 'hex') as hash, m.at, m.attachments as files from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
        where m.workspace_id = ${workspaceId} and (c.customer_id = any (${known.customerIds}::uuid[]) or m.customer_id = any (${known.customerIds}::uuid[])) order by m.id`);
      // Those that became no message: in quarantine, or set aside.
      const unread = await tx.many<Mail>(sql`
        select x.id, encode(x.raw_hash, 'hex') as hash, x.received_at as at, '[]'::jsonb as files from inbound_mail x where x.workspace_id = ${workspaceId} and x.raw_hash is not null and ${mailsOf(sql`${given(known.addresses)}::text[]`)}
          and not exists (select 1 from message m where m.workspace_id = x.workspace_id and m.id = x.message_id) order by x.id`);
      return { known, mails: [...mails, ...unread] };
    });
    if (!found) return 0;
    const { known, mails } = found;
    const w = workspaceId;
    for (const [name, rows] of Object.entries(everyRow(w, known)))
      zip.lines(
        `data/${name}.jsonl`,
        rowsOf(hearten, w, (after) => linesAfter(w, rows, after)),
      );
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
