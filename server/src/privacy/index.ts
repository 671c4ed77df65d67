import { audit } from '../base/audit.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { type Hearten, type Module, nothing } from '../base/module.ts';
import { noted } from '../conversations/index.ts';
import { readWorkspace } from '../team/index.ts';
import { auditExport, auditLog } from './audit-log.ts';
import { askErasure, type EraseMore, eraseCustomer, keepAfterAll, previewErasure } from './erase.ts';
import { eraseAgain } from './erase-again.ts';
import { beginExport, exportRoute, listExports, lookAtExport, zipped } from './exports.ts';
import { dropErased, dropOld, endBroken, makeAsked } from './make-export.ts';
import { changeRetention, type OldVisits, retainAll, retention } from './retention.ts';
import { workspaceExport } from './workspace-export.ts';

export { type Again, eraseAgain } from './erase-again.ts';
export { importWorkspace } from './workspace-import.ts';

/** For `hearten export`: the whole workspace, chunk by chunk, into a file of one's own. */
export async function exportWorkspaceTo(
  hearten: Hearten,
  workspaceId: string,
  write: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  await hearten.db.tx(workspaceId, async (tx) => {
    await readWorkspace(tx);
    await audit(tx, { area: 'data', what: 'workspace.exported', about: ['workspace', workspaceId] });
  });
  for await (const chunk of zipped(workspaceExport(hearten, workspaceId))) await write(chunk);
}

const HOUR = 3_600_000;

/** What is known of people and how it is looked after: who did what, what is held of a customer, and how it goes. */
export function privacy(hearten: Hearten, channels: { erase: EraseMore; visits: OldVisits }): Module {
  return {
    name: 'privacy',
    routes: {
      'GET /audit': ({ query, tx }) => tx((t) => auditLog(t, query)),
      'GET /audit/file': async ({ query }) => ({ url: `/files/audit-log?${new URLSearchParams(query)}` }),
      'GET /customers/:id/erasure': ({ params, tx }) => tx((t) => previewErasure(t, params.id)),
      'POST /customers/:id/erasure': ({ params, body, who, tx }) => tx((t) => askErasure(t, who, params.id, body)),
      'DELETE /customers/:id/erasure': ({ params, who, tx }) => nothing(tx((t) => keepAfterAll(t, who, params.id))),
      'GET /retention': ({ query, tx }) => tx((t) => retention(t, channels.visits, query)),
      'PATCH /retention': ({ body, who, tx }) => tx((t) => changeRetention(t, channels.visits, who, body)),
      'GET /exports': async ({ query, who, tx }) => {
        await endBroken(hearten, who.workspaceId);
        return tx((t) => listExports(t, who, query.customerId));
      },
      'GET /exports/:id': async ({ params, who, tx }) => {
        await endBroken(hearten, who.workspaceId);
        return tx((t) => lookAtExport(t, who, params.id));
      },
      'POST /customers/:id/exports': ({ params, who, tx }) => tx((t) => beginExport(t, who, 'customer', params.id)),
      'POST /workspace/exports': ({ who, tx }) => tx((t) => beginExport(t, who, 'workspace', null)),
    },
    plain: (app, identify) => {
      auditExport(app, hearten, identify);
      exportRoute(app, hearten, identify);
    },
    jobs: {
      'erase-customer': ({ workspaceId, erasureId }) =>
        eraseCustomer(hearten, String(workspaceId), String(erasureId), channels.erase),
      // For a restore that was killed between its end and making erasures again.
      'erase-again': async ({ note }) => void (await eraseAgain(hearten, noted.parse(note), channels.erase)),
      'make-export': ({ workspaceId, exportId }, attempt) =>
        makeAsked(hearten, String(workspaceId), String(exportId), attempt.last),
    },
    // An export that was begun in the moment of an erasure is found by now; and of visitors who never wrote only this tells.
    on: {
      'customer.erased': (tx) => dropErased(tx, hearten),
      'visitor.erased': (tx) => dropErased(tx, hearten),
    },
    start: async () => {
      const sweep = async (): Promise<void> => {
        for (const { id } of await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`)) {
          await hearten.db.tx(id, (tx) => dropOld(tx, hearten));
          await endBroken(hearten, id);
        }
        await retainAll(hearten, channels.visits);
      };
      const quietly = (): void => {
        sweep().catch((error) =>
          hearten.log.warn('What is old enough could not be removed; tried again in an hour', { error }),
        );
      };
      quietly();
      const hourly = setInterval(quietly, HOUR);
      return async () => clearInterval(hourly);
    },
  };
}
