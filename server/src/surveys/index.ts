import { type Hearten, type Module, nothing } from '../base/module.ts';
import type { ChannelOf } from '../conversations/index.ts';
import { behindSurvey } from './behind.ts';
import { allSurveys, changeSurvey, deleteSurvey, makeSurvey, surveyById } from './keep.ts';
import { previewSurvey } from './preview.ts';
import { surveyPages } from './public.ts';
import { resultsOf } from './results.ts';
import { surveyArrived, surveyMissed } from './undelivered.ts';
import { afterResolving, beginRounds, surveyRound, surveyTurn } from './when.ts';

export { surveyInChat } from './in-chat.ts';
export { surveyLetter } from './mail.ts';

/**
 * What customers are asked beside the one question in an answer: how content, how easy, would they recommend, and what a company asks of
 * its own. Rules alone decide whose turn it is; no endpoint asks somebody again, or leaves somebody out.
 */
export const surveys = (hearten: Hearten, channels: ChannelOf): Module => ({
  name: 'surveys',
  routes: {
    'GET /surveys': ({ tx }) => tx(allSurveys),
    'POST /surveys': ({ tx, who, body }) => tx((t) => makeSurvey(t, who, body)),
    'GET /surveys/:id': ({ tx, params }) => tx((t) => surveyById(t, params.id)),
    'PATCH /surveys/:id': ({ tx, who, params, body }) => tx((t) => changeSurvey(t, who, params.id, body)),
    'DELETE /surveys/:id': ({ tx, who, params }) => nothing(tx((t) => deleteSurvey(t, who, params.id))),
    'POST /surveys/preview': ({ tx, body }) => tx((t) => previewSurvey(t, hearten, body)),
    'GET /surveys/:id/results': ({ who, params, query }) =>
      hearten.db.aside(who.workspaceId, (t) => resultsOf(t, params.id, query.weeks)),
    'GET /surveys/:id/turns': ({ who, params, query }) =>
      hearten.db.aside(who.workspaceId, (t) => behindSurvey(t, params.id, query)),
  },
  plain: surveyPages(hearten),
  jobs: {
    'survey-turn': ({ workspaceId, surveyId, conversationId }) =>
      hearten.db.tx(String(workspaceId), (tx) => surveyTurn(tx, channels, String(surveyId), String(conversationId))),
    'survey-round': async ({ workspaceId, surveyId }) => {
      await surveyRound(hearten, channels, String(workspaceId), String(surveyId));
    },
  },
  on: {
    'conversation.status': afterResolving,
    'message.replied': afterResolving,
    'message.left': afterResolving,
    'message.failed': surveyMissed,
    'message.refused': surveyMissed,
    'message.bounced': surveyMissed,
    'message.sent': surveyArrived,
  },
  start: () => beginRounds(hearten),
});
