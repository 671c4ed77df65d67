/** What a webhook brings, once its signature was found good. */
export type Delivery = { type: string; timestamp: string; data: Record<string, unknown> };

const TOLERANCE = 300; // seconds
const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

/**
 * Whether a request to your webhook is from Hearten and of now, as Standard Webhooks say. `body` must be exactly what came. Throws when
 * it isn't; nothing of it is to be believed then.
 */
export async function verifyWebhook(
  secret: string,
  headers: Headers | Record<string, string | string[] | undefined>,
  body: string,
  now = Date.now(),
): Promise<Delivery> {
  const header = (name: string): string => {
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    return typeof value === 'string' ? value : '';
  };
  const [id, timestamp, signatures] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
  if (!id || !/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE)
    throw new Error('This request is not signed, or it is too old.');
  const key = await crypto.subtle.importKey(
    'raw',
    bytesOf(secret.replace(/^whsec_/, '')),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const text = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const signature of signatures.split(' ')) {
    const [version, value = ''] = signature.split(',', 2);
    if (version !== 'v1' || !/^[A-Za-z0-9+/]{43}=$/.test(value)) continue;
    if (await crypto.subtle.verify('HMAC', key, bytesOf(value), text)) return JSON.parse(body) as Delivery;
  }
  throw new Error('The signature of this request is not that of your secret.');
}
