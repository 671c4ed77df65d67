import { type Hearten, type Module, nothing } from '../base/module.ts';
import type { ChannelOf } from '../conversations/index.ts';
import { cameBack } from './came-back.ts';
import { listMailings, listUnsubscribed, takeOut } from './list.ts';
import { forgetMailing, makePreview } from './preview.ts';
import { piece, runMailing, sendMailing, stopMailing } from './send.ts';
import { mailingById, mailingsOf, peopleOf } from './shown.ts';
import { backPiece, undoMailing } from './take-back.ts';
import { mailArrived, mailMissed } from './undelivered.ts';
import { noMorePages } from './unsubscribe.ts';

export { forgetMailed } from './preview.ts';
export { stopRunning } from './send.ts';
export { type Many, manyOf } from './words.ts';

/** The same words to everyone who has a problem: an answer to those who wait, and the news that it is fixed to all who reported it. */
export const mailings = (hearten: Hearten, channels: ChannelOf): Module => ({
  name: 'mailings',
  routes: {
    'GET /problems/:id/mailings': ({ tx, params }) => tx((t) => mailingsOf(t, params.id)),
    'POST /problems/:id/mailings': ({ tx, who, params, body }) => tx((t) => makePreview(t, who, params.id, body)),
    'GET /mailings': ({ tx, query }) => tx((t) => listMailings(t, query)),
    'GET /unsubscriptions': ({ tx, query }) => tx((t) => listUnsubscribed(t, query)),
    'DELETE /unsubscriptions/:id': ({ tx, params }) => nothing(tx((t) => takeOut(t, params.id))),
    'GET /mailings/:id': ({ tx, params }) => tx((t) => mailingById(t, params.id)),
    'GET /mailings/:id/people': ({ tx, params, query }) => tx((t) => peopleOf(t, hearten, params.id, query)),
    'POST /mailings/:id/send': ({ tx, who, params }) => tx((t) => sendMailing(t, who, params.id)),
    'POST /mailings/:id/stop': ({ tx, who, params }) => tx((t) => stopMailing(t, who, params.id)),
    'POST /mailings/:id/undo': ({ tx, who, params }) => tx((t) => undoMailing(t, who, params.id)),
  },
  plain: noMorePages(hearten),
  jobs: {
    mailing: ({ workspaceId, mailingId }) =>
      runMailing(hearten, String(workspaceId), String(mailingId), (tx, who, mail) =>
        mail.state === 'undoing' ? backPiece(tx, who, mail) : piece(tx, channels, who, mail),
      ),
    'forget-mailing': ({ workspaceId, mailingId }) =>
      hearten.db.tx(String(workspaceId), (tx) => forgetMailing(tx, String(mailingId))),
  },
  on: {
    'message.failed': mailMissed,
    'message.refused': mailMissed,
    'message.bounced': mailMissed,
    'message.sent': mailArrived,
  },
  onBatch: { events: ['message.received'], react: cameBack },
});
