import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { isId, newId } from '../base/ids.ts';
import { actorOf, type Module, nothing } from '../base/module.ts';
import { changeCustomer } from './change.ts';
import { customerById, listCustomers } from './queries.ts';
import { addSender, listSenders, removeSender } from './senders.ts';

export { fold } from './fold.ts';
export { customerJson } from './queries.ts';
export { domainOf, markAway, plainAddress, type Recognised, recognise } from './recognise.ts';
export { ensureSender, forgetSender } from './senders.ts';

/** What a new workspace needs here: its first brand. */
export async function foundCustomers(tx: Tx, name: string): Promise<void> {
  await tx.run(sql`insert into brand (workspace_id, id, name) values (${tx.workspaceId}, ${newId()}, ${name})`);
}

export const customers: Module = {
  name: 'customers',
  routes: {
    'GET /customers': ({ query, tx }) => {
      if (query.cursor && !isId(query.cursor))
        throw Invalid('This cursor is not one that a list gave out. Begin without one.');
      return tx((t) => listCustomers(t, query));
    },
    'GET /customers/:id': ({ params, tx }) => tx((t) => customerById(t, params.id)),
    'PATCH /customers/:id': ({ params, body, who, tx }) =>
      tx(async (t) => {
        await changeCustomer(t, actorOf(who), params.id, body);
        return customerById(t, params.id);
      }),
    'GET /blocked-senders': ({ query, tx }) => tx(async (t) => ({ items: await listSenders(t, 'blocked', query.q) })),
    'POST /blocked-senders': ({ body, who, tx }) => tx((t) => addSender(t, who, 'blocked', body.pattern)),
    'DELETE /blocked-senders/:id': ({ params, who, tx }) =>
      nothing(tx((t) => removeSender(t, who, 'blocked', params.id))),
    'GET /allowed-senders': ({ query, tx }) => tx(async (t) => ({ items: await listSenders(t, 'allowed', query.q) })),
    'POST /allowed-senders': ({ body, who, tx }) => tx((t) => addSender(t, who, 'allowed', body.pattern)),
    'DELETE /allowed-senders/:id': ({ params, who, tx }) =>
      nothing(tx((t) => removeSender(t, who, 'allowed', params.id))),
  },
};
