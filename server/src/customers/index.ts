import { Invalid } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { actorOf, type Module, nothing } from '../base/module.ts';
import { changeCustomer } from './change.ts';
import { addCompany, changeCompany, companyById, listCompanies } from './companies.ts';
import { duplicatesOf } from './duplicates.ts';
import { addField, changeField, listFields } from './fields.ts';
import { addHandle, removeHandle } from './handles.ts';
import { mergeCustomers, previewMerge, unmergeCustomers } from './merge.ts';
import { addNote, changeNote, removeNote, restoreNote } from './notes.ts';
import { customerById, listCustomers } from './queries.ts';
import { addSender, listSenders, removeSender } from './senders.ts';

// An inbox needs a brand, and every workspace begins with one.
export { foundBrand as foundCustomers } from '../brand/index.ts';
export { forgetCustomer } from './change.ts';
export { eraseCustomers, everythingOf, forgetStrangers, type Known } from './erase.ts';
export { fold } from './fold.ts';
export { standAlone } from './merge.ts';
export { customerJson, wholeCustomerJson } from './queries.ts';
export { domainOf, markAway, plainAddress, type Recognised, recognise } from './recognise.ts';
export { ensureSender, forgetSender } from './senders.ts';
export {
  type Account,
  asCustomer,
  becameOf,
  type CustomerNow,
  customerNow,
  recogniseVisiting,
  type Visiting,
} from './visiting.ts';

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
    'POST /customers/:id/handles': ({ params, body, who, tx }) =>
      tx(async (t) => {
        await addHandle(t, who, params.id, body);
        return customerById(t, params.id);
      }),
    'DELETE /customers/:id/handles': ({ params, query, who, tx }) =>
      tx(async (t) => {
        await removeHandle(t, who, params.id, query);
        return customerById(t, params.id);
      }),
    'POST /customers/:id/notes': ({ params, body, who, tx }) => tx((t) => addNote(t, who, params.id, body.text)),
    'PATCH /customer-notes/:id': ({ params, body, who, tx }) => tx((t) => changeNote(t, who, params.id, body.text)),
    'DELETE /customer-notes/:id': ({ params, who, tx }) => nothing(tx((t) => removeNote(t, who, params.id))),
    'POST /customer-notes/:id/restore': ({ params, who, tx }) => tx((t) => restoreNote(t, who, params.id)),
    'GET /customers/:id/duplicates': ({ params, tx }) => tx(async (t) => ({ items: await duplicatesOf(t, params.id) })),
    'GET /customers/:id/merge': ({ params, query, tx }) => tx((t) => previewMerge(t, params.id, query.into)),
    'POST /customers/:id/merge': ({ params, body, who, tx }) =>
      tx(async (t) => {
        await mergeCustomers(t, who, params.id, body.into);
        return customerById(t, body.into);
      }),
    'POST /customers/:id/unmerge': ({ params, who, tx }) =>
      tx(async (t) => {
        await unmergeCustomers(t, who, params.id);
        return customerById(t, params.id);
      }),
    'GET /companies': ({ query, tx }) => {
      if (query.cursor && !isId(query.cursor))
        throw Invalid('This cursor is not one that a list gave out. Begin without one.');
      return tx((t) => listCompanies(t, query));
    },
    'GET /companies/:id': ({ params, tx }) => tx((t) => companyById(t, params.id)),
    'POST /companies': ({ body, who, tx }) => tx((t) => addCompany(t, who, body)),
    'PATCH /companies/:id': ({ params, body, who, tx }) => tx((t) => changeCompany(t, who, params.id, body)),
    'GET /customer-fields': ({ tx }) => tx(async (t) => ({ items: await listFields(t) })),
    'POST /customer-fields': ({ body, who, tx }) => tx((t) => addField(t, who, body)),
    'PATCH /customer-fields/:id': ({ params, body, who, tx }) => tx((t) => changeField(t, who, params.id, body)),
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
