import { sql, type Tx } from '../../base/db.ts';
import type { Hearten } from '../../base/module.ts';
import { idAt, randomFrom } from '../random.ts';
import type { Past } from './past.ts';

export type Praised = { id: string; survey: string | null; past: Past; words: string; said: number };

/** Of those who said something glad, some let others read it; whoever read it came by, and a few bought a lamp. */
export async function writePraise(
  { seal }: Pick<Hearten, 'seal'>,
  tx: Tx,
  happy: Praised[],
  shown: Set<string>,
): Promise<void> {
  const w = tx.workspaceId;
  const rows = happy.map((one) => {
    const random = randomFrom(`praise ${one.id}`);
    const id = idAt(random, one.said);
    // Two who say the same words word for word are a page nobody believes.
    const agrees = random.chance(0.3) && !shown.has(one.words);
    if (agrees) shown.add(one.words);
    return {
      ...{
        id,
        source: one.survey ? 'survey' : 'mood',
        of: one.id,
        conversation: one.past.id,
        customer: one.past.customer,
        language: one.past.language.code,
      },
      ...{
        words: one.words,
        named: agrees && random.chance(0.7),
        code: seal.sign('praise-code', `${w}.${id}`, 8).slice(0, 12),
      },
      ...{
        at: new Date(one.said).toISOString(),
        agreed: agrees ? new Date(one.said + 60_000).toISOString() : null,
        visits: agrees ? random.whole(3, 140) : 0,
      },
      orders: agrees && random.chance(0.35) ? random.whole(1, 3) : 0,
    };
  });
  await tx.run(sql`
    insert into praise (workspace_id, id, source, source_id, conversation_id, customer_id, brand_id, language, words, name, code, offered_at, consented_at, visits)
    select ${w}, r.id, r.source, r.of, r.conversation, r.customer, (select i.brand_id from inbox i join conversation c on c.workspace_id = i.workspace_id and c.inbox_id = i.id where i.workspace_id = ${w} and c.id = r.conversation),
      r.language, r.words, case when r.named then k.name else '' end, r.code, r.at, r.agreed, r.visits
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, source text, of uuid, conversation uuid, customer uuid, language text, words text, named boolean, code text, at timestamptz, agreed timestamptz, visits int)
      join customer k on k.workspace_id = ${w} and k.id = r.customer on conflict do nothing`);
  const orders = rows.flatMap((row) =>
    Array.from({ length: row.orders }, (_, i) => ({
      order: `${row.code.toUpperCase()}-${i + 1}`,
      praise: row.id,
      amount: 49 + ((row.visits * 17 + i * 40) % 220),
      at: row.agreed,
    })),
  );
  await tx.run(sql`
    insert into praise_order (workspace_id, order_id, praise_id, amount, currency, at)
    select ${w}, r.order, r.praise, r.amount, 'EUR', r.at from jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) as r ("order" text, praise uuid, amount numeric, at timestamptz) on conflict do nothing`);
}
