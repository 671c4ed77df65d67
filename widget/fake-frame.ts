/** What the app of the widget finds around it, where there is no browser: a frame of its own, a server that answers as a test says. */
export type Asked = { path: string; body: Record<string, unknown>; by: string | null };
export type Answer = [status: number, body: object, headers?: Record<string, string>];
export type Frame = {
  asked: Asked[];
  of: (path: string) => Asked[];
  /** What is answered; `away`: nobody does. A promise is answered when it is. */
  reply: (asked: Asked) => Answer | 'away' | Promise<Answer | 'away'>;
  lasting: Map<string, string>;
  ofTab: Map<string, string>;
  sockets: FakeSocket[];
  settled: () => Promise<void>;
  load: <T>(name: string) => Promise<T>;
};
export type FakeSocket = {
  readyState: number;
  said: Record<string, unknown>[];
  hear: (frame: object) => void;
  opens: () => void;
  close: () => void;
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (event: { data: string }) => void;
};
const ask = { name: 'no', email: 'no', question: '', answer: 'optional' };
const asks = { new: ask, returning: ask, signedIn: ask };
export const visited = (token: string, chats: object[] = [], audience = 'new'): Answer => [
  200,
  { token, visits: 1, chats, settings: { asks }, visitor: { name: '', email: '', audience } },
];
export const vouching = (userId: string, n = 1): string =>
  `x.${Buffer.from(JSON.stringify({ user_id: userId, n })).toString('base64url')}.y`;

const storage = (kept: Map<string, string>) => ({
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
  removeItem: (key: string) => kept.delete(key),
});

/** Once in a file of tests: what is loaded of the widget is the one program of that frame. */
export async function fakeFrame(path = '/chat/shop'): Promise<Frame> {
  const asked: Asked[] = [];
  const sockets: FakeSocket[] = [];
  const frame: Frame = {
    ...{ asked, sockets, lasting: new Map(), ofTab: new Map() },
    of: (where) => asked.filter((one) => one.path === where),
    reply: () => 'away',
    settled: async () => {
      for (let n = 0; n < 200; n++) await Promise.resolve();
    },
    load: async <T>(name: string) => (await import(new URL(`src/${name}`, import.meta.url).href)) as T,
  };
  class Socket {
    static OPEN = 1;
    readyState = 0; // not there yet
    said: Record<string, unknown>[] = [];
    onopen?: () => void;
    onclose?: () => void;
    onmessage?: (event: { data: string }) => void;
    constructor() {
      sockets.push(this);
    }
    send(text: string): void {
      this.said.push(JSON.parse(text) as Record<string, unknown>);
    }
    opens(): void {
      this.readyState = 1;
      this.onopen?.();
    }
    hear(said: object): void {
      this.onmessage?.({ data: JSON.stringify(said) });
    }
    close(): void {
      this.readyState = 3;
    }
  }
  Object.assign(globalThis, {
    document: {
      body: { dataset: { chat: JSON.stringify({ id: 'shop', asks, domains: [], usual: 60 }) } },
      documentElement: { lang: 'en' },
      visibilityState: 'visible',
    },
    ...{ window: {}, location: { pathname: path, origin: 'https://desk.example' } },
    ...{ Worker: undefined, BroadcastChannel: undefined, WebSocket: Socket },
    ...{ localStorage: storage(frame.lasting), sessionStorage: storage(frame.ofTab) },
    fetch: async (url: string, { body, headers }: { body?: string; headers: Record<string, string> }) => {
      const by = headers.authorization?.slice('Bearer '.length) ?? null;
      const one: Asked = {
        ...{ path: url.slice('/chat/shop'.length), by },
        body: JSON.parse(typeof body === 'string' ? body : '{}') as Record<string, unknown>,
      };
      asked.push(one);
      const said = await frame.reply(one);
      if (said === 'away') throw new TypeError('Failed to fetch');
      const [status, told, more] = said;
      return { ok: status < 400, status, statusText: '', headers: new Headers(more), json: async () => told };
    },
  });
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: true, language: 'en' }, configurable: true });
  const { speak } = await frame.load<{ speak: (language: string) => Promise<void> }>('words/index.ts');
  await speak('en');
  return frame;
}
