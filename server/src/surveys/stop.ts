import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from '../base/db.ts';
import { escaped } from '../base/html.ts';
import { makeLimit } from '../base/limits.ts';
import { machine } from '../base/machine.ts';
import type { Hearten, Who } from '../base/module.ts';
import { accepted, inWords, type Said, say } from '../base/words.ts';
import { lookOf, plainWhole, sendWhole } from '../brand/index.ts';
import { askNeverAgain, isNeverAsked } from '../mood/index.ts';
import { readSurveyToken } from './link.ts';

type Asked = FastifyRequest<{ Params: { token: string }; Body?: Record<string, string> }>;
type Page = readonly [Said, Said];
const gone: Page = [
  say('This link leads nowhere'),
  say('It is not complete, or there is nothing to end any more. Nothing was changed.'),
];
const colleague: Page = [
  say('This is your customer’s link'),
  say('You are signed in as someone of the team, so nothing is changed here.'),
];

/**
 * Where "Ask me nothing any more" leads: a page that does nothing until its button is pressed, since programs that look into mail follow
 * links. A mail program's own button asks by POST and needs no page (RFC 8058). It ends every question, also the one in answers.
 */
export function noQuestions({ db, seal, files }: Hearten, look: (request: FastifyRequest) => Promise<Who | null>) {
  const limit = makeLimit(60);
  return async (request: Asked, reply: FastifyReply): Promise<FastifyReply> => {
    const guess = accepted(request.headers['accept-language']);
    const whose = readSurveyToken(seal, 'no-questions', request.params.token);
    const body = request.method === 'POST' ? (request.body ?? {}) : {};
    const oneClick = body['List-Unsubscribe'] === 'One-Click';
    // Large providers press for many of their users from few machines: what bears a right signature is not counted.
    if (!whose || !oneClick) limit(machine(request.ip));
    if (!whose) return sendWhole(reply, 404, plainWhole(guess, gone));
    if (!oneClick && (await look(request))?.workspaceId === whose.workspaceId)
      return sendWhole(reply, 200, plainWhole(guess, colleague));
    const wants = oneClick ? 'off' : body.questions;
    const found = await db.tx(whose.workspaceId, async (tx) => {
      const them = await tx.first<{
        customer_id: string;
        brand_id: string | null;
        language: string;
      }>(sql`
        select a.customer_id, (select i.brand_id from inbox i where i.workspace_id = a.workspace_id and i.id = a.inbox_id) as brand_id, a.language
        from survey_ask a where a.workspace_id = ${tx.workspaceId} and a.id = ${whose.askId}`);
      if (!them) return null;
      if (wants === 'off' || wants === 'on') await askNeverAgain(tx, them.customer_id, wants === 'off');
      const never = await isNeverAsked(tx, them.customer_id);
      return { ...them, never, look: await lookOf(tx, { files }, them.brand_id, true) };
    });
    if (!found) return sendWhole(reply, 404, plainWhole(guess, gone));
    const { brand } = found.look;
    const page: Page = found.never
      ? [
          say('It is ended'),
          say('{brand} asks you nothing any more. Answers to what you write come in any case.', { brand }),
        ]
      : [
          say('No more questions?'),
          say('{brand} asks how it was, at most once in 14 days. Answers to what you write come in any case.', {
            brand,
          }),
        ];
    const word = inWords(
      found.never ? say('You may ask me after all') : say('Ask me nothing any more'),
      found.language,
    );
    const button = `<form method="post"><button name="questions" value="${found.never ? 'on' : 'off'}">${escaped(word)}</button></form>`;
    return sendWhole(reply, 200, plainWhole(found.language, page, found.look, button));
  };
}
