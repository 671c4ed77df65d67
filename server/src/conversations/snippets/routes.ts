import { type Handlers, nothing, type Who } from '../../base/module.ts';
import { exportAll, importAll } from './exchange.ts';
import { archive, change, duplicate, forgetOne, macrosFor, make, restore, snippetsFor } from './keep.ts';
import { type Row, shown, shownMacro } from './rows.ts';
import { use, variablesFor } from './use.ts';

const snippet = async (who: Who, work: Promise<Row>) => ({ snippet: shown(await work, who) });
const macro = async (who: Who, work: Promise<Row>) => ({ macro: shownMacro(await work, who) });

export const snippetRoutes: Handlers = {
  'GET /snippets': ({ query, who, tx }) =>
    tx(async (t) => ({ items: await snippetsFor(t, who, query.archived === '1') })),
  'POST /snippets': ({ body, who, tx }) => tx((t) => snippet(who, make(t, who, 'snippet', body))),
  'PATCH /snippets/:id': ({ params, body, who, tx }) =>
    tx((t) => snippet(who, change(t, who, 'snippet', params.id, body))),
  'POST /snippets/:id/duplicate': ({ params, who, tx }) =>
    tx((t) => snippet(who, duplicate(t, who, 'snippet', params.id))),
  'POST /snippets/:id/archive': ({ params, who, tx }) => tx((t) => snippet(who, archive(t, who, 'snippet', params.id))),
  'POST /snippets/:id/restore': ({ params, who, tx }) => tx((t) => snippet(who, restore(t, who, 'snippet', params.id))),
  'DELETE /snippets/:id': ({ params, who, tx }) => nothing(tx((t) => forgetOne(t, who, 'snippet', params.id))),
  'POST /snippets/:id/use': ({ params, body, who, tx }) =>
    tx((t) => use(t, who, 'snippet', params.id, body.conversationId)),
  'GET /snippets/variables': ({ query, who, tx }) => tx((t) => variablesFor(t, who, query.conversationId)),
  'GET /snippets/export': ({ who, tx }) => tx((t) => exportAll(t, who)),
  'POST /snippets/import': ({ body, who, tx }) => tx((t) => importAll(t, who, body)),
  'GET /macros': ({ query, who, tx }) => tx(async (t) => ({ items: await macrosFor(t, who, query.archived === '1') })),
  'POST /macros': ({ body, who, tx }) => tx((t) => macro(who, make(t, who, 'macro', body))),
  'PATCH /macros/:id': ({ params, body, who, tx }) => tx((t) => macro(who, change(t, who, 'macro', params.id, body))),
  'POST /macros/:id/duplicate': ({ params, who, tx }) => tx((t) => macro(who, duplicate(t, who, 'macro', params.id))),
  'POST /macros/:id/archive': ({ params, who, tx }) => tx((t) => macro(who, archive(t, who, 'macro', params.id))),
  'POST /macros/:id/restore': ({ params, who, tx }) => tx((t) => macro(who, restore(t, who, 'macro', params.id))),
  'DELETE /macros/:id': ({ params, who, tx }) => nothing(tx((t) => forgetOne(t, who, 'macro', params.id))),
  'POST /macros/:id/use': ({ params, body, who, tx }) =>
    tx((t) => use(t, who, 'macro', params.id, body.conversationId)),
};
