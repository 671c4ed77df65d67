import { type Hearten, type Module, nothing } from '../base/module.ts';
import { makeOutbound } from '../base/outbound.ts';
import { dropModel, keepModel, moodModel, tryModel } from './connected/keep.ts';
import { readByModel } from './connected/read.ts';
import { asking } from './invite.ts';
import { publicPages } from './public.ts';
import { readMoods } from './read.ts';
import { moodOf, sayMood } from './say.ts';
import { toneOf } from './tone/tone.ts';
import { endedUnasked } from './unasked.ts';
import { askMissed } from './undelivered.ts';

export { type Asking, askIn } from './ask.ts';
export { askInChat, closed, sayInChat, type There } from './in-chat.ts';
export { type Inferred, inferMood, type MoodValue } from './infer.ts';
export { inviteOf } from './invite.ts';
export { face, masked } from './page.ts';
export { endState } from './say.ts';
export { askNeverAgain, freeAsk, isNeverAsked, noteAsk, QUIET_DAYS, type Turn, takeTurn } from './turn.ts';
export { onItsWay } from './unasked.ts';
export { missed, NOT_DELIVERED } from './undelivered.ts';

/**
 * How customers feel: read from what they write, put right by people, and at the end in their own words. Reading happens after a
 * message has come, beside its notifications; taking mail in waits for none of it.
 */
export const mood = (hearten: Hearten, outbound = makeOutbound(hearten.config.OUTBOUND_ALLOW)): Module => ({
  name: 'mood',
  routes: {
    'GET /workspace/asking': ({ tx }) => tx(asking),
    'POST /tone': async ({ body }) => ({ marks: toneOf(body.text) }),
    'GET /mood-model': ({ tx }) => tx(moodModel),
    'PUT /mood-model': ({ tx, body }) => tx((t) => keepModel(t, hearten.seal, body)),
    'DELETE /mood-model': ({ tx }) => nothing(tx(dropModel)),
    'POST /mood-model/try': ({ who }) => tryModel(hearten, outbound, who.workspaceId),
    'GET /conversations/:id/mood': ({ params, tx }) => tx((t) => moodOf(t, params.id)),
    'PUT /conversations/:id/mood': ({ params, body, who, tx }) => tx((t) => sayMood(t, who, params.id, body)),
  },
  plain: publicPages(hearten),
  jobs: {
    'mood-model': ({ workspaceId, conversationId, messageId, stage }) =>
      readByModel(hearten, outbound, String(workspaceId), {
        ...{ conversationId: String(conversationId), messageId: String(messageId) },
        stage: stage === 'latest' ? 'latest' : 'start',
      }),
  },
  on: {
    'conversation.status': endedUnasked,
    'message.replied': endedUnasked,
    'message.left': endedUnasked,
    'message.sent': endedUnasked,
    'message.failed': askMissed,
    'message.refused': askMissed,
    'message.bounced': askMissed,
  },
  onBatch: { events: ['message.received'], react: readMoods },
});
