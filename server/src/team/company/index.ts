import type { Handlers, Hearten } from '../../base/module.ts';
import type { Outbound } from '../../base/outbound.ts';
import { beginCompany } from './begin.ts';
import { finishCompany, linkCompany } from './finish.ts';
import { linkOwn, unlinkOwn } from './own.ts';
import { addProvider, buttonsFor, changeProvider, listProviders, removeProvider } from './provider.ts';

export { isTried } from './provider.ts';

/**
 * Signing in at the company's own provider (OpenID Connect). Began in `begin.ts`, it comes back there too; who somebody is here is
 * decided in `finish.ts`. All that is asked of a provider is asked in `oidc.ts`.
 */
export const companyRoutes = (hearten: Hearten, outbound: Outbound): Handlers => ({
  'POST /sign-in/ways': ({ body }) => buttonsFor(hearten, body.email),
  'POST /sign-in/company': ({ body, caller }) => beginCompany(hearten, outbound, body, caller),
  'POST /sign-in/company/finish': ({ body, caller, who }) => finishCompany(hearten, outbound, body, caller, who),
  'POST /sign-in/company/link': ({ body, caller, who }) => linkCompany(hearten, body, caller, who),
  'POST /me/company-sign-ins': ({ who, body }) => linkOwn(hearten, outbound, who, body),
  'DELETE /me/company-sign-ins/:id': ({ who, params, caller, tx }) => tx((t) => unlinkOwn(t, who, params.id, caller)),
  'GET /sign-in-providers': ({ tx }) => tx((t) => listProviders(t, hearten)),
  'POST /sign-in-providers': ({ who, body, caller }) => addProvider(hearten, outbound, who, body, caller),
  'PATCH /sign-in-providers/:id': ({ who, params, body, caller }) =>
    changeProvider(hearten, outbound, who, params.id, body, caller),
  'DELETE /sign-in-providers/:id': ({ tx, who, params }) => tx((t) => removeProvider(t, who, params.id)),
});
