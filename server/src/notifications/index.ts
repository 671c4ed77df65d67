import { Invalid } from '../base/errors.ts';
import type { EventRow } from '../base/events.ts';
import { isId } from '../base/ids.ts';
import { type Hearten, type Module, nothing } from '../base/module.ts';
import { makeOutbound, type Outbound } from '../base/outbound.ts';
import { choicesOf, choose } from './choices.ts';
import { digest } from './digest.ts';
import { digestPage } from './digest-page.ts';
import { notifyTrouble } from './inbox-trouble.ts';
import { notifyFix, notifyIssue } from './of-problem.ts';
import { planDigests } from './plan-digest.ts';
import { addBrowser, removeBrowser } from './push/browsers.ts';
import { push, tryPush } from './push/send.ts';
import { notifyRising } from './rising.ts';
import { forgetConversations, listNotifications, markNotificationsSeen, seeConversation } from './seen.ts';
import { tell } from './tell.ts';
import { notifyWebhookOff } from './webhook-off.ts';
import { notify, notifyHeld } from './who.ts';

export { eraseNotifications } from './seen.ts';

const told = [
  'message.received',
  'message.checked',
  'message.noted',
  'conversation.assigned',
  'message.failed',
  'message.unknown',
  'message.bounced',
  'message.refused',
  'message.held',
  'conversation.woke',
  'conversation.moved',
  'conversation.abuse',
  'conversation.mood',
  'chat.queued',
];
const SEEN = 'conversation.seen';

/** Whom an event concerns, and how each of them wants to hear of it. */
export function notifications(hearten: Hearten, given?: Outbound): Module {
  const { jobs, seal } = hearten;
  const outbound = given ?? makeOutbound(hearten.config.OUTBOUND_ALLOW);
  return {
    name: 'notifications',
    routes: {
      'GET /notifications': ({ query, who, tx }) => {
        if (query.cursor && !isId(query.cursor))
          throw Invalid('This cursor is not one that a list gave out. Begin without one.');
        return tx((t) => listNotifications(t, who.id, query.cursor, query.limit));
      },
      'POST /notifications/seen': ({ body, who, tx }) => nothing(tx((t) => markNotificationsSeen(t, who.id, body.ids))),
      'GET /notifications/choices': ({ who, tx }) => tx((t) => choicesOf(t, hearten, who)),
      'PATCH /notifications/choices': ({ body, who, tx }) => tx((t) => choose(t, hearten, who, body)),
      'POST /notifications/browsers': ({ body, who, caller, tx }) =>
        tx(async (t) => {
          await addBrowser(t, seal, who, caller.agent, body);
          return choicesOf(t, hearten, who);
        }),
      'POST /notifications/browsers/:id/try': ({ params, who }) => tryPush(hearten, outbound, who, params.id),
      'DELETE /notifications/browsers/:id': ({ params, who, tx }) =>
        tx(async (t) => {
          await removeBrowser(t, who, params.id);
          return choicesOf(t, hearten, who);
        }),
    },
    plain: (app) => digestPage(app, hearten),
    jobs: {
      tell: tell(hearten),
      push: push(hearten, outbound),
      digest: digest(hearten),
      'notify-held': ({ workspaceId, messageIds }) =>
        hearten.db.tx(String(workspaceId), (tx) => notifyHeld(tx, messageIds as string[], jobs)),
    },
    onBatch: {
      events: [...told, SEEN],
      // Told first, and then seen: in one batch are what came and that somebody looked at it.
      react: async (tx, events) => {
        const isLook = (event: EventRow): boolean => event.name === SEEN;
        await notify(
          tx,
          events.filter((event) => !isLook(event)),
          jobs,
        );
        for (const event of events.filter(isLook)) await seeConversation(tx, event);
      },
    },
    on: {
      'inbox.trouble': (tx, event) => notifyTrouble(tx, event, jobs),
      'problem.rising': (tx, event) => notifyRising(tx, event, jobs),
      'problem.issue': (tx, event) => notifyIssue(tx, event, jobs),
      'problem.judged': (tx, event) => notifyFix(tx, event, jobs),
      'webhook.disabled': (tx, event) => notifyWebhookOff(tx, event, jobs),
      'conversation.deleted': forgetConversations,
      // Another time zone has other hours.
      'person.changed': (tx, event) =>
        typeof event.data.personId === 'string'
          ? planDigests(tx, jobs, [event.data.personId], { again: true })
          : Promise.resolve(),
    },
  };
}
