import type { Hearten, Module } from '../base/module.ts';
import { makeOutbound, type Outbound } from '../base/outbound.ts';
import { changeBrand, readBrand } from './brand.ts';
import { lookAtSite } from './look-at-site.ts';

export { foundBrand } from './brand.ts';
export { type Look, lookOf, onColour } from './look.ts';
export { plainWhole, sendWhole, whole } from './page.ts';
export { smallLink, smallPrint, tapOf, tapsOf } from './taps.ts';

/** How the company looks to its customers. */
export function brand(hearten: Hearten, given?: Outbound): Module {
  const outbound = given ?? makeOutbound(hearten.config.OUTBOUND_ALLOW);
  return {
    name: 'brand',
    routes: {
      'GET /brand': ({ tx }) => tx((t) => readBrand(t, hearten)),
      'PATCH /brand': ({ tx, who, body }) => changeBrand(hearten, tx, who, body),
      'POST /brand/look': ({ body }) => lookAtSite(outbound, body.site),
    },
  };
}
