import { Readable } from 'node:stream';
import { type AuditEntry, auditFilter, type Query, type Reply } from '@hearten/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { audit, byOf } from '../base/audit.ts';
import { none, sql, type Tx, whole } from '../base/db.ts';
import { Forbidden, Invalid, Unauthorised } from '../base/errors.ts';
import { needsProof } from '../base/held.ts';
import { isId } from '../base/ids.ts';
import type { Hearten, Who } from '../base/module.ts';

type Filter = Pick<Query<'GET /audit'>, 'area' | 'actorId' | 'what' | 'since' | 'before'>;
/** Where a page ends: to the microsecond, as the index has it. */
type Mark = { micros: number; id: string };

/** A page of the log, the newest first. People are called as they are called now, keys as they were. */
async function some(tx: Tx, filter: Filter, after: Mark | null, most: number): Promise<(AuditEntry & Mark)[]> {
  return tx.many<AuditEntry & Mark>(sql`
    select a.id, a.at, (extract(epoch from a.at) * 1000000)::bigint as micros, a.area, a.what, a.facts, a.ip, a.agent, json_build_object('kind', a.about_kind, 'id', a.about_id, 'name', a.name) as about,
      json_build_object('kind', a.actor_kind, 'id', a.actor_id, 'name', coalesce(case a.actor_kind
        when 'person' then (select p.name from person p where p.workspace_id = a.workspace_id and p.id = a.actor_id)
        when 'key' then (select k.name from api_key k where k.workspace_id = a.workspace_id and k.id = a.actor_id) end, '')) as actor
    from audit a where a.workspace_id = ${tx.workspaceId}
      ${filter.area === undefined ? none : sql`and a.area = ${filter.area}`} ${filter.actorId === undefined ? none : sql`and a.actor_id = ${filter.actorId}`}
      ${filter.what === undefined ? none : sql`and starts_with(a.what, ${filter.what})`}
      ${filter.since === undefined ? none : sql`and a.at >= ${filter.since}::timestamptz`} ${filter.before === undefined ? none : sql`and a.at < ${filter.before}::timestamptz`}
      ${after === null ? none : sql`and (a.at, a.id) < (timestamptz 'epoch' + ${after.micros}::float8 * interval '1 microsecond', ${after.id}::uuid)`}
    order by a.at desc, a.id desc limit ${whole(most)}`);
}

const shown = ({ micros: _, ...entry }: AuditEntry & Mark): AuditEntry => entry;

function markOf(cursor: string | undefined): Mark | null {
  if (cursor === undefined) return null;
  const [micros = '', id = ''] = cursor.split('_');
  if (!isId(id) || !/^\d{1,17}$/.test(micros))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  return { micros: Number(micros), id };
}

export async function auditLog(tx: Tx, query: Query<'GET /audit'>): Promise<Reply<'GET /audit'>> {
  const most = query.limit ?? 50;
  const rows = await some(tx, query, markOf(query.cursor), most + 1);
  const items = rows.slice(0, most);
  const last = items.at(-1);
  return { items: items.map(shown), next: rows.length > most && last ? `${last.micros}_${last.id}` : null };
}

const columns = [
  'at',
  'area',
  'what',
  'actorKind',
  'actorId',
  'actor',
  'aboutKind',
  'aboutId',
  'about',
  'facts',
  'ip',
  'agent',
];
/** A cell that no spreadsheet takes for a formula. */
const cell = (value: string): string => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
const csvLine = (e: AuditEntry): string =>
  [
    e.at,
    e.area,
    e.what,
    e.actor.kind,
    e.actor.id ?? '',
    e.actor.name,
    e.about.kind,
    e.about.id,
    e.about.name,
    JSON.stringify(e.facts),
    e.ip,
    e.agent,
  ]
    .map(cell)
    .join(',');

const asked = z.object({ format: z.enum(['csv', 'jsonl']).default('csv'), ...auditFilter });

/** GET /files/audit-log: the same entries as a file, read and sent a thousand at a time. That it was taken stands in the log itself. */
export function auditExport(
  app: FastifyInstance,
  hearten: Hearten,
  identify: (request: FastifyRequest) => Promise<Who | null>,
): void {
  app.get('/files/audit-log', async (request, reply) => {
    const who = await identify(request);
    if (!who) throw Unauthorised();
    if (!who.may('data.audit')) throw Forbidden();
    needsProof(who);
    const read = asked.safeParse(request.query);
    if (!read.success) throw Invalid('This filter is not one the log knows. Nothing was exported.');
    const { format, ...filter } = read.data;
    const caller = { ip: request.ip, agent: String(request.headers['user-agent'] ?? '').slice(0, 300) };
    await hearten.db.tx(who.workspaceId, (tx) =>
      audit(tx, { area: 'data', what: 'audit.exported', facts: { format, ...filter }, by: byOf(who, caller) }),
    );
    async function* lines(workspaceId: string): AsyncGenerator<string> {
      if (format === 'csv') yield `${columns.join(',')}\r\n`;
      let after: Mark | null = null;
      for (;;) {
        const mark: Mark | null = after;
        const page: (AuditEntry & Mark)[] = await hearten.db.tx(workspaceId, (tx) => some(tx, filter, mark, 1000));
        if (page.length > 0)
          yield page.map((e) => (format === 'csv' ? `${csvLine(e)}\r\n` : `${JSON.stringify(shown(e))}\n`)).join('');
        after = page.at(-1) ?? null;
        if (page.length < 1000) return;
      }
    }
    return reply
      .header('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
      .header('content-disposition', `attachment; filename="audit.${format}"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(lines(who.workspaceId)));
  });
}
