import { sql } from '../base/db.ts';
import { escaped } from '../base/html.ts';
import type { Hearten } from '../base/module.ts';
import type { Known } from '../customers/index.ts';

type Told = {
  id: string;
  number: number;
  subject: string;
  status: string;
  createdAt: string;
  messages: { id: string; type: string; at: string; from: string; text: string; raw: boolean; files: string[] }[];
};
const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}article{border-top:1px solid #ccc;padding:1rem 0}.note{background:#fff7d6;padding:0 .6rem}pre{white-space:pre-wrap;font:inherit}small{color:#555}';

/** The page to read: who they are, then each conversation as it went, with the way to its raw mails. One conversation is held at a time. */
export function page(hearten: Hearten, workspaceId: string, known: Known) {
  return async function* (): AsyncGenerator<string> {
    const { db } = hearten;
    const [who] = await db.read<{ name: string; notes: string[]; fields: string }>(
      workspaceId,
      sql`select c.name, array(select n.text from customer_note n where n.workspace_id = c.workspace_id and n.customer_id = c.id and n.deleted_at is null order by n.at) as notes, c.fields::text as fields
        from customer c where c.workspace_id = ${workspaceId} and c.id = ${known.customerIds[0] ?? null}`,
    );
    const name = escaped(who?.name ?? '');
    yield `<!doctype html><meta charset="utf-8"><title>${name}</title><style>${style}</style><h1>${name}</h1><p>${[...known.addresses, ...known.handles.map((one) => one.value)].map(escaped).join('<br>')}</p>`;
    yield `<p><small>${new Date().toISOString()} · data/*.jsonl · mails/*.eml · files/</small></p>`;
    if (who && who.fields !== '{}') yield `<pre>${escaped(who.fields)}</pre>`;
    for (const note of who?.notes ?? []) yield `<pre class="note">${escaped(note)}</pre>`;
    const all = await db.read<{ id: string }>(
      workspaceId,
      sql`select id from conversation where workspace_id = ${workspaceId} and customer_id = any (${known.customerIds}::uuid[]) order by created_at, id`,
    );
    for (const { id } of all) {
      const [one] = await db.read<Told>(
        workspaceId,
        sql`select c.id, c.number, c.subject, c.status, c.created_at as "createdAt", (select coalesce(json_agg(json_build_object('id', m.id, 'type', m.type, 'at', m.at, 'from', coalesce(m.sender->>'name', m.sender->>'address',
            (select p.name from person p where p.workspace_id = m.workspace_id and p.id = m.author_id), ''), 'text', m.text, 'raw', m.raw_hash is not null,
            'files', (select coalesce(json_agg(a->>'filename'), '[]') from jsonb_array_elements(m.attachments) a)) order by m.at, m.id), '[]')
            from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id) as messages
          from conversation c where c.workspace_id = ${workspaceId} and c.id = ${id}`,
      );
      if (!one) continue;
      yield `<h2>#${one.number} ${escaped(one.subject)}</h2><p><small>${escaped(one.status)} · ${one.createdAt}</small></p>`;
      for (const m of one.messages)
        yield `<article${m.type === 'note' ? ' class="note"' : ''}><small>${escaped(m.from)} · ${m.at}${m.raw ? ` · <a href="mails/${m.id}.eml">.eml</a>` : ''}</small><pre>${escaped(m.text)}</pre>${m.files.map((file) => `<small>${escaped(file)}</small>`).join('<br>')}</article>`;
    }
  };
}
