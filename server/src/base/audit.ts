import { type Db, NOWHERE, sql, type Tx } from './db.ts';
import { newId } from './ids.ts';
import type { Caller, Who } from './module.ts';

export type Area = 'settings' | 'people' | 'sign-in' | 'data' | 'machine';
/** Who did something, and from where. `nobody` is one whom nobody knows yet: a sign-in that failed. */
export type By = { kind: 'person' | 'key' | 'system' | 'nobody'; id?: string | null; ip?: string; agent?: string };
export type Entry = {
  area: Area;
  /** `kind.verb`, in the past: `sign-in.failed`, `customer.exported`. */
  what: string;
  /** What it was done to: `['customer', id]`. */
  about?: readonly [kind: string, id: string];
  /** How that is called. Never a customer's name or address: the log outlives an erased customer. */
  name?: string;
  /** Anything else worth knowing in a year; no secrets, and nothing of a customer but ids and counts. */
  facts?: Record<string, unknown>;
  /** Left out it is whoever's request this transaction belongs to, or Hearten itself in a job. */
  by?: By;
};

export const byOf = (who: Who, caller?: Pick<Caller, 'ip' | 'agent'>): By => ({
  kind: who.kind,
  id: who.kind === 'key' ? (who.keyId ?? who.id) : who.id,
  ip: caller?.ip ?? who.ip ?? '',
  agent: caller?.agent ?? '',
});

/**
 * A line in the audit log, in the transaction of what it tells: `await audit(tx, { area: 'data', what: 'customer.exported', about:
 * ['customer', id] })`. Who and from where are known inside a request's own `tx`; elsewhere say `by`. Settings need no call: a
 * trigger (`audited` in the schema) writes before and after on every table of settings, whoever changes it; a new table of settings is
 * one `create trigger audited …` in its migration. The log can be added to and nothing else.
 */
export async function audit(tx: Tx, ...entries: Entry[]): Promise<void> {
  const rows = entries.map(({ area, what, about, name, facts, by }) => ({
    id: newId(),
    area,
    what,
    about_kind: about?.[0] ?? '',
    about_id: about?.[1] ?? '',
    name: name ?? '',
    facts: facts ?? {},
    by: by ?? null,
  }));
  await tx.run(sql`
    insert into audit (workspace_id, id, area, what, actor_kind, actor_id, about_kind, about_id, name, facts, ip, agent)
    select ${tx.workspaceId}, e.id, e.area, e.what, coalesce(b.by->>'kind', 'system'), (b.by->>'id')::uuid, e.about_kind, e.about_id, left(e.name, 300), e.facts, coalesce(b.by->>'ip', ''), left(coalesce(b.by->>'agent', ''), 300)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e (id uuid, area text, what text, about_kind text, about_id text, name text, facts jsonb, by jsonb),
      lateral (select coalesce(nullif(e.by, 'null'), nullif(current_setting('app.by', true), '')::jsonb) as by) b`);
}

/** What concerns the whole machine stands in the log of each workspace on it. */
export async function auditEverywhere(db: Db, entry: Entry): Promise<void> {
  for (const { id } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace where sample_of is null`))
    await db.tx(id, (tx) => audit(tx, entry));
}
