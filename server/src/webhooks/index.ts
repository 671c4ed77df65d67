import { baseUrl } from '../base/config.ts';
import { type Hearten, type Module, nothing } from '../base/module.ts';
import { makeOutbound, type Outbound } from '../base/outbound.ts';
import { announce, announced, announceHeld } from './announce.ts';
import { deliveriesOf, deliveryById } from './deliveries.ts';
import { changeWebhook, deleteWebhook, listWebhooks, makeWebhook, rotate, showSecret, webhookById } from './keep.ts';
import { resend, resendFailed } from './resend.ts';
import { makeSender } from './send.ts';
import { forgetDeliveries, keepSwept } from './sweep.ts';
import { tryWebhook } from './try.ts';

export { eraseDeliveries } from './sweep.ts';

export { typesOf } from './types.ts';

/** Tells addresses of others what happens here, as Standard Webhooks say (docs/webhooks.md). */
export function webhooks(hearten: Hearten, given?: Outbound): Module {
  const { jobs } = hearten;
  const outbound = given ?? makeOutbound(hearten.config.OUTBOUND_ALLOW);
  const sender = makeSender(hearten, outbound);
  const url = baseUrl(hearten.config);
  return {
    name: 'webhooks',
    routes: {
      'GET /webhooks': ({ tx }) => tx((t) => listWebhooks(t, hearten)),
      'POST /webhooks': ({ body, tx }) => tx((t) => makeWebhook(t, hearten, body)),
      'GET /webhooks/:id': ({ params, tx }) => tx((t) => webhookById(t, hearten, params.id)),
      'PATCH /webhooks/:id': ({ params, body, who, tx }) => tx((t) => changeWebhook(t, hearten, who, params.id, body)),
      'DELETE /webhooks/:id': ({ params, tx }) => nothing(tx((t) => deleteWebhook(t, params.id))),
      'POST /webhooks/:id/secret': ({ params, tx }) => tx((t) => showSecret(t, hearten, params.id)),
      'POST /webhooks/:id/rotate': ({ params, body, tx }) =>
        tx((t) => rotate(t, hearten, params.id, body.overlapHours)),
      'POST /webhooks/:id/test': ({ params, who }) => tryWebhook(hearten, outbound, who, params.id),
      'GET /webhooks/:id/deliveries': ({ params, query, tx }) => tx((t) => deliveriesOf(t, params.id, query)),
      'POST /webhooks/:id/resend': ({ params, body, tx }) => tx((t) => resendFailed(t, jobs, params.id, body.since)),
      'GET /webhook-deliveries/:id': ({ params, tx }) => tx((t) => deliveryById(t, params.id)),
      'POST /webhook-deliveries/:id/resend': ({ params, tx }) =>
        tx(async (t) => {
          await resend(t, jobs, params.id);
          return deliveryById(t, params.id);
        }),
    },
    jobs: {
      webhook: sender.send,
      'webhook-held': ({ workspaceId, ...held }) =>
        hearten.db.tx(String(workspaceId), (tx) => announceHeld(tx, jobs, url, held)),
    },
    on: { 'conversation.deleted': forgetDeliveries },
    onBatch: { events: announced, react: (tx, events) => announce(tx, jobs, url, events) },
    start: async () => {
      const swept = await keepSwept(hearten);
      return async () => {
        await swept();
        await sender.stop();
      };
    },
  };
}
