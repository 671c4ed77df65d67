import { createHash, createHmac } from 'node:crypto';
import { textOf } from '../../../base/errors.ts';
import type { Outbound } from '../../../base/outbound.ts';
import { notNow } from './provider.ts';

export type Place = { bucket: string; key: string; region: string; china: boolean };
export type Access = { accessKeyId: string; secretAccessKey: string };

const sha = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
/** As S3 wants its paths: everything but letters, digits and -._~ as %XX, the slashes kept. */
const encoded = (key: string): string =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');

/** The headers of a GET signed with Signature Version 4 (docs.aws.amazon.com, "Authenticating requests"). */
export function signedHeaders(
  host: string,
  path: string,
  region: string,
  access: Access,
  now = new Date(),
): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const empty = sha('');
  const names = 'host;x-amz-content-sha256;x-amz-date';
  const request = [
    'GET',
    path,
    '',
    `host:${host}`,
    `x-amz-content-sha256:${empty}`,
    `x-amz-date:${time}`,
    '',
    names,
    empty,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha(request)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (from, part) => hmac(from, part),
    `AWS4${access.secretAccessKey}`,
  );
  return {
    'x-amz-content-sha256': empty,
    'x-amz-date': time,
    authorization: `AWS4-HMAC-SHA256 Credential=${access.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${hmac(key, toSign).toString('hex')}`,
  };
}

/** The mail that SES put into a bucket. Anything that goes wrong is said as "not now", so that SNS comes again. */
export async function fetchFromS3(place: Place, access: Access, most: number, fetch: Outbound): Promise<Buffer> {
  const host = `s3.${place.region}.amazonaws.com${place.china ? '.cn' : ''}`;
  const path = `/${encoded(place.bucket)}/${encoded(place.key)}`;
  let why: string;
  try {
    const reply = await fetch(`https://${host}${path}`, {
      headers: signedHeaders(host, path, place.region, access),
      redirects: 0,
      maxBytes: most,
      timeout: 60_000,
    });
    if (reply.status === 200) return reply.body;
    const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(reply.body.toString('latin1'))?.[1];
    why = `status ${reply.status}${code ? `, ${code}` : ''}`;
  } catch (error) {
    why = textOf(error);
  }
  throw notNow({ code: 's3-not-read', values: { bucket: place.bucket, key: place.key, why } });
}
