import { Agent, request } from 'node:http';

export type Api = { base: string; key: string };
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One request over a kept connection; the answer's bytes, unparsed: reading them is not what is measured. */
export function ask(api: Api, method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
  return new Promise((done, failed) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const asked = request(
      `${api.base}${path}`,
      {
        method,
        agent,
        headers: {
          authorization: `Bearer ${api.key}`,
          ...(sent ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) } : {}),
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      },
    );
    asked.on('error', failed);
    asked.end(sent);
  });
}

export async function must<T>(api: Api, method: string, path: string, body?: unknown): Promise<T> {
  const { status, text } = await ask(api, method, path, body);
  if (status >= 400) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 400)}`);
  return JSON.parse(text) as T;
}
