import { chatSettings } from '@hearten/contract';
import { baseUrl } from '../../base/config.ts';
import type { Tx } from '../../base/db.ts';
import { gauge } from '../../base/metrics.ts';
import { type Hearten, type Module, nothing } from '../../base/module.ts';
import type { Channel } from '../../conversations/index.ts';
import { againstAbuse, blockedVisitors, letWrite } from './abuse.ts';
import { makeLimits } from './allowed.ts';
import { settingsOf } from './asks.ts';
import { attendance, keepAttendance, setAway, setMost } from './attendance.ts';
import { countOldVisits, eventsOf, removeOldVisits, tellOfCustomer } from './events.ts';
import { eraseStrangers, eraseVisitors, forgetOld } from './forget.ts';
import { giveOut, watchChats } from './give.ts';
import { addKey, changeChat, endKey, type InboxRows, listChats, openChat, visitorAt } from './inboxes.ts';
import { addLine, follow, followed } from './lines.ts';
import type { MayWriteTo } from './mail-it.ts';
import { type Hours, nowFinder } from './now.ts';
import { pageRoutes } from './pages.ts';
import { placeFinder } from './place.ts';
import { visitorRoutes } from './routes.ts';
import { sendOn } from './send.ts';
import { chatFinder } from './settings.ts';
import { makeVisiting } from './sockets.ts';
import { takeOver } from './take-over.ts';
import { mayJoin } from './theirs.ts';

export { eraseVisitors } from './forget.ts';
export { teamOf } from './give.ts';
export type { Hours } from './now.ts';
/** For the rules of how long things stay. */
export const oldVisits = { count: countOldVisits, remove: removeOldVisits };

/** What the list of modules lends: the channel by which an unread answer goes out, how inbox rows are written, and whether somebody is there. */
export type Given = {
  mail: Channel;
  mayWriteTo: MayWriteTo;
  inboxes: InboxRows;
  hoursOf: (tx: Tx, inboxId: string) => Promise<Hours>;
};

/** After these somebody may have room for a chat that waits, or a chat may have become one. */
const makesRoom = [
  'conversation.assigned',
  'conversation.status',
  'conversation.moved',
  'conversation.rehomed',
  'inbox.changed',
  'workspace.changed',
  'team.changed',
  'team.deleted',
];

/** Live chat: a widget on other people's pages, answered from the same inbox as everything else. */
export function chat(
  hearten: Hearten,
  { mail, mayWriteTo, inboxes, hoursOf }: Given,
): Module & { channel: Channel; erase: (tx: Tx, addresses: string[]) => Promise<void> } {
  const { config } = hearten;
  const finder = chatFinder(hearten, hoursOf);
  const limits = makeLimits();
  const visiting = makeVisiting(hearten, finder, limits);
  const now = nowFinder(hearten, hoursOf);
  const anew = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    finder.forget();
    return done;
  };
  gauge('hearten_visitors', 'Open chat widgets', visiting.count);
  const channel: Channel = {
    name: 'chat',
    inboxes: 'chat',
    settings: chatSettings,
    can: { html: false, files: true, cc: false, maxLength: 20_000, maxBytes: 25_000_000 },
    ours: () => () => false,
    file: mail.file,
    passable: mail.passable,
    // Shown at once; this is how long it may stay unread before it goes by mail.
    undoSeconds: (inbox) => settingsOf(inbox.settings).mailAfter,
    externalId: (messageId) => `${messageId}@${new URL(baseUrl(config)).hostname}`,
    takeOver: takeOver(visiting),
    said: addLine,
    mayJoin,
    send: sendOn(hearten, mail),
  };
  return {
    name: 'chat',
    channel,
    routes: {
      'GET /chats': ({ tx }) => tx((t) => listChats(t, hearten)),
      'POST /chats': ({ body, who, tx }) => anew(tx((t) => openChat(t, hearten, who, inboxes, body))),
      'PATCH /chats/:id': ({ params, body, who, tx }) =>
        anew(tx((t) => changeChat(t, hearten, who, inboxes, params.id, body))),
      'POST /chats/:id/keys': ({ params, body, who, tx }) => anew(tx((t) => addKey(t, hearten, who, params.id, body))),
      'DELETE /chat-keys/:id': async ({ params, who, tx }) => {
        let gone: string[] = [];
        const ended = await anew(
          nothing(
            tx(async (t) => {
              gone = await endKey(t, who, params.id);
            }),
          ),
        );
        await visiting.end(gone);
        return ended;
      },
      'POST /customers/:id/events': ({ params, body, tx }) => tx((t) => tellOfCustomer(t, params.id, body.events)),
      'GET /customers/:id/events': ({ params, query, tx }) => tx((t) => eventsOf(t, params.id, query)),
      'GET /attendance': ({ tx }) => tx(attendance),
      'PUT /me/away': ({ body, who, tx }) => tx((t) => setAway(t, hearten, who, body)),
      'PUT /attendance/:id': ({ params, body, who, tx }) => tx((t) => setMost(t, hearten, who, params.id, body.most)),
      'POST /conversations/:id/abuse': ({ params, body, who, tx }) => tx((t) => againstAbuse(t, who, params.id, body)),
      'GET /blocked-visitors': ({ tx }) => tx(async (t) => ({ items: await blockedVisitors(t) })),
      'DELETE /blocked-visitors/:id': ({ params, who, tx }) => nothing(tx((t) => letWrite(t, who, params.id))),
      'POST /visitors/erasure': async ({ body, tx }) => {
        let gone: string[] = [];
        const erased = await tx(async (t) => {
          gone = await eraseStrangers(t, body.who);
          return { visitors: gone.length };
        });
        visiting.end(gone);
        return erased;
      },
      'GET /conversations/:id/visitor': ({ params, tx }) => tx((t) => visitorAt(t, params.id)),
    },
    plain: (app) => {
      visitorRoutes(app, hearten, finder, limits, visiting, {
        ...{ fileOf: mail.file, nowOf: now, placeOf: placeFinder(hearten), channel, mayWriteTo },
      });
      pageRoutes(app, hearten, finder, now);
    },
    onBatch: {
      events: [...followed, ...makesRoom],
      react: async (tx, events) => {
        await follow(tx, events);
        await giveOut(tx, hearten.jobs);
      },
    },
    jobs: {
      'watch-chats': ({ workspaceId }) => hearten.db.tx(String(workspaceId), (tx) => watchChats(tx, hearten.jobs)),
    },
    outside: {
      ...visiting,
      begin: async (wire) => {
        const end = await visiting.begin(wire);
        const stop = keepAttendance(hearten);
        return async () => {
          stop();
          await end();
        };
      },
    },
    erase: eraseVisitors,
    start: async () => {
      const forget = (): void => {
        forgetOld(hearten).catch((error) =>
          hearten.log.warn('Visitors who are long gone could not be forgotten; tried again in an hour', { error }),
        );
      };
      forget();
      const hourly = setInterval(forget, 3_600_000);
      return async () => clearInterval(hourly);
    },
  };
}
