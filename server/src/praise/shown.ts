import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { escaped } from '../base/html.ts';
import { makeLimit } from '../base/limits.ts';
import { machine } from '../base/machine.ts';
import type { Hearten, Who } from '../base/module.ts';
import { accepted, inWords, say } from '../base/words.ts';
import { lookOf, plainWhole, sendWhole, whole } from '../brand/index.ts';
import { isCode, pageOf } from './link.ts';
import { isAway } from './offer.ts';

const gone = [
  say('This page is gone'),
  say('Whoever wrote it shows it no more, or the address is not complete.'),
] as const;
/** Programs that fetch pages, by what they call themselves; who calls itself nothing is one, too. */
const PROGRAM =
  /bot|crawl|spider|slurp|preview|facebookexternalhit|embedly|whatsapp|telegram|skype|monitor|check|curl|wget|python|java\/|go-http|okhttp|axios|node|headless|lighthouse|scan|fetch|http/i;
export function isProgram(headers: FastifyRequest['headers']): boolean {
  const agent = headers['user-agent'] ?? '';
  const early = `${headers['sec-purpose'] ?? ''}${headers.purpose ?? ''}${headers['x-moz'] ?? ''}`;
  return (
    !/mozilla|opera/i.test(agent) ||
    PROGRAM.test(agent.replace(/mozilla|like gecko/gi, '')) ||
    /prefetch|preview/i.test(early)
  );
}

type Row = { id: string; brand_id: string | null; language: string; words: string; name: string };
/** One more who looked, each once a day; the marks of former days go. */
export async function countVisit(tx: Tx, id: string, mark: string): Promise<void> {
  const fresh = await tx.run(
    sql`insert into praise_visit (workspace_id, praise_id, day, mark) values (${tx.workspaceId}, ${id}, (now() at time zone 'UTC')::date, ${mark}) on conflict do nothing`,
  );
  if (!fresh) return;
  await tx.run(sql`update praise set visits = visits + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await tx.run(
    sql`delete from praise_visit where workspace_id = ${tx.workspaceId} and praise_id = ${id} and day < (now() at time zone 'UTC')::date`,
  );
}

/**
 * What somebody said, for everybody with its address: the look of the brand, no script, no cookie. Who looks is counted by a mark made of
 * their address and browser with a key of ours and the day, which nobody can turn back and which is gone tomorrow.
 */
export function praisePage(
  { db, seal, config, files }: Hearten,
  look: (request: FastifyRequest) => Promise<Who | null>,
) {
  const limit = makeLimit(120);
  return async (request: FastifyRequest<{ Params: { code: string } }>, reply: FastifyReply): Promise<FastifyReply> => {
    limit(machine(request.ip));
    const guess = accepted(request.headers['accept-language']);
    const { code } = request.params;
    const [home] = isCode(code)
      ? await db.read<{ w: string | null }>(NOWHERE, sql`select praise_home(${code}) as w`)
      : [];
    if (!home?.w) return sendWhole(reply, 410, plainWhole(guess, gone));
    const who = await look(request);
    const counts = who?.workspaceId !== home.w && !isProgram(request.headers);
    const found = await db.tx(home.w, async (tx) => {
      const row = await tx.first<Row>(
        sql`select id, brand_id, language, words, name from praise where workspace_id = ${tx.workspaceId} and code = ${code} and consented_at is not null and withdrawn_at is null and not (${isAway})`,
      );
      if (!row) return null;
      const day = new Date().toISOString().slice(0, 10);
      if (counts)
        await countVisit(
          tx,
          row.id,
          seal.sign('praise-visit', `${day} ${code} ${machine(request.ip)} ${request.headers['user-agent']}`),
        );
      return { row, look: await lookOf(tx, { files }, row.brand_id, true) };
    });
    if (!found) return sendWhole(reply, 410, plainWhole(guess, gone));
    const { row } = found;
    const { brand, site } = found.look;
    const title = inWords(
      row.name
        ? say('{name} about {brand}', { name: row.name, brand })
        : say('What a customer says about {brand}', { brand }),
      row.language,
    );
    const url = pageOf(config, code);
    const about = [...row.words].slice(0, 200).join('');
    const meta = Object.entries({ title, description: about, type: 'article', url, site_name: brand })
      .map(([name, value]) => `<meta property="og:${name}" content="${escaped(value)}">`)
      .join('');
    const link = siteOf(site, code);
    return sendWhole(
      reply,
      200,
      whole(
        row.language,
        title,
        `<figure><blockquote dir="auto">${escaped(row.words)}</blockquote>${row.name ? `<figcaption><bdi>${escaped(row.name)}</bdi></figcaption>` : ''}</figure>${link ? `<p><a class="go" href="${escaped(link)}" rel="noopener">${escaped(inWords(say('To {brand}', { brand }), row.language))}</a></p>` : ''}`,
        found.look,
        `${meta}<meta name="twitter:card" content="summary"><meta name="description" content="${escaped(about)}">`,
      ),
    );
  };
}

/** The company's website, told by which praise somebody came. */
function siteOf(site: string, code: string): string | null {
  if (!site) return null;
  try {
    const url = new URL(/^https?:\/\//.test(site) ? site : `https://${site}`);
    url.searchParams.set('praise', code);
    return url.href;
  } catch {
    // What somebody typed there is no address that can be followed: then there is no link.
    return null;
  }
}
