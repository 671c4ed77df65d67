import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { Unavailable } from './errors.ts';
import { hash } from './seal.ts';

/** A bucket, or what lies below a prefix of one; names are below it. */
export type Bucket = {
  /** For people, without keys. */
  name: string;
  /** Where it is, also of two that have one name with two providers. */
  home: string;
  put: (name: string, bytes: Buffer) => Promise<void>;
  /** Undefined: there is none of the name. */
  get: (name: string, range?: { start: number; size: number }) => Promise<Buffer | undefined>;
  list: (prefix: string) => AsyncGenerator<{ name: string; size: number; tag: string; changedAt: Date }>;
  remove: (name: string) => Promise<void>;
};
type Answer = { status: number; ok: boolean; statusText: string; bytes: Buffer };
export type S3Keys = { BUCKET_KEY_ID?: string | undefined; BUCKET_SECRET_KEY?: string | undefined };

const PATIENCE = 120_000; // ms for one request, with its answer
const AGAIN = 3; // times, after an answer that says that it is only for now, or a line that broke

/** `s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-central-1`, of any provider that speaks S3 (signature version 4). */
export function openBucket(where: string, keys: S3Keys, patience = PATIENCE): Bucket {
  const url = new URL(where);
  const region = url.searchParams.get('region') ?? 'us-east-1';
  const endpoint = (url.searchParams.get('endpoint') ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, '');
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  if (!keys.BUCKET_KEY_ID || !keys.BUCKET_SECRET_KEY)
    throw new Error(`BUCKET_KEY_ID and BUCKET_SECRET_KEY are needed for ${where}. Nothing was changed.`);
  const client = new AwsClient({
    accessKeyId: keys.BUCKET_KEY_ID,
    secretAccessKey: keys.BUCKET_SECRET_KEY,
    service: 's3',
    region,
  });
  const name = `s3://${url.host}${prefix ? `/${prefix}` : ''}`;
  const key = (below: string): string => (prefix ? `${prefix}/${below}` : below);
  const path = (below: string): string =>
    `${endpoint}/${url.host}/${key(below).split('/').map(encodeURIComponent).join('/')}`;

  /**
   * Signed anew for each try. The library's own fetch knows no signal: a bucket that falls silent would hold up mail for minutes, so that is
   * not tried again. A line that breaks, also in the middle of an answer, is: each of these may be said twice, and of thousands in a backup
   * one breaks.
   */
  const send = async (at: string, init: RequestInit): Promise<Answer> => {
    for (let n = 0; ; n++) {
      try {
        const response = await fetch(await client.sign(at, init), { signal: AbortSignal.timeout(patience) });
        const { status, ok, statusText } = response;
        const bytes = Buffer.from(await response.arrayBuffer());
        if (n === AGAIN || (status < 500 && status !== 429)) return { status, ok, statusText, bytes };
      } catch (error) {
        if (n === AGAIN || (error as Error).name === 'TimeoutError') throw error;
      }
      await sleep(Math.random() * 200 * 2 ** n);
    }
  };
  const ask = async (what: string, at: string, init: RequestInit): Promise<Answer> => {
    let answer: Answer;
    try {
      answer = await send(at, init);
    } catch (error) {
      throw Object.assign(Unavailable(`The bucket ${name} does not answer.`, 30), { cause: error });
    }
    if (answer.ok || answer.status === 404) return answer;
    const said = /<Message>([^<]*)<\/Message>/.exec(String(answer.bytes))?.[1] ?? answer.statusText;
    throw Unavailable(`The bucket ${name} refused to ${what} (${answer.status}): ${said}`, 30);
  };
  return {
    name,
    home: `${endpoint} ${name}`,
    put: async (below, bytes) => {
      const digest = hash(bytes).toString('hex');
      const { ok } = await ask('store', path(below), {
        method: 'PUT',
        body: new Uint8Array(bytes),
        headers: { 'x-amz-content-sha256': digest, 'content-type': 'application/octet-stream' },
      });
      if (!ok) throw Unavailable(`There is no bucket ${name}.`, 30);
    },
    get: async (below, range) => {
      if (range?.size === 0) return Buffer.alloc(0);
      const { status, bytes } = await ask('read', path(below), {
        headers: range ? { range: `bytes=${range.start}-${range.start + range.size - 1}` } : {},
      });
      if (status === 404) return undefined;
      // A server that does not know ranges sends all of it.
      return range && status === 200 ? bytes.subarray(range.start, range.start + range.size) : bytes;
    },
    list: async function* (below) {
      let token: string | undefined;
      do {
        const query = new URLSearchParams({
          'list-type': '2',
          prefix: key(below),
          ...(token ? { 'continuation-token': token } : {}),
        });
        const { ok, bytes } = await ask('list', `${endpoint}/${url.host}?${query}`, {});
        const text = String(bytes);
        if (!ok) throw Unavailable(`There is no bucket ${name}.`, 30);
        for (const [, entry] of text.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
          const field = (of: string): string =>
            plain(new RegExp(`<${of}>([\\s\\S]*?)</${of}>`).exec(entry as string)?.[1] ?? '');
          const full = field('Key');
          yield {
            name: prefix ? full.slice(prefix.length + 1) : full,
            size: Number(field('Size')),
            tag: field('ETag').replaceAll('"', ''),
            changedAt: new Date(field('LastModified')),
          };
        }
        token = /<IsTruncated>true/.test(text)
          ? plain(/<NextContinuationToken>([\s\S]*?)<\/NextContinuationToken>/.exec(text)?.[1] ?? '')
          : undefined;
      } while (token);
    },
    remove: async (below) => void (await ask('delete', path(below), { method: 'DELETE' })),
  };
}

const plain = (xml: string): string =>
  xml
    .replace(
      /&(lt|gt|quot|apos|#39|#34);/g,
      (_, sign) => ({ lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#34': '"' })[sign as 'lt'],
    )
    .replaceAll('&amp;', '&');
