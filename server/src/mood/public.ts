import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf } from '../base/cookies.ts';
import { takeForms } from '../base/forms.ts';
import { makeLimit } from '../base/limits.ts';
import { machine } from '../base/machine.ts';
import type { Hearten, Module } from '../base/module.ts';
import { hash } from '../base/seal.ts';
import { accepted, inWords, type Said, say } from '../base/words.ts';
import { mayWeShow, type Offer } from '../praise/index.ts';
import { isOpen } from './ask.ts';
import { type Compared, isTap, readMoodToken } from './link.ts';
import { askPage, masked, plainPage, sendPage } from './page.ts';
import { praiseIn } from './praise.ts';
import { type Ask, answer, askById, isAsked, provisional, tap } from './tap.ts';

const COOKIE = '__Host-hearten-felt';
const DAYS = 60;
type Asked = FastifyRequest<{ Params: { token: string; choice?: string }; Body?: Record<string, string> }>;

const gone: [Said, Said] = [
  say('This link leads nowhere'),
  say(
    'It is not complete, or the question was taken away. Nothing was noted. Answer the e-mail instead: people read it.',
  ),
];
const old: [Said, Said] = [
  say('This question is closed'),
  say('It was asked too long ago. Nothing was noted. If something is on your mind, answer the e-mail: people read it.'),
];
const colleague: [Said, Said] = [
  say('This is your customer’s question'),
  say('You are signed in as someone of the team, so nothing is noted here.'),
];
const elsewhere: [Said, Said] = [
  say('This was answered already'),
  say('The answer stands as it was given. Nothing was changed.'),
];

/**
 * What the links in a resolving answer lead to: a page without a script, for whoever holds the link. Looking notes which link it was and
 * answers nothing; the button does. Who works here is only told so: neither their look nor their press counts.
 */
export function publicPages(hearten: Hearten): NonNullable<Module['plain']> {
  const { db, seal } = hearten;
  return (app: FastifyInstance, _identify, look) => {
    const limit = makeLimit(60);
    const show = (reply: FastifyReply, status: number, language: string, [title, text]: [Said, Said]): FastifyReply =>
      sendPage(reply, status, language, inWords(title, language), plainPage(language, title, text));
    const drawn = (
      reply: FastifyReply,
      ask: Ask,
      compared: Compared | null,
      said: boolean,
      praise: Offer | null = null,
    ): FastifyReply =>
      sendPage(
        reply,
        200,
        ask.language,
        ask.brand,
        askPage({
          brand: ask.brand,
          to: masked(ask.customer_address),
          language: ask.language,
          compared,
          value: ask.value,
          words: ask.words,
          said,
          more: praise ? mayWeShow(praise, ask.language, ask.brand) : '',
        }),
      );
    const handle = async (request: Asked, reply: FastifyReply): Promise<FastifyReply> => {
      limit(machine(request.ip));
      const guess = accepted(request.headers['accept-language']);
      const whose = readMoodToken(seal, request.params.token);
      if (!whose) return show(reply, 404, guess, gone);
      const who = await look(request);
      const found = await db.tx(whose.workspaceId, async (tx) => {
        const ask = await askById(tx, whose.askId);
        if (!ask || !isAsked(ask)) return { kind: 'gone' as const };
        if (!isOpen(ask.at)) return { kind: 'old' as const, ask };
        if (who?.workspaceId === whose.workspaceId) return { kind: 'colleague' as const, ask };
        const browser = cookieOf(request.raw, COOKIE);
        // Passed on, it shows nobody else what was answered.
        if (ask.answered_at && !(browser && ask.browser_hash?.equals(hash(browser))))
          return { kind: 'elsewhere' as const, ask };
        const { choice } = request.params;
        if (request.method === 'POST') {
          const said = readAnswer(request.body ?? {});
          if (!said) return { kind: 'shown' as const, ask, compared: ask.compared };
          const taken = await answer(tx, ask, said, browser);
          const praise = taken ? await praiseIn(hearten, tx, { ...ask, ...said }) : null;
          return taken
            ? { kind: 'answered' as const, ask: { ...ask, ...said }, browser: taken.browser, praise }
            : { kind: 'elsewhere' as const, ask };
        }
        if (choice && isTap(choice)) await tap(tx, ask, choice);
        const chosen =
          choice && isTap(choice) && choice !== 'x' ? ({ b: 'better', s: 'same', w: 'worse' } as const)[choice] : null;
        return { kind: 'shown' as const, ask, compared: chosen ?? ask.compared ?? provisional(ask.tapped) };
      });
      switch (found.kind) {
        case 'gone':
          return show(reply, 404, guess, gone);
        case 'old':
          return show(reply, 410, found.ask.language, old);
        case 'colleague':
          return show(reply, 200, guess, colleague);
        case 'elsewhere':
          return show(reply, 200, found.ask.language, elsewhere);
        case 'answered':
          reply.header(
            'set-cookie',
            `${COOKIE}=${found.browser}; Path=/; Max-Age=${DAYS * 86_400}; HttpOnly; Secure; SameSite=Lax`,
          );
          return drawn(reply, found.ask, found.ask.compared, true, found.praise);
        default:
          return drawn(reply, found.ask, found.compared, false);
      }
    };
    void app.register(async (own) => {
      takeForms(own, 40_000);
      // A look at the head of the page is a program's; it says nothing.
      for (const url of ['/felt/:token', '/felt/:token/:choice'])
        own.route<{ Params: { token: string; choice?: string }; Body?: Record<string, string> }>({
          method: ['GET', 'POST'],
          url,
          exposeHeadRoute: false,
          handler: handle,
        });
    });
  };
}

/** What a form said; null when it says nothing that can be an answer. */
function readAnswer(body: Record<string, string>): { compared: Compared; value: number | null; words: string } | null {
  const { compared, value = '', words = '' } = body;
  if (compared !== 'better' && compared !== 'same' && compared !== 'worse') return null;
  return { compared, value: /^[1-5]$/.test(value) ? Number(value) : null, words };
}
