import { z } from 'zod';
import type { Config } from '../../../base/config.ts';
import { Unavailable } from '../../../base/errors.ts';
import { makeOutbound } from '../../../base/outbound.ts';
import { say } from '../../../base/words.ts';
import type { ProviderFacts } from './providers.ts';

/** What opens a mailbox for an hour, and what gets the next. */
export type Given = { access: string; refresh: string | null; seconds: number; idToken: string | null };
export type Refused = { refused: string; description: string };
export type Client = { clientId: string; clientSecret: string };

const given = z.object({
  access_token: z.string().min(1).max(20_000),
  refresh_token: z.string().max(20_000).optional(),
  expires_in: z.coerce.number().min(1).max(604_800).default(3600),
  id_token: z.string().max(50_000).optional(),
});
const refused = z.object({ error: z.string().max(200), error_description: z.string().max(5000).optional() });
/** Said for what passes by itself; everything else is meant. */
const passing = ['temporarily_unavailable', 'server_error', 'slow_down'];

/** Posts to the provider's token endpoint. What was refused comes back; what may pass by itself is thrown. */
export async function askFor(
  config: Config,
  facts: ProviderFacts,
  client: Client,
  what: Record<string, string>,
): Promise<Given | Refused> {
  const body = new URLSearchParams({ ...what, client_id: client.clientId, client_secret: client.clientSecret });
  const reply = await makeOutbound(config.OUTBOUND_ALLOW)(facts.token, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: Buffer.from(body.toString()),
    maxBytes: 200_000,
    redirects: 0,
  });
  const json = parsed(reply.body);
  if (reply.status === 200) {
    const good = given.safeParse(json);
    if (!good.success)
      throw Unavailable(say('{name} answered the sign-in with something unexpected.', { name: facts.name }));
    const { access_token, refresh_token, expires_in, id_token } = good.data;
    return { access: access_token, refresh: refresh_token ?? null, seconds: expires_in, idToken: id_token ?? null };
  }
  const bad = refused.safeParse(json);
  if (reply.status >= 400 && reply.status < 500 && reply.status !== 429 && bad.success)
    if (!passing.includes(bad.data.error))
      return { refused: bad.data.error, description: (bad.data.error_description ?? '').split(/[\r\n]/)[0] as string };
  throw Unavailable(
    say("{name} can't be asked at the moment (it answered {status}).", { name: facts.name, status: reply.status }),
  );
}
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null; // a page of some proxy in between: told by its status
  }
}

/** Takes back at the provider what it gave, where it offers that. */
export async function takeBack(config: Config, facts: ProviderFacts, refresh: string): Promise<void> {
  if (!facts.revoke) return;
  await makeOutbound(config.OUTBOUND_ALLOW)(facts.revoke, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams({ token: refresh }).toString()),
    maxBytes: 200_000,
    redirects: 0,
  });
}

const claims = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nonce: z.string().optional(),
  email: z.string().max(254).optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
  preferred_username: z.string().max(254).optional(),
});
/**
 * Whose account it is. The token came straight from the provider over TLS, so its signature tells nothing more (OpenID Connect
 * Core 3.1.3.7); that it is for us and of this sign-in is looked at. Null when it says no address.
 */
export function accountOf(idToken: string, facts: ProviderFacts, clientId: string, nonce: string): string | null {
  const read = claims.safeParse(parsed(Buffer.from(idToken.split('.')[1] ?? '', 'base64url')));
  if (!read.success) return null;
  const { iss, aud, exp, nonce: said, email, email_verified, preferred_username } = read.data;
  if (!facts.issued(iss) || ![aud].flat().includes(clientId) || exp * 1000 < Date.now() || said !== nonce) return null;
  const address = (email_verified === false || email_verified === 'false' ? undefined : email) ?? preferred_username;
  return address && /^[^\s@<>,"]+@[^\s@<>,"]+$/.test(address) ? address : null;
}
