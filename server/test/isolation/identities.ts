import { endpoints, type Key } from '@hearten/contract';
import { permissionsOf } from '../../src/team/index.ts';
import type { Side } from '../side.ts';
import { type Browser, roles, type World } from '../world.ts';

export type Identity = {
  name: string;
  by: () => Promise<Browser>;
  headers?: Record<string, string>;
  may: (key: Key) => boolean | 'nobody';
};
/** Who may ask: nobody, each role, and a key of each scope; and what each may. */
export async function identities(world: World, mine: Side): Promise<Identity[]> {
  const out: Identity[] = [
    {
      name: 'nobody',
      by: async () => world.browser('10.77.0.1'),
      may: (key) => (endpoints[key].may === 'anyone' ? true : 'nobody'),
    },
  ];
  const may = (permissions: ReadonlySet<string>) => (key: Key) =>
    ['anyone', 'member'].includes(endpoints[key].may) || permissions.has(endpoints[key].may);
  for (const role of roles) {
    const browser = await world.as(mine.place, role);
    out.push({ name: role, by: async () => browser, may: may(permissionsOf(role)) });
  }
  for (const scope of ['read', 'write', 'admin'] as const) {
    const { body } = await mine.owner.post<{ token: string }>('/api-keys', { name: scope, scopes: [scope] });
    const all = [...permissionsOf('owner')].filter(
      (p) =>
        scope === 'admin' ||
        p.endsWith('.read') ||
        (scope === 'write' && /^(conversation|customer|problem|quarantine)\./.test(p) && p !== 'conversation.delete'),
    );
    const allowed = may(new Set(all));
    const personal = (key: Key) =>
      endpoints[key].may === 'member' &&
      (!key.startsWith('GET') || ['GET /me/sessions', 'GET /me/sign-in'].includes(key));
    out.push({
      name: `key (${scope})`,
      by: async () => world.browser('10.77.0.2'),
      headers: { authorization: `Bearer ${body.token}` },
      may: (key) => allowed(key) && !personal(key) && !['POST /api-keys', 'PATCH /api-keys/:id'].includes(key),
    });
  }
  return out;
}
