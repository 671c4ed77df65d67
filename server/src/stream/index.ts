import { NOWHERE, sql } from '../base/db.ts';
import { Forbidden, Invalid, TooMany } from '../base/errors.ts';
import { notKnown, problem } from '../base/http.ts';
import type { Hearten, Module, Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { follow } from './follow.ts';
import { end, type Listener } from './listener.ts';
import { type Position, read } from './position.ts';
import { isType } from './types.ts';

const KEPT = 7 * 86_400; // seconds: for so long one may be away and go on
const MOST = 20; // streams of one key or session
const LOOK = 1_500; // ms: whether the key still opens this, beside what identify remembers

/** GET /api/v1/events: what happens, as server-sent events; after a break on from Last-Event-ID, with whichever process. */
export function stream(hearten: Hearten): Module {
  const { db, log } = hearten;
  return {
    name: 'stream',
    plain: (app, identify, look) => {
      const following = follow(db, log);
      const open = new Map<string, Set<Listener>>();
      app.addHook('preClose', following.stop);
      app.get<{ Querystring: { types?: string } }>('/api/v1/events', async (request, reply) => {
        const who = await identify(request);
        if (!who) throw notKnown(request.headers.authorization);
        if (!who.may('conversation.read') && !who.may('customer.read'))
          throw Forbidden(
            say('This API key does not have the scope {scope}. Nothing was done; use or make one that has it.', {
              scope: 'conversation.read',
            }),
          );
        const wanted = typesIn(request.query.types);
        const given = request.headers['last-event-id'];
        const from = given === undefined || given === '' ? null : await positionOf(hearten, String(given));
        if (from === 'gone')
          return problem(
            reply,
            410,
            say(
              'What happened after this id is not kept any more, or it is of another Hearten. Nothing was changed; fetch anew what you need, then follow without Last-Event-ID.',
            ),
            { type: 'events-gone' },
          );
        const owner = who.keyId ?? who.sessionId;
        const mine = open.get(owner) ?? new Set<Listener>();
        if (mine.size >= MOST)
          throw TooMany(
            'Too many event streams are open for this key. Nothing was changed; close one and try again.',
            60,
          );
        reply.hijack();
        const out = reply.raw;
        // Gone while it was looked up who asks: nobody would hear that this one closed, and it would hold its place for ever.
        if (out.destroyed) return reply;
        out.writeHead(200, {
          ...(reply.getHeaders() as Record<string, string>),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        out.write('retry: 1000\n\n');
        const listener: Listener = { who, wanted, position: from, state: 'new', waiting: [], out, greeted: false };
        open.set(owner, mine.add(listener));
        const still = setInterval(
          () =>
            look(request).then(
              (now) => {
                if (!now || !isSame(now, who)) end(listener);
              },
              () => end(listener), // the reader goes on by itself
            ),
          LOOK,
        );
        out.on('error', () => undefined); // it is closed next
        out.on('close', () => {
          clearInterval(still);
          listener.state = 'over';
          following.remove(listener);
          mine.delete(listener);
          if (mine.size === 0) open.delete(owner);
        });
        following.add(listener);
        return reply;
      });
    },
  };
}

/** Still the same person, in the same role and workspace, and let in from here: a session that moved on follows nothing of where it was. */
const isSame = (now: Who, then: Who): boolean =>
  now.held === undefined && now.workspaceId === then.workspaceId && now.id === then.id && now.role === then.role;

function typesIn(asked: unknown): ReadonlySet<string> | null {
  if (asked === undefined || asked === '') return null;
  const types = String(asked).split(',');
  const odd = types.find((type) => !isType(type));
  if (odd !== undefined)
    throw Invalid('The types of events are not known here. Nothing was changed.', [{ path: 'types', message: odd }]);
  return new Set(types);
}

async function positionOf({ db }: Hearten, text: string): Promise<Position | 'gone'> {
  const found = read(text);
  if (!found || found.seconds < Date.now() / 1000 - KEPT) return 'gone';
  // Restored, a database counts anew: it has another mark, and below that of before stood transactions that never were here.
  const [now] = await db.read<{ next: string; mark: string }>(
    NOWHERE,
    sql`select pg_snapshot_xmax(pg_current_snapshot())::text as next, mark from installation`,
  );
  const { mark, base, done, at } = found.position;
  if (mark !== now?.mark) return 'gone';
  const next = BigInt(now.next);
  return base > next || (at && at.xid > next) || [...done].some((xid) => xid > next) ? 'gone' : found.position;
}
