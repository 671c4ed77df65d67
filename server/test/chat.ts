import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatFrame, ChatInbox, ChatLine, ChatSaid, ChatSummary } from '@hearten/contract';
import WebSocket from 'ws';
import { sql } from '../src/base/db.ts';
import { COOKIE } from '../src/base/http.ts';
import { makeLog } from '../src/base/log.ts';
import { type Running, runHearten } from '../src/run.ts';
import { setupLink } from '../src/team/index.ts';
import { testDatabase } from './database.ts';
import { testConfig } from './desk.ts';

type Answer<T> = { status: number; body: T; headers: Headers };
export type Visit = { token: string; chats: ChatSummary[]; visitor: { name: string; email: string; vouched: boolean } };
export type ChatHouse = {
  running: () => Running;
  url: string;
  chat: ChatInbox;
  mailInboxId: string;
  /** What another process of this desk is started with. */
  env: Record<string, string>;
  /** As the owner. */
  ask: <T>(method: string, path: string, body?: unknown) => Promise<Answer<T>>;
  cookie: () => string;
  /** What a request of the owner's bears. */
  signed: () => Record<string, string>;
  /** As the frame of the widget. */
  as: <T>(
    token: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer<T>>;
  visit: (
    more?: { token?: string; jwt?: string; language?: string },
    headers?: Record<string, string>,
  ) => Promise<Answer<Visit>>;
  say: (
    token: string,
    text: string,
    chat?: string | null,
    clientId?: string,
  ) => Promise<Answer<{ chat: string; seq: number; id: string }>>;
  conversationOf: (chat: string) => Promise<{ id: string; number: number }>;
  /** `away`: what happens while nobody answers. */
  restart: (away?: () => Promise<void>) => Promise<void>;
  end: () => Promise<void>;
};

/** A whole Hearten with a live chat and a mailbox that sends, asked over real connections. */
export async function chatHouse(
  more: { config?: Record<string, string>; smtpPort?: number; mailAfter?: number; log?: (line: string) => void } = {},
): Promise<ChatHouse> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-chat-'));
  const begin = (port: number): Promise<Running> =>
    runHearten(
      {
        ...testConfig({ RATE_LIMIT: '100000', ...more.config, ...(port ? { PORT: String(port) } : {}) }),
        DATA_DIR: folder,
      },
      database.url,
      more.log ? makeLog('debug', {}, more.log) : makeLog('error'),
    );
  const secret = 'a secret key that is used in tests alone';
  const env = { DATABASE_URL: database.url, DATA_DIR: folder, SECRET_KEY: secret, ...more.config };
  let running = await begin(0);
  const { url, port } = running;
  let cookie = '';
  let csrf = '';
  const plain = async <T>(
    path: string,
    method: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer<T>> => {
    const bytes = body instanceof Uint8Array;
    const reply = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body === undefined || bytes ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: bytes ? Buffer.from(body) : JSON.stringify(body) }),
    });
    const set = reply.headers.get('set-cookie');
    if (set?.startsWith(COOKIE)) cookie = set.split(';')[0] ?? '';
    const text = await reply.text();
    const parsed = JSON.parse(
      /json/.test(reply.headers.get('content-type') ?? '') ? text || '{}' : JSON.stringify(text),
    ) as T & { csrf?: string };
    if (parsed.csrf) csrf = parsed.csrf;
    return { status: reply.status, body: parsed, headers: reply.headers };
  };
  const ask: ChatHouse['ask'] = (method, path, body) =>
    plain(`/api/v1${path}`, method, body, { cookie, 'x-csrf-token': csrf });
  const token = (await setupLink(running.hearten, running.port))?.split('token=')[1];
  await ask('POST', '/setup', {
    token,
    email: 'ana@northwind.example',
    password: 'correct horse battery',
    name: 'Ana Novak',
    workspace: 'Northwind Lamps',
  });
  const workspaceId = (await ask<{ workspace: { id: string } }>('GET', '/me')).body.workspace.id;
  const smtp = more.smtpPort ? { host: '127.0.0.1', port: more.smtpPort, security: 'none', user: '' } : null;
  const inbox = await ask<{ id: string }>('POST', '/inboxes', {
    name: 'Support',
    address: 'support@northwind.example',
    settings: { smtp, undoSeconds: 0 },
  });
  const chat = (await ask<ChatInbox>('POST', '/chats', { name: 'Shop', settings: { mailAfter: more.mailAfter ?? 60 } }))
    .body;
  const as: ChatHouse['as'] = (secret, method, path, body, headers = {}) =>
    plain(`/chat/${chat.id}${path}`, method, body, { authorization: `Bearer ${secret}`, ...headers });
  const house: ChatHouse = {
    ...{ running: () => running, url, chat, mailInboxId: inbox.body.id, env, ask, as, cookie: () => cookie },
    signed: () => ({ cookie, 'x-csrf-token': csrf }),
    visit: (given = {}, headers = {}) =>
      plain(`/chat/${chat.id}/visit`, 'POST', { page: 'https://shop.example/lamps', ...given }, headers),
    say: (secret, text, id = null, clientId = randomUUID()) =>
      as(secret, 'POST', '/messages', { chat: id, clientId, text }),
    conversationOf: async (id) => {
      const [row] = await running.hearten.db.read<{ id: string; number: number }>(
        workspaceId,
        sql`select v.id, v.number::int as number from chat c join conversation v on v.workspace_id = c.workspace_id and v.id = c.conversation_id where c.workspace_id = ${workspaceId} and c.id = ${id}`,
      );
      if (!row) throw new Error('there is no such chat');
      return row;
    },
    restart: async (away) => {
      await running.stop();
      await away?.();
      running = await begin(port);
    },
    end: async () => {
      for (const one of widgets.splice(0)) one.close();
      await running.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return house;
}

export type Widget = {
  frames: ChatFrame[];
  /** Lines as they came, over every line that was cut. */
  lines: ChatLine[];
  send: (said: ChatSaid) => void;
  until: <T>(what: (widget: Widget) => T | undefined | false | null, ms?: number) => Promise<T>;
  /** Cut off in the middle; it comes back by itself and resumes. */
  cut: () => void;
  close: () => void;
};
const widgets: Widget[] = [];
/** What the widget's line does: open, say up to where it is, open again when it breaks. */
export function widget(
  house: Pick<ChatHouse, 'url' | 'chat'>,
  token: string,
  following: string[] = [],
  language = 'en',
): Widget {
  const at: Record<string, number> = Object.fromEntries(following.map((id) => [id, 0]));
  const waiting = new Set<() => void>();
  const unsent: string[] = [];
  let socket: WebSocket | null = null;
  let closed = false;
  const open = (): void => {
    if (closed) return;
    const made = new WebSocket(
      `${house.url.replace('http', 'ws')}/chat/socket`,
      ['hearten.chat.1', house.chat.id, token],
      { origin: house.url, perMessageDeflate: false, headers: { 'accept-language': language } },
    );
    socket = made;
    made.on('open', () => {
      made.send(JSON.stringify({ type: 'resume', at }));
      for (const text of unsent.splice(0)) made.send(text);
    });
    made.on('message', (data) => {
      if (socket !== made) return;
      const frame = JSON.parse(String(data)) as ChatFrame;
      self.frames.push(frame);
      if (frame.type === 'lines')
        for (const line of frame.lines) {
          self.lines.push(line);
          at[line.chat] = line.seq;
        }
      if (frame.type === 'said') at[frame.chat] ??= 0;
      for (const look of waiting) look();
    });
    made.on('error', () => undefined); // it is closed next
    made.on('close', () => {
      if (socket === made) socket = null;
      setTimeout(open, 20);
    });
  };
  const self: Widget = {
    frames: [],
    lines: [],
    send: (said) => {
      const text = JSON.stringify(said);
      if (socket?.readyState === WebSocket.OPEN) socket.send(text);
      else unsent.push(text);
    },
    until: (what, ms = 10_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`waited in vain; ${JSON.stringify(self.frames.slice(-5))}`));
        }, ms);
        const look = (): void => {
          const found = what(self);
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    cut: () => socket?.terminate(),
    close: () => {
      closed = true;
      socket?.terminate();
    },
  };
  open();
  widgets.push(self);
  return self;
}
