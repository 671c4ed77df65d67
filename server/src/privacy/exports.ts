import { Readable } from 'node:stream';
import type { DataExport } from '@hearten/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ZipFile } from 'yazl';
import { audit, byOf } from '../base/audit.ts';
import { sql, type Tx } from '../base/db.ts';
import { Forbidden, NotFound, textOf, Unauthorised } from '../base/errors.ts';
import { needsProof } from '../base/held.ts';
import { isId, newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten, Who } from '../base/module.ts';

const columns = sql`id, kind, customer_id as "customerId", state, done, total, bytes, created_at as "createdAt", expires_at as "expiresAt"`;
export type Kind = DataExport['kind'];
export const exportKey = (exportId: string): string => `make-export:${exportId}`;

/** Asked for: a job makes it. Making it is in the audit log, and so is each time it is taken. */
export async function beginExport(tx: Tx, who: Who, kind: Kind, customerId: string | null): Promise<DataExport> {
  if (customerId) {
    const there = await tx.first(
      sql`select 1 from customer where workspace_id = ${tx.workspaceId} and id = ${customerId} and merged_into is null`,
    );
    if (!there) throw NotFound('This customer is not here.');
  }
  const row = (await tx.first<DataExport>(sql`
    insert into data_export (workspace_id, id, kind, customer_id, by_id) values (${tx.workspaceId}, ${newId()}, ${kind}, ${customerId}, ${who.id}) returning ${columns}`)) as DataExport;
  await jobs.add(tx, 'make-export', { exportId: row.id }, { key: exportKey(row.id), tries: 3 });
  await audit(tx, { area: 'data', what: `${kind}.exported`, about: [kind, customerId ?? tx.workspaceId] });
  return row;
}

export async function listExports(tx: Tx, who: Who, customerId: string | undefined): Promise<{ items: DataExport[] }> {
  return {
    items: await tx.many<DataExport>(sql`
      select ${columns} from data_export where workspace_id = ${tx.workspaceId} and expires_at > now()
        and (${customerId ?? null}::uuid is null and (kind = 'workspace' and ${who.may('data.workspace')} or kind = 'customer') or customer_id = ${customerId ?? null})
      order by created_at desc limit 20`),
  };
}

export async function lookAtExport(tx: Tx, who: Who, id: string): Promise<DataExport> {
  const row = await tx.first<DataExport>(sql`
    select ${columns} from data_export where workspace_id = ${tx.workspaceId} and id = ${id} and expires_at > now()
      and (kind = 'customer' or ${who.may('data.workspace')})`);
  if (!row) throw NotFound('This export is not here any more. Make a new one.');
  return row;
}

/** What fills an export: adds its entries, each read when its turn has come, and says how many things there are. */
export type Fill = (zip: Entries) => Promise<number>;
export type Entries = {
  text: (name: string, text: string) => void;
  /** Each thing that is yielded is written as a line of JSON, or as the bytes it is. */
  lines: (name: string, things: () => AsyncGenerator<string | Buffer>) => void;
  bytes: (name: string, read: () => Promise<Buffer>) => void;
  counted: (n?: number) => void;
  /** Done when the file is, or is broken off. */
  over: (end: () => Promise<void>) => void;
};

/** The bytes of a zip, as they come; each entry is read when its turn has come. */
export async function* zipped(
  fill: Fill,
  told: (done: number, total: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  const ends: (() => Promise<void>)[] = [];
  let done = 0;
  let total = 0;
  const failed = (error: unknown): void => {
    (zip.outputStream as Readable).destroy(error instanceof Error ? error : new Error(textOf(error)));
  };
  const stream = (name: string, things: () => AsyncGenerator<string | Buffer>): void =>
    zip.addReadStreamLazy(name, { compress: true }, (then) => {
      const source = Readable.from(things(), { objectMode: false });
      source.on('error', failed);
      then(null, source);
    });
  try {
    total = await fill({
      text: (name, text) => zip.addBuffer(Buffer.from(text), name),
      lines: stream,
      bytes: (name, read) =>
        stream(name, async function* () {
          yield await read();
        }),
      counted: (n = 1) => {
        done += n;
        told(done, total);
      },
      over: (end) => ends.push(end),
    });
    zip.end();
    yield* zip.outputStream as AsyncIterable<Buffer>;
  } finally {
    for (const end of ends) await end();
  }
}

type Ready = { kind: Kind; customerId: string | null; bytes: number; hashes: string[]; name: string };
/** GET /files/exports/:id: the file itself, piece by piece, to whoever may make one. */
export function exportRoute(
  app: FastifyInstance,
  hearten: Hearten,
  identify: (request: FastifyRequest) => Promise<Who | null>,
): void {
  app.get<{ Params: { id: string } }>('/files/exports/:id', async (request, reply) => {
    const who = await identify(request);
    if (!who) throw Unauthorised();
    if (!who.may('data.export')) throw Forbidden();
    needsProof(who);
    const { id } = request.params;
    if (!isId(id)) throw NotFound();
    const { workspaceId } = who;
    const caller = { ip: request.ip, agent: String(request.headers['user-agent'] ?? '').slice(0, 300) };
    const ready = await hearten.db.tx(workspaceId, async (tx) => {
      const row = await tx.first<Ready>(sql`
        select e.kind, e.customer_id as "customerId", e.bytes, array(select encode(p.hash, 'hex') from data_export_piece p where p.workspace_id = e.workspace_id and p.export_id = e.id order by p.n) as hashes,
          e.kind || '-' || to_char(e.created_at, 'YYYY-MM-DD') as name
        from data_export e where e.workspace_id = ${workspaceId} and e.id = ${id} and e.state = 'ready' and e.expires_at > now()`);
      if (!row) throw NotFound('This export is not here any more. Make a new one.');
      if (row.kind === 'workspace' && !who.may('data.workspace')) throw Forbidden();
      await audit(tx, {
        area: 'data',
        what: 'export.downloaded',
        about: [row.kind, row.customerId ?? workspaceId],
        facts: { bytes: row.bytes },
        by: byOf(who, caller),
      });
      return row;
    });
    async function* pieces(): AsyncGenerator<Buffer> {
      for (const hash of ready.hashes) yield await hearten.files.get(hearten.db, workspaceId, Buffer.from(hash, 'hex'));
    }
    return reply
      .header('content-type', 'application/zip')
      .header('content-length', String(ready.bytes))
      .header('content-disposition', `attachment; filename="${ready.name}.zip"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(pieces(), { objectMode: false }));
  });
}
