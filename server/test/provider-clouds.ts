import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeOutbound, type Outbound } from '../src/base/outbound.ts';

/* What the providers' clouds post, signed with keys made here, as their documentation says. */

export type Posted = { path: string; headers: Record<string, string>; body: Buffer };
const now = (): number => Math.floor(Date.now() / 1000);

export function multipart(fields: Record<string, string | Buffer>): { type: string; body: Buffer } {
  const boundary = `xYzZY${randomBytes(8).toString('hex')}`;
  const parts = Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
const percent = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) =>
      /[A-Za-z0-9_.-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    )
    .join('');

export type Mailgun = ReturnType<typeof mailgunCloud>;
export function mailgunCloud(key = randomBytes(16).toString('hex')) {
  const signed = (at = now(), token = randomBytes(25).toString('hex')) => ({
    timestamp: String(at),
    token,
    signature: createHmac('sha256', key).update(`${at}${token}`).digest('hex'),
  });
  return {
    key,
    signed,
    mail: (
      raw: string | Buffer,
      more: { at?: number; to?: string; how?: 'multipart' | 'urlencoded'; fields?: Record<string, string> } = {},
    ): Posted => {
      const fields = {
        recipient: more.to ?? 'support@example.com',
        sender: 'bounces@customer.example',
        ...signed(more.at),
        'body-mime': Buffer.from(raw),
        ...more.fields,
      };
      if (more.how === 'urlencoded')
        return {
          path: 'mailgun/mime',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: Buffer.from(
            Object.entries(fields)
              .map(([name, value]) => `${percent(Buffer.from(name))}=${percent(Buffer.from(value))}`)
              .join('&'),
          ),
        };
      const { type, body } = multipart(fields);
      return { path: 'mailgun/mime', headers: { 'content-type': type }, body };
    },
    event: (data: object, signature: object = signed()): Posted => ({
      path: 'mailgun',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ signature, 'event-data': data })),
    }),
  };
}

export const postmarkCloud =
  (user: string, password: string) =>
  (body: object): Posted => ({
    path: 'postmark',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    },
    body: Buffer.from(JSON.stringify(body)),
  });

export function sendgridCloud() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const post = (type: string, body: Buffer, at: number, key: KeyObject = pair.privateKey): Posted => ({
    path: 'sendgrid',
    headers: {
      'content-type': type,
      'x-twilio-email-event-webhook-timestamp': String(at),
      'x-twilio-email-event-webhook-signature': sign(
        'sha256',
        Buffer.concat([Buffer.from(String(at)), body]),
        key,
      ).toString('base64'),
    },
    body,
  });
  return {
    key: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    stranger: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    mail: (raw: string | Buffer, more: { at?: number; key?: KeyObject; to?: string } = {}): Posted => {
      const { type, body } = multipart({
        headers: 'Received: by mx.sendgrid.net',
        email: raw,
        to: 'Support <support@example.com>',
        envelope: JSON.stringify({ to: [more.to ?? 'support@example.com'], from: 'ada@customer.example' }),
        SPF: 'pass',
      });
      return post(type, body, more.at ?? now(), more.key);
    },
    events: (list: object[], at = now()): Posted => post('application/json', Buffer.from(JSON.stringify(list)), at),
  };
}

/** Amazon SNS with a certificate of its own, served over HTTP where `outbound` leads the addresses of amazonaws.com. */
export async function amazon(topic = 'arn:aws:sns:eu-west-1:123456789012:support') {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = selfSigned(pair.publicKey, pair.privateKey);
  const bucket = new Map<string, Buffer>();
  const asked: { host: string; path: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({
      host: String(request.headers['x-asked-host']),
      path,
      authorization: String(request.headers.authorization ?? ''),
    });
    const stored = bucket.get(path);
    if (path.endsWith('.pem')) response.end(pem);
    else if (path.startsWith('/?Action=ConfirmSubscription')) response.end('<ConfirmSubscriptionResponse/>');
    else if (stored) response.end(stored);
    else response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  const local = makeOutbound(['127.0.0.1']);
  const { port } = server.address() as AddressInfo;
  const outbound: Outbound = (url, options = {}) => {
    const there = new URL(url);
    if (there.protocol !== 'https:' || !there.host.endsWith('.amazonaws.com')) throw new Error(`Nobody may ask ${url}`);
    return local(`http://127.0.0.1:${port}${there.pathname}${there.search}`, {
      ...options,
      headers: { ...options.headers, 'x-asked-host': there.host },
    });
  };
  const certificate =
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem';
  const message = (
    Type: 'Notification' | 'SubscriptionConfirmation',
    Message: string,
    more: Record<string, string> = {},
    version: '1' | '2' = '2',
    key: KeyObject = pair.privateKey,
  ): Posted => {
    const Token = randomBytes(20).toString('hex');
    const one: Record<string, string> = {
      Type,
      MessageId: randomBytes(16).toString('hex'),
      TopicArn: topic,
      Message,
      Timestamp: new Date().toISOString(),
      SignatureVersion: version,
      SigningCertURL: certificate,
      ...(Type === 'SubscriptionConfirmation'
        ? {
            Token,
            SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${Token}`,
          }
        : { Subject: 'Amazon SES Email Receipt Notification' }),
      ...more,
    };
    const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
    const text = names.flatMap((name) => (one[name] === undefined ? [] : [`${name}\n${one[name]}\n`])).join('');
    one.Signature ??= sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(text), key).toString('base64');
    return {
      path: 'ses',
      headers: { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-topic-arn': one.TopicArn ?? '' },
      body: Buffer.from(JSON.stringify(one)),
    };
  };
  return {
    topic,
    outbound,
    asked,
    bucket,
    message,
    stranger: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    received: (raw: string | Buffer, to = 'support@example.com'): string =>
      JSON.stringify({
        notificationType: 'Received',
        mail: { source: 'ada@customer.example', messageId: 'x' },
        receipt: { recipients: [to], action: { type: 'SNS', encoding: 'BASE64' } },
        content: Buffer.from(raw).toString('base64'),
      }),
    stop: () => new Promise((closed) => server.close(closed)),
  };
}

/** A self-signed certificate (X.509 v1) in PEM, as small as it can be. */
function selfSigned(publicKey: KeyObject, privateKey: KeyObject): string {
  const der = (tag: number, ...parts: Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const length =
      body.length < 128
        ? Buffer.from([body.length])
        : body.length < 256
          ? Buffer.from([0x81, body.length])
          : Buffer.from([0x82, body.length >> 8, body.length & 255]);
    return Buffer.concat([Buffer.from([tag]), length, body]);
  };
  const sha256WithRsa = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex'));
  const name = der(
    0x30,
    der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('sns.amazonaws.com')))),
  );
  const time = (days: number): Buffer =>
    der(
      0x17,
      Buffer.from(new Date(Date.now() + days * 86_400_000).toISOString().replace(/^..|[-:T]|\.\d+/g, ''), 'latin1'),
    );
  const body = der(
    0x30,
    der(0x02, Buffer.from([1])),
    sha256WithRsa,
    name,
    der(0x30, time(-1), time(30)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const base64 = der(0x30, body, sha256WithRsa, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}
