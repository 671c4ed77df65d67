import type { Hearten, Module } from '../base/module.ts';
import { asking } from './invite.ts';
import { publicPages } from './public.ts';
import { readMoods } from './read.ts';
import { moodOf, sayMood } from './say.ts';
import { toneOf } from './tone/tone.ts';

export { type Asking, askIn } from './ask.ts';
export { askInChat, closed, sayInChat, type There } from './in-chat.ts';
export { type Inferred, inferMood, type MoodValue } from './infer.ts';
export { inviteOf } from './invite.ts';
export { face, masked } from './page.ts';
export { endState } from './say.ts';
export { askNeverAgain, isNeverAsked, noteAsk, QUIET_DAYS, type Turn, takeTurn } from './turn.ts';

/**
 * How customers feel: read from what they write, put right by people, and at the end in their own words. Reading happens after a
 * message has come, beside its notifications; taking mail in waits for none of it.
 */
export const mood = (hearten: Hearten): Module => ({
  name: 'mood',
  routes: {
    'GET /workspace/asking': ({ tx }) => tx(asking),
    'POST /tone': async ({ body }) => ({ marks: toneOf(body.text) }),
    'GET /conversations/:id/mood': ({ params, tx }) => tx((t) => moodOf(t, params.id)),
    'PUT /conversations/:id/mood': ({ params, body, who, tx }) => tx((t) => sayMood(t, who, params.id, body)),
  },
  plain: publicPages(hearten),
  onBatch: { events: ['message.received'], react: readMoods },
});
