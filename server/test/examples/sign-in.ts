import { newId } from '../../src/base/ids.ts';
import { password } from '../world.ts';
import { type Calls, of } from './calls.ts';

/** How people and companies sign in. What a device or a provider would have to answer is shown as it is refused. */
const browser = 'a secret that stays in the tab which began';
const company = {
  name: 'Lamps',
  issuer: 'https://id.lamps.invalid',
  clientId: 'hearten',
  domains: ['lamps.example'],
  creates: true,
  trusted: false,
  role: 'representative' as const,
  claim: 'groups',
  roles: [{ value: 'support-leads', role: 'lead' as const }],
};
export const signInCalls = {
  'POST /sign-in/passkey/begin': () => ({ as: 'nobody' }),
  'POST /sign-in/passkey': () => ({ as: 'nobody', body: { answer: { id: 'AAAA' } }, status: 401 }),
  'GET /me/sign-in': () => ({ as: 'owner' }),
  'POST /me/proof/begin': () => ({ as: 'owner' }),
  'POST /me/proof': () => ({ as: 'owner', body: { password } }),
  'POST /me/passkeys/begin': () => ({ as: 'owner' }),
  'POST /me/passkeys': () => ({ as: 'owner', body: { name: 'Laptop', answer: {} }, status: 400 }),
  'PATCH /me/passkeys/:id': (s) => ({ as: 'owner', ...of(s.passkey), body: { name: 'Laptop' } }),
  'DELETE /me/passkeys/:id': (s) => ({ as: 'owner', ...of(s.passkey) }),
  'POST /me/company-sign-ins': (s) => ({
    as: 'owner',
    body: { id: s.signInProvider, browser: 'what-the-tab-keeps-until-it-comes-back', came: { code: 'x', state: 'y' } },
    status: 409,
  }),
  'DELETE /me/company-sign-ins/:id': (s) => ({ as: 'owner', ...of(s.signInProvider) }),
  'DELETE /people/:id/second-factor': (s) => ({ as: 'owner', ...of(s.person) }),
  'GET /workspace/sign-in': () => ({ as: 'owner' }),
  'PUT /workspace/sign-in': () => ({ as: 'owner', body: { secondFactor: { graceDays: 30 } } }),
  'GET /sign-in-providers': () => ({ as: 'owner' }),
  'POST /sign-in-providers': () => ({ as: 'owner', body: company, status: 400 }),
  'PATCH /sign-in-providers/:id': (s) => ({ as: 'owner', ...of(s.signInProvider), body: { creates: true } }),
  'POST /sign-in/ways': (s) => ({ as: 'nobody', body: { email: `ada@${s.canary}.example` } }),
  'POST /sign-in/company': (s) => ({
    as: 'nobody',
    body: { workspaceId: s.place.id, id: newId(), browser },
    status: 404,
  }),
  'POST /sign-in/company/finish': (s) => ({
    as: 'nobody',
    body: { workspaceId: s.place.id, id: s.signInProvider, browser, came: { code: 'x', state: 'x' } },
    status: 401,
  }),
  'POST /sign-in/company/link': (s) => ({
    as: 'nobody',
    body: { workspaceId: s.place.id, state: 'x', browser, password },
    status: 401,
  }),
  'DELETE /sign-in-providers/:id': (s) => ({ as: 'owner', ...of(s.signInProvider) }),
} satisfies Calls;
