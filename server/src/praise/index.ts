import type { FastifyInstance } from 'fastify';
import { takeForms } from '../base/forms.ts';
import type { Hearten, Module } from '../base/module.ts';
import { ownPage } from './consent.ts';
import { countOrder, hidePraise, praises } from './list.ts';
import { praisePage } from './shown.ts';

export { mayWeShow } from './consent.ts';
export { dropPraise, type Offer, offerPraise } from './offer.ts';

/** What happy customers say in words, shown to others once they agreed, and what comes of it: word of mouth. */
export const praise = (hearten: Hearten): Module => ({
  name: 'praise',
  routes: {
    'GET /praise': ({ tx, query }) => tx((t) => praises(t, hearten, query)),
    'POST /praise/:id/hide': ({ tx, who, params }) => tx((t) => hidePraise(t, hearten, who, params.id)),
    'POST /praise/orders': ({ tx, body }) => tx((t) => countOrder(t, body)),
  },
  plain: (app: FastifyInstance, _identify, look) => {
    void app.register(async (own) => {
      takeForms(own, 10_000);
      own.route<{ Params: { token: string }; Body?: Record<string, string> }>({
        method: ['GET', 'POST'],
        url: '/my-praise/:token',
        exposeHeadRoute: false,
        handler: ownPage(hearten, look),
      });
      own.route<{ Params: { code: string } }>({
        method: 'GET',
        url: '/said/:code',
        exposeHeadRoute: false,
        handler: praisePage(hearten, look),
      });
    });
  },
});
