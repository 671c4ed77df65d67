import { createHash, createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { request as ask, createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the launcher puts s3rver, a real S3 server for tests; null when it isn't there. */
const found = [process.env.S3RVER, join(homedir(), '.cache/hearten/s3')].find(
  (folder) => folder && existsSync(join(folder, 'node_modules/s3rver')),
);
export const hasS3 = found !== undefined;

type Server = { run: () => Promise<{ port: number }>; close: () => Promise<void> };
export type S3 = {
  /** A bucket of its own, as the settings name it. */
  place: (prefix?: string) => string;
  keys: { BUCKET_KEY_ID: string; BUCKET_SECRET_KEY: string };
  close: () => Promise<void>;
};

const SECRET = 'S3RVER';
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The signature (version 4) as the server counts it, from what came over the line; s3rver itself knows only version 2. */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const given =
    /Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})/.exec(
      request.headers.authorization ?? '',
    );
  if (given?.[1] !== 'S3RVER') return false;
  const [, , day, region, names, signature] = given as RegExpExecArray;
  const url = new URL(request.url ?? '/', 'http://x');
  const query = [...url.searchParams].map(([key, value]) => `${escaped(key)}=${escaped(value)}`).sort();
  const claimed = String(request.headers['x-amz-content-sha256']);
  if (claimed !== 'UNSIGNED-PAYLOAD' && claimed !== sha(body)) return false;
  const canonical = [
    request.method,
    url.pathname
      .split('/')
      .map((part) => escaped(decodeURIComponent(part)))
      .join('/'),
    query.join('&'),
    ...(names as string).split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    claimed,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${request.headers['x-amz-date']}\n${scope}\n${sha(canonical)}`;
  const key = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${SECRET}`, day as string), region as string));
  return hmac(key, text).toString('hex') === signature;
}

/** In front of it stands who checks signatures, as the real ones do. */
export async function startS3(folder: string): Promise<S3> {
  await mkdir(folder, { recursive: true });
  const S3rver = createRequire(join(found ?? '', 'package.json'))('s3rver') as new (options: object) => Server;
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'desk', configs: [] }],
  });
  const { port } = await server.run();
  const door = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces);
      if (!isSigned(request, body))
        return response.writeHead(403).end('<Error><Message>The signature does not match.</Message></Error>');
      const { authorization: _, host: __, ...headers } = request.headers;
      const inside = ask({ port, host: '127.0.0.1', path: request.url, method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      return inside.end(body);
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const { port: outside } = door.address() as AddressInfo;
  return {
    place: (prefix = '') => `s3://desk/${prefix}?endpoint=http://127.0.0.1:${outside}`,
    keys: { BUCKET_KEY_ID: 'S3RVER', BUCKET_SECRET_KEY: SECRET },
    close: async () => {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
      await server.close();
    },
  };
}
