import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf } from '../base/cookies.ts';
import type { Tx } from '../base/db.ts';
import { takeForms } from '../base/forms.ts';
import { makeLimit } from '../base/limits.ts';
import { machine } from '../base/machine.ts';
import type { Hearten, Module, Who } from '../base/module.ts';
import { hash } from '../base/seal.ts';
import { accepted, type Said, say } from '../base/words.ts';
import { type Look, lookOf, plainWhole, sendWhole } from '../brand/index.ts';
import { masked } from '../mood/index.ts';
import { dropPraise, mayWeShow, type Offer, offerPraise } from '../praise/index.ts';
import { answerSurvey, isAsked, type SurveyAsk, surveyAskById, tappedOnce, tapSurvey } from './answer.ts';
import { OPEN_DAYS, readSurveyToken, surveyToken, UNSEEN } from './link.ts';
import { surveyPage } from './page.ts';
import { type Answers, isHappy, type Question, questionsOf, readAnswers } from './questions.ts';
import { noQuestions } from './stop.ts';

const COOKIE = '__Host-hearten-survey';
type Asked = FastifyRequest<{ Params: { token: string; tap?: string }; Body?: Record<string, string> }>;
type Page = readonly [Said, Said];

const gone: Page = [
  say('This link leads nowhere'),
  say(
    'It is not complete, or the question was taken away. Nothing was noted. Answer the e-mail instead: people read it.',
  ),
];
const old: Page = [
  say('This question is closed'),
  say('It was asked too long ago. Nothing was noted. If something is on your mind, answer the e-mail: people read it.'),
];
const colleague: Page = [
  say('This is your customer’s question'),
  say('You are signed in as someone of the team, so nothing is noted here.'),
];
const elsewhere: Page = [
  say('This was answered already'),
  say('The answer stands as it was given. Nothing was changed.'),
];

type Found =
  | { page: Page; status: number; ask: SurveyAsk | null; look: Look | null }
  | {
      ask: SurveyAsk;
      look: Look;
      questions: Question[];
      answers: Answers;
      browser: string | null;
      praise?: Offer | null;
    };

/**
 * What the links in a survey's mail lead to: a page without a script, for whoever holds the link. Looking notes which link it was and
 * answers nothing; the button does. Who works here is only told so: neither their look nor their press counts.
 */
export function surveyPages(hearten: Hearten): NonNullable<Module['plain']> {
  const { db, seal } = hearten;
  return (app: FastifyInstance, _identify, look) => {
    const limit = makeLimit(60);
    const handle = async (request: Asked, reply: FastifyReply): Promise<FastifyReply> => {
      limit(machine(request.ip));
      const guess = accepted(request.headers['accept-language']);
      const whose = readSurveyToken(seal, 'survey', request.params.token);
      if (!whose) return sendWhole(reply, 404, plainWhole(guess, gone));
      const who = await look(request);
      const found = await db.tx(whose.workspaceId, (tx) => findFor(tx, hearten, request, whose.askId, who));
      if ('page' in found)
        return sendWhole(reply, found.status, plainWhole(found.ask?.language ?? guess, found.page, found.look));
      const { ask, questions, answers, browser } = found;
      if (browser)
        reply.header(
          'set-cookie',
          `${COOKIE}=${browser}; Path=/; Max-Age=${OPEN_DAYS * 86_400}; HttpOnly; Secure; SameSite=Lax`,
        );
      const of =
        ask.way === 'mail'
          ? { to: masked(ask.customer_address) }
          : { end: `/no-questions/${surveyToken(seal, 'no-questions', whose.workspaceId, ask.id)}` };
      const shown = { language: ask.language, look: found.look, questions, answers, of };
      return sendWhole(
        reply,
        200,
        surveyPage(
          { ...shown, said: browser !== null },
          found.praise ? mayWeShow(found.praise, ask.language, found.look.brand) : '',
        ),
      );
    };
    void app.register(async (own) => {
      takeForms(own, 60_000);
      // A look at the head of the page is a program's; it says nothing.
      for (const url of ['/asked/:token', '/asked/:token/:tap'])
        own.route<{ Params: { token: string; tap?: string }; Body?: Record<string, string> }>({
          method: ['GET', 'POST'],
          url,
          exposeHeadRoute: false,
          handler: handle,
        });
      own.route<{ Params: { token: string }; Body?: Record<string, string> }>({
        method: ['GET', 'POST'],
        url: '/no-questions/:token',
        exposeHeadRoute: false,
        handler: noQuestions(hearten, look),
      });
    });
  };
}

async function findFor(tx: Tx, hearten: Hearten, request: Asked, id: string, who: Who | null): Promise<Found> {
  const ask = await surveyAskById(tx, id);
  if (!ask || !isAsked(ask)) return { page: gone, status: 404, ask: null, look: null };
  const look = await lookOf(tx, hearten, ask.brand_id, true);
  if (!(Date.now() - new Date(ask.at).getTime() < OPEN_DAYS * 86_400_000)) return { page: old, status: 410, ask, look };
  if (who?.workspaceId === tx.workspaceId) return { page: colleague, status: 200, ask: null, look };
  const browser = cookieOf(request.raw, COOKIE);
  // Passed on, it shows nobody else what was answered.
  if (ask.answered_at && !(browser && ask.browser_hash?.equals(hash(browser))))
    return { page: elsewhere, status: 200, ask, look };
  const questions = questionsOf(ask, { language: ask.language, brand: look.brand });
  const [first] = questions;
  const said = request.method === 'POST' ? readAnswers(questions, request.body ?? {}) : null;
  if (said) {
    const taken = await answerSurvey(tx, ask, questions, said, browser);
    if (!taken) return { page: elsewhere, status: 200, ask, look };
    const praise = await praiseIn(tx, hearten, ask, { score: taken.score, words: said.words ?? '' });
    return { ask, look, questions, answers: said, browser: taken.browser, praise };
  }
  const { tap } = request.params;
  if (tap && request.method === 'GET') await tapSurvey(tx, ask, first, tap);
  const chosen = tap && tap !== UNSEEN ? tap : tappedOnce(ask.tapped);
  const answers = ask.answers ?? (first && chosen ? { [first.id]: chosen } : {});
  return {
    ask,
    look,
    questions,
    answers: tap && tap !== UNSEEN && first ? { ...answers, [first.id]: tap } : answers,
    browser: null,
  };
}

/**
 * Glad, and in words of their own accord: they are asked whether others may read it. What was answered to a company's own questions is for
 * the company alone.
 */
async function praiseIn(
  tx: Tx,
  hearten: Hearten,
  ask: SurveyAsk,
  { score, words }: { score: number | null; words: string },
): Promise<Offer | null> {
  if (words === '' || !isHappy(ask.kind, score)) {
    await dropPraise(tx, ask.id);
    return null;
  }
  return offerPraise(hearten, tx, {
    ...{ source: 'survey', sourceId: ask.id, conversationId: ask.conversation_id, customerId: ask.customer_id },
    ...{ brandId: ask.brand_id, language: ask.language, words },
  });
}
