import { verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { textOf } from '../../../base/errors.ts';
import type { Outbound } from '../../../base/outbound.ts';
import { isRecent, notNow, refused } from './provider.ts';

/*
 * Amazon SNS signs what it posts with a certificate that it names in the message itself (docs.aws.amazon.com/sns, "Verifying the
 * signatures of Amazon SNS messages"): so the address of that certificate decides whom we believe. Only sns.REGION.amazonaws.com
 * of the topic's own region is asked, over https, without redirects, and what it answers is kept.
 */
const line = z.string().max(2000);
const envelope = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: line,
  TopicArn: line,
  Subject: z.string().nullish(),
  Message: z.string(),
  Timestamp: line,
  SignatureVersion: z.enum(['1', '2']),
  Signature: line,
  SigningCertURL: line,
  Token: line.optional(),
  SubscribeURL: line.optional(),
});
export type Envelope = z.infer<typeof envelope>;

export const TOPIC = /^arn:aws(-cn|-us-gov)?:sns:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_-]{1,256}$/;
const regionOf = (topic: string): string | undefined => TOPIC.exec(topic)?.[2];
const hostOf = (topic: string): string | undefined => {
  const region = regionOf(topic);
  return region && `sns.${region}.amazonaws.com${topic.startsWith('arn:aws-cn:') ? '.cn' : ''}`;
};
/** SNS tries again within the hour, by a policy of the topic's own for longer; what was signed earlier is a replay. */
const WINDOW = 9 * 3600;

/** What is signed: names and values, a line each, in this order; a subject only when there is one. */
export function stringToSign(one: Envelope): string {
  const names =
    one.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  return names.flatMap((name) => (typeof one[name] === 'string' ? [`${name}\n${one[name]}\n`] : [])).join('');
}

const kept = new Map<string, X509Certificate>();
async function certificate(address: string, fetch: Outbound): Promise<X509Certificate> {
  const known = kept.get(address);
  if (known && Date.parse(known.validTo) > Date.now()) return known;
  let body: Buffer;
  try {
    const reply = await fetch(address, { redirects: 0, maxBytes: 64 * 1024 });
    if (reply.status !== 200) throw new Error(`status ${reply.status}`);
    body = reply.body;
  } catch (error) {
    throw notNow({ code: 'sns-no-certificate', values: { error: textOf(error) } });
  }
  const made = new X509Certificate(body);
  if (kept.size > 100) kept.clear();
  kept.set(address, made);
  return made;
}

/** A message of one of these topics, signed by Amazon; anything else is refused. */
export async function checked(json: unknown, topics: string[], fetch: Outbound): Promise<Envelope> {
  const read = envelope.safeParse(json);
  if (!read.success) throw refused();
  const one = read.data;
  const host = hostOf(one.TopicArn);
  const address = URL.parse(one.SigningCertURL);
  if (!host || !topics.includes(one.TopicArn) || !isRecent(Date.parse(one.Timestamp) / 1000, WINDOW)) throw refused();
  if (
    address?.protocol !== 'https:' ||
    address.host !== host ||
    address.username !== '' ||
    address.password !== '' ||
    !/^\/SimpleNotificationService-[A-Za-z0-9]{1,100}\.pem$/.test(address.pathname) ||
    address.search !== ''
  )
    throw refused();
  const signer = await certificate(address.href, fetch);
  const now = Date.now();
  if (Date.parse(signer.validFrom) > now || Date.parse(signer.validTo) < now) throw refused();
  const algorithm = one.SignatureVersion === '1' ? 'sha1' : 'sha256';
  if (
    signer.publicKey.asymmetricKeyType !== 'rsa' ||
    !verify(algorithm, Buffer.from(stringToSign(one)), signer.publicKey, Buffer.from(one.Signature, 'base64'))
  )
    throw refused();
  return one;
}

/** Says yes to a subscription of a topic that is ours; only Amazon itself is asked, at the topic's own region. */
export async function confirm(one: Envelope, fetch: Outbound): Promise<void> {
  const address = URL.parse(one.SubscribeURL ?? '');
  if (address?.protocol !== 'https:' || address.host !== hostOf(one.TopicArn) || address.username !== '')
    throw refused();
  if (
    address.searchParams.get('Action') !== 'ConfirmSubscription' ||
    address.searchParams.get('TopicArn') !== one.TopicArn
  )
    throw refused();
  const reply = await fetch(address.href, { redirects: 0, maxBytes: 64 * 1024 });
  if (reply.status !== 200) throw notNow({ code: 'sns-not-confirmed', values: { status: reply.status } });
}
export { regionOf };
