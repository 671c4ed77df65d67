import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isRefused, isRefusedAs } from '../../base/errors.ts';
import { escaped } from '../../base/html.ts';
import { makeLimit } from '../../base/limits.ts';
import { machine } from '../../base/machine.ts';
import type { Hearten } from '../../base/module.ts';
import { type Packed, pack, sendPacked } from '../../base/packed.ts';
import { accepted, inWords, matched, say } from '../../base/words.ts';
import { bitsFor, giveLeave } from './leave.ts';
import { pageTexts } from './page-texts.ts';
import { openForm } from './settings.ts';
import { homeOf, howMany } from './take.ts';
import { whenThere } from './when.ts';

const policy = (ancestors: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `frame-ancestors ${ancestors}`,
  ].join('; ');

type Ready = { type: string; packed: Packed };
const beside = (name: string, type: string): Ready => ({
  type,
  packed: pack(readFileSync(join(import.meta.dirname, name))),
});

type Asked = FastifyRequest<{ Params: { id: string }; Querystring: { lang?: string; embedded?: string } }>;
const languageOf = (request: Asked): string =>
  matched(typeof request.query.lang === 'string' ? request.query.lang : '') ??
  accepted(request.headers['accept-language']);

/**
 * A page of its own, or the inside of a frame on somebody's website. Whatever is not its markup is data that its
 * script reads. `within`: the page around it has a main part already.
 */
function document(language: string, title: string, facts: object, below: string, within: boolean): string {
  const data = JSON.stringify(facts).replace(/</g, '\\u003c');
  return `<!doctype html>
<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${escaped(title)}</title>
<link rel="stylesheet" href="/form/page.css"></head>
<body>${within ? '<div id="form"></div>' : '<main id="form"></main>'}<noscript><p>${below}</p></noscript><script type="application/json" id="facts">${data}</script><script src="/form/page.js"></script></body></html>`;
}

/** The form by itself (`/form/ID`), its leave to send, and what websites load to show it (`/form.js`). Nobody signs in for any of them. */
export function pageRoutes(app: FastifyInstance, hearten: Hearten): void {
  const limit = makeLimit(60, 60);
  const kept = new Map<string, Ready>();
  const files: Record<string, () => Ready> = {
    '/form.js': () => beside('embed.js', 'text/javascript; charset=utf-8'),
    '/form/page.js': () => beside('page.js', 'text/javascript; charset=utf-8'),
    '/form/page.css': () => beside('page.css', 'text/css; charset=utf-8'),
  };
  for (const path of Object.keys(files))
    app.get(path, async (_request, reply) => {
      const found = kept.get(path) ?? (files[path] as () => Ready)();
      kept.set(path, found);
      reply
        .header('cache-control', 'public, max-age=600')
        // Any website may load it; that is what it is for.
        .header('cross-origin-resource-policy', 'cross-origin');
      return sendPacked(reply, found.type, found.packed);
    });

  const html = (reply: FastifyReply, ancestors: string): FastifyReply =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy(ancestors))
      .header('cache-control', 'no-store')
      .header('permissions-policy', 'camera=(), microphone=(), geolocation=()');

  /** What the settings show while they are changed: the page tells it what to draw, and nothing can be sent. */
  app.get('/form/preview', async (request: Asked, reply) => {
    const language = languageOf(request);
    const facts = { preview: true, texts: pageTexts(language), language };
    return html(reply, "'self'").send(document(language, inWords(say('Preview'), language), facts, '', true));
  });

  app.get('/form/:id', async (request: Asked, reply) => {
    limit(machine(request.ip));
    const language = languageOf(request);
    const within = request.query.embedded !== undefined;
    try {
      const workspaceId = await homeOf(hearten, request.params.id);
      const { form, when, many } = await hearten.db.tx(workspaceId, async (tx) => {
        const found = await openForm(tx, request.params.id);
        return { form: found, when: await whenThere(tx, found.inboxId), many: await howMany(tx, found) };
      });
      const texts = pageTexts(language);
      const { acknowledge: _, sites, ...settings } = form.settings;
      const facts = {
        id: form.id,
        settings,
        texts,
        language,
        when,
        company: form.company,
        colour: form.colour,
        leave: giveLeave(hearten.seal, form.id, bitsFor(many)),
      };
      const below = `${escaped(texts.needsScript ?? '')} <a href="mailto:${escaped(form.inbox)}">${escaped(form.inbox)}</a>`;
      return html(reply, sites.length > 0 ? `'self' ${sites.join(' ')}` : '*').send(
        document(language, `${form.settings.title || texts.title} · ${form.company}`, facts, below, within),
      );
    } catch (error) {
      if (!isRefusedAs(error, 'not-found') || !isRefused(error)) throw error;
      const gone = inWords(
        say('This form is not here any more. Nothing was sent; write by mail instead, please.'),
        language,
      );
      return html(reply, '*')
        .code(404)
        .send(document(language, gone, { gone, texts: {}, language }, escaped(gone), within));
    }
  });

  /** A new leave, for a page that was open for long or writes a second time. */
  app.get('/form/:id/leave', async (request: Asked, reply) => {
    limit(machine(request.ip));
    const workspaceId = await homeOf(hearten, request.params.id);
    const many = await hearten.db.tx(workspaceId, async (tx) => howMany(tx, await openForm(tx, request.params.id)));
    return reply
      .header('cache-control', 'no-store')
      .send({ leave: giveLeave(hearten.seal, request.params.id, bitsFor(many)) });
  });
}
