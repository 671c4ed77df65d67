import { facts, kept } from './facts.ts';
import { t } from './words/index.ts';

export class Refused extends Error {
  status: number;
  /** In so many seconds it may be asked again. */
  after: number;
  constructor(text: string, status: number, after = 0) {
    super(text);
    this.status = status;
    this.after = after;
  }
}
/** Whether it was heard and refused; else nobody heard it, or could do it just now. */
export const isRefused = (error: unknown): error is Refused => error instanceof Refused && error.status < 500;
/** The words in which it was refused, or ours. */
export const whyNot = (error: unknown, otherwise: 'failed' | 'trouble' = 'failed'): string =>
  error instanceof Refused ? error.message : t(otherwise);
let lost: () => void = () => undefined;
/** The server knows the visit no more: it ended there. */
export const onLost = (told: () => void): void => {
  lost = told;
};
const reach = (path: string, token = kept.read(), { headers, ...more }: RequestInit = {}): Promise<Response> =>
  fetch(`/chat/${facts.id}${path}`, {
    ...more,
    headers: {
      ...headers,
      ...(token && { authorization: `Bearer ${token}` }),
      'accept-language': document.documentElement.lang || 'en',
    },
    credentials: 'omit',
  });
let turn = 0;
/** Whoever was here is not here any more: what was asked for them comes back to nobody, and a visit that it began is ended. */
export const turned = (): void => {
  turn++;
};
export const end = (token: string): Promise<unknown> =>
  ask('POST', '/end', {}, undefined, token).catch(() => undefined); // it ends by itself where nobody hears of it

/** Asks our own server; what was refused is thrown with the words it was refused with, and without any for whom it is too late. */
export async function ask<T>(
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
  token = kept.read(),
): Promise<T> {
  const mine = turn;
  const reply = await reach(path, token, {
    method,
    headers: { ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
    keepalive: path === '/end', // the page may be gone before it arrives
  });
  const told = (await reply.json().catch((error: unknown) => {
    if (reply.ok) throw error;
    return {};
  })) as { detail?: string; token?: string };
  if (mine !== turn) {
    if (told.token && told.token !== kept.read()) end(told.token);
    throw new Refused('', 0);
  }
  if (!reply.ok) {
    if (reply.status === 401 && token === kept.read()) lost();
    throw new Refused(told.detail ?? reply.statusText, reply.status, Number(reply.headers.get('retry-after')));
  }
  return told as T;
}
export async function fileOf(messageId: string, part: number): Promise<Blob> {
  const reply = await reach(`/files/${messageId}/${part}`);
  if (!reply.ok) throw new Refused(reply.statusText, reply.status);
  return reply.blob();
}
