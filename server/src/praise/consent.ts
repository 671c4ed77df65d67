import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { emit } from '../base/events.ts';
import { escaped } from '../base/html.ts';
import { makeLimit } from '../base/limits.ts';
import { machine } from '../base/machine.ts';
import type { Hearten, Who } from '../base/module.ts';
import { hash } from '../base/seal.ts';
import { cut } from '../base/text.ts';
import { accepted, inWords, type Said, say } from '../base/words.ts';
import { lookOf, plainWhole, sendWhole } from '../brand/index.ts';
import { pageOf, readPraiseToken } from './link.ts';
import { isAway, type Offer } from './offer.ts';

type Asked = FastifyRequest<{ Params: { token: string }; Body?: Record<string, string> }>;
export type Own = {
  id: string;
  conversation_id: string;
  customer_id: string;
  brand_id: string | null;
  language: string;
  words: string;
  name: string;
  code: string;
  consented_at: string | null;
  withdrawn_at: string | null;
  /** Said otherwise since they agreed: they are asked anew. */
  reworded: boolean;
  /** The team took it off. */
  hidden_at: string | null;
  /** Its conversation is in the trash or in spam. */
  away: boolean;
};
const columns: Sql = sql`id, conversation_id, customer_id, brand_id, language, words, name, code, consented_at, withdrawn_at, reworded, hidden_at, ${isAway} as away`;
const gone = [
  say('This link leads nowhere'),
  say('It is not complete, or what you said was taken away. Nothing was changed.'),
] as const;
const colleague = [
  say('This is your customer’s link'),
  say('You are signed in as someone of the team, so nothing is changed here.'),
] as const;

/** By it a form says of which words it speaks: who agrees to some has not agreed to others that were said since. */
const markOf = (words: string): string => hash(words).toString('base64url').slice(0, 16);
const quoted = (words: string): string => `<blockquote dir="auto">${escaped(words)}</blockquote>`;

/** The question on the page of thanks, with the words that would be shown: nothing is shown to anybody until it is answered. */
export function mayWeShow({ token, words }: Offer, language: string, brand: string): string {
  const t = (what: Said): string => escaped(inWords(what, language));
  return `<section class="praise"><h2>${t(say('May others read this?'))}</h2><p>${t(say('{brand} would like to show your words on a page of their own. You can take it back at any time.', { brand }))}</p>${quoted(words)}${form(token, language, '', words)}</section>`;
}
function form(token: string, language: string, name: string, words: string): string {
  const t = (what: Said): string => escaped(inWords(what, language));
  return `<form method="post" action="/my-praise/${token}"><input type="hidden" name="of" value="${markOf(words)}"><label class="words" for="name">${t(say('Your name as it is shown (if you like)'))}</label><input type="text" id="name" name="name" maxlength="60" dir="auto" autocomplete="off" value="${escaped(name)}"><button name="show" value="yes">${t(say('Yes, show my words'))}</button></form>`;
}

/**
 * Agrees that everybody may read it, under the name they choose; or takes it back. Said twice it is said once. What the team took off stays
 * off, and nothing is shown of a conversation in the trash.
 */
export async function agree(tx: Tx, own: Own, show: boolean, name: string): Promise<Own> {
  const called = cut(name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), 60);
  const shown = own.consented_at !== null && own.withdrawn_at === null;
  if (own.hidden_at || (show && own.away) || (show ? shown && own.name === called : !shown)) return own;
  const row = await tx.first<Own>(sql`
    update praise set name = case when ${show} then ${called} else name end, consented_at = case when ${show} then now() else consented_at end, withdrawn_at = case when ${show} then null else now() end, reworded = false
    where workspace_id = ${tx.workspaceId} and id = ${own.id} returning ${columns}`);
  await emit(tx, [
    {
      name: show ? 'praise.shown' : 'praise.taken_back',
      actor: { kind: 'customer', id: own.customer_id },
      conversationId: own.conversation_id,
      data: { praiseId: own.id },
    },
  ]);
  return row ?? own;
}

/** Their own page: the words, whether they are shown and where, and the button that changes that. */
export function ownPage({ db, seal, config, files }: Hearten, look: (request: FastifyRequest) => Promise<Who | null>) {
  const limit = makeLimit(60);
  return async (request: Asked, reply: FastifyReply): Promise<FastifyReply> => {
    limit(machine(request.ip));
    const guess = accepted(request.headers['accept-language']);
    const { token } = request.params;
    const whose = readPraiseToken(seal, token);
    if (!whose) return sendWhole(reply, 404, plainWhole(guess, gone));
    if ((await look(request))?.workspaceId === whose.workspaceId)
      return sendWhole(reply, 200, plainWhole(guess, colleague));
    const said = request.method === 'POST' ? (request.body ?? {}) : {};
    const found = await db.tx(whose.workspaceId, async (tx) => {
      const own = await tx.first<Own>(
        sql`select ${columns} from praise where workspace_id = ${tx.workspaceId} and id = ${whose.praiseId} and words <> '' for update`,
      );
      if (!own) return null;
      const yes = said.show === 'yes' && said.of === markOf(own.words);
      const now = yes || said.show === 'no' ? await agree(tx, own, yes, said.name ?? '') : own;
      return { own: now, look: await lookOf(tx, { files }, now.brand_id, true) };
    });
    if (!found) return sendWhole(reply, 404, plainWhole(guess, gone));
    const { own } = found;
    const { brand } = found.look;
    const t = (what: Said): string => escaped(inWords(what, own.language));
    const words = quoted(own.words);
    const takenBack = own.withdrawn_at !== null && !own.reworded;
    if (own.consented_at && !own.withdrawn_at && !own.away) {
      const url = pageOf(config, own.code);
      return sendWhole(
        reply,
        200,
        plainWhole(
          own.language,
          [
            say('Thank you. Others can read it now.'),
            say('Keep the address of this page: with it you can take it back at any time.'),
          ],
          found.look,
          `${words}<p><a href="${escaped(url)}" dir="ltr">${escaped(url)}</a></p><form method="post"><button class="quiet" name="show" value="no">${t(say('Show it no more'))}</button></form>`,
        ),
      );
    }
    if (own.hidden_at || (own.away && !takenBack))
      return sendWhole(
        reply,
        200,
        plainWhole(
          own.language,
          [say('{brand} shows this no more', { brand }), say('The page is gone. What you answered stands.')],
          found.look,
        ),
      );
    const head: [Said, Said] = takenBack
      ? [say('It is shown no more'), say('The page with your words is gone.')]
      : [
          say('May others read this?'),
          say('{brand} would like to show your words on a page of their own. You can take it back at any time.', {
            brand,
          }),
        ];
    return sendWhole(
      reply,
      200,
      plainWhole(own.language, head, found.look, words + form(token, own.language, own.name, own.words)),
    );
  };
}
