import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatSettings } from '@hearten/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { baseUrl } from '../../base/config.ts';
import { NotFound } from '../../base/errors.ts';
import type { Hearten } from '../../base/module.ts';
import { type Packed, pack, sendPacked, tagOf } from '../../base/packed.ts';
import { onColour } from '../../brand/index.ts';
import { ancestors, askedOf } from './allowed.ts';
import { asksNow } from './asks.ts';
import type { Hours, Now } from './now.ts';
import type { Chat, chatFinder } from './settings.ts';
import { triggersOf } from './triggers.ts';

/** What the built widget consists of. */
type Built = {
  loader: string;
  script: string;
  style: string;
  /** What a thread of its own does. */
  dates: string;
  words: Record<string, string>;
  files: Map<string, Packed>;
};
/** What the page that shows the bubble has to know: nothing that a visitor of the site may not. */
export type Shown = Pick<ChatSettings, 'greeting' | 'side' | 'theme' | 'asks' | 'files'> & {
  id: string;
  name: string;
  colour: string;
  /** What can be read on the colour. */
  ink: string;
  mail: boolean;
  signed: boolean;
  usual: number | null;
  hours: Hours;
  there: Now['there'];
};

export const shownOf = (chat: Chat, { hours, usual, there }: Now): Shown => {
  const { greeting, side, theme, files, mailInboxId } = chat.settings;
  const colour = chat.settings.colour || chat.brand.colour || '#1f5c4d';
  return {
    ...{ id: chat.id, name: chat.brand.name || chat.name, greeting, side, theme, asks: asksNow(chat), files },
    ...{
      colour,
      ink: onColour(colour),
      mail: mailInboxId !== null,
      signed: chat.keys.length > 0,
      hours,
      usual,
      there,
    },
  };
};

function readBuilt(root: string): Built | null {
  const dist = join(root, 'widget', 'dist');
  const manifest = join(dist, '.vite/manifest.json');
  if (!existsSync(manifest) || !existsSync(join(dist, 'loader.js'))) return null;
  const parts = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, { file: string; css?: string[] }>;
  const [entry, dates] = [parts['src/app.tsx'], parts['src/dates.ts']];
  if (!entry || !dates) return null;
  const names = [...new Set(Object.values(parts).flatMap((part) => [part.file, ...(part.css ?? [])]))];
  const files = new Map(names.map((name) => [name.split('/').pop() as string, pack(readFileSync(join(dist, name)))]));
  const last = (name: string): string => `/chat/app/${name.split('/').pop()}`;
  return {
    loader: readFileSync(join(dist, 'loader.js'), 'utf8'),
    script: last(entry.file),
    style: last(names.find((name) => name.endsWith('.css')) ?? ''),
    dates: last(dates.file),
    words: Object.fromEntries(
      Object.entries(parts).flatMap(([source, { file }]) => {
        const language = /^src\/words\/(\w+)\.ts$/.exec(source)?.[1];
        return language ? [[language, last(file)]] : [];
      }),
    ),
    files,
  };
}

/**
 * The two things a site loads of us: the script, which carries all that the bubble needs, and the page inside the frame. Both name the chat
 * in their address and nothing of the visitor; neither sets a cookie.
 */
export function pageRoutes(
  app: FastifyInstance,
  hearten: Hearten,
  finder: ReturnType<typeof chatFinder>,
  nowOf: (chat: Chat) => Promise<Now>,
): void {
  const { config } = hearten;
  const built = readBuilt(config.root);
  const whole = (): Built => {
    if (!built) throw NotFound('The chat widget is not built yet: run npm start.');
    return built;
  };
  const there = async (id: string): Promise<Chat> => {
    const chat = await finder.find(id);
    if (!chat) throw NotFound('There is no chat at this address, or it is switched off.');
    return chat;
  };

  app.get<{ Params: { name: string } }>('/chat/app/:name', (request, reply) => {
    const { name } = request.params;
    const packed = whole().files.get(name);
    if (!packed) throw NotFound();
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return sendPacked(reply, `text/${name.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`, packed);
  });

  // Opened by the link of a mail: the same page, by itself.
  app.get<{ Params: { app: string } }>('/chat/:app/continue', async (request, reply) => {
    const chat = await there(request.params.app);
    return page(reply, whole(), chat, shownOf(chat, await nowOf(chat)), "'none'");
  });

  app.get<{ Params: { file: string } }>('/chat/:file', async (request, reply) => {
    const { file } = request.params;
    const loader = file.endsWith('.js');
    const chat = await there(loader ? file.slice(0, -3) : file);
    const shown = shownOf(chat, await nowOf(chat));
    // The bubble says nothing of who is there: its script stays the same while people come and go. What is asked is asked inside.
    const { there: _, asks: __, ...bubble } = shown;
    return loader
      ? script(reply, whole(), baseUrl(config), { ...bubble, ...triggersOf(chat.settings, shown.hours) })
      : page(reply, whole(), chat, shown);
  });
}

function script(
  reply: FastifyReply,
  { loader }: Built,
  origin: string,
  shown: Omit<Shown, 'there' | 'asks'>,
): FastifyReply {
  const facts = JSON.stringify({ ...shown, origin: new URL(origin).origin }).replaceAll('<', '\\u003c');
  const body = `(function(__HEARTEN__){${loader}
})(${facts});\n`;
  reply
    .header('cache-control', 'public, max-age=60, stale-while-revalidate=600')
    .header('access-control-allow-origin', '*') // a page that asks for it with crossorigin and an integrity check may have it
    .header('cross-origin-resource-policy', 'cross-origin');
  return sendPacked(reply, 'text/javascript; charset=utf-8', scripts(body));
}
/** Scripts as they were given out lately, packed: they stay the same for minutes, and all sites ask for them. */
const lately = new Map<string, Packed>();
const scripts = (body: string): Packed => {
  const tag = tagOf(body);
  const packed = lately.get(tag) ?? pack(body);
  lately.delete(tag);
  lately.set(tag, packed);
  for (const oldest of lately.keys()) if (lately.size > 200) lately.delete(oldest);
  return packed;
};

function page(reply: FastifyReply, built: Built, chat: Chat, shown: Shown, around = ancestors(chat)): FastifyReply {
  const facts = JSON.stringify({ ...shown, domains: askedOf(chat) }).replace(
    /[<>&'"]/g,
    (sign) => `&#${sign.charCodeAt(0)};`,
  );
  // Whose words these are the program asks for itself; said here, they come along with it.
  const language = /^\s*(\w+)/.exec(reply.request.headers['accept-language'] ?? '')?.[1]?.toLowerCase() ?? 'en';
  const words = built.words[language] ?? built.words.en;
  return reply
    .header(
      'content-security-policy',
      [
        ...[
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' blob: data:",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
        ],
        ...["require-trusted-types-for 'script'", `frame-ancestors ${around}`],
      ].join('; '),
    )
    .header('cache-control', 'no-cache')
    .header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${asText(shown.name)}</title><link rel="stylesheet" href="${built.style}">${words ? `<link rel="modulepreload" href="${words}">` : ''}</head><body data-chat="${facts}" data-dates="${built.dates}"><script type="module" src="${built.script}"></script></body></html>`,
    );
}
const asText = (text: string): string => text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
