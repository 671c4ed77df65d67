import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Forbidden, Invalid, NotFound } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { Hearten } from '../../base/module.ts';
import { accepted } from '../../base/words.ts';
import { type Channel, type File, writeToCustomerAt } from '../../conversations/index.ts';
import { mayWrite } from './abuse.ts';
import type { Limits } from './allowed.ts';
import { audienceOf } from './asks.ts';
import { keepEvents } from './events.ts';
import { feltOf, sayFelt } from './felt.ts';
import { forgetLeaving } from './forget.ts';
import { giveFile } from './give-file.ts';
import { vouchedFor } from './identity.ts';
import { summaryOf } from './line-out.ts';
import { chatsOf, homeOf, linesBefore, markRead, PAGE } from './lines.ts';
import { openLink } from './links.ts';
import { type MayWriteTo, mailChat } from './mail-it.ts';
import type { Now } from './now.ts';
import { shownOf } from './pages.ts';
import { askPerson } from './person.ts';
import type { FindPlace } from './place.ts';
import { say } from './say.ts';
import type { Chat, chatFinder } from './settings.ts';
import { shapes } from './shapes.ts';
import type { Visiting } from './sockets.ts';
import { takeFiles } from './take-files.ts';
import { consent, endVisit, introduce, mayBeCounted, type Visitor, visit, visitOf, visitorOf } from './visits.ts';

/** Whom a request is about. */
export type About = { chat: Chat; visitor: Visitor; token: string };
export type At = FastifyRequest<{ Params: { app: string; id?: string; part?: string } }>;
/** What the modules above lend: how a file of a message is read. */
export type Lent = {
  fileOf: (workspaceId: string, messageId: string, part: number) => Promise<File>;
  nowOf: (chat: Chat) => Promise<Now>;
  placeOf: FindPlace;
  channel: Channel;
  mayWriteTo: MayWriteTo;
};

/**
 * What the widget asks over HTTP. Only pages of our own ask it: the frame is one, and it holds the secret of its visitor, which goes in a
 * header and never in an address. No cookie is set or read, so no other site can act in anybody's name.
 */
export function visitorRoutes(
  app: FastifyInstance,
  hearten: Hearten,
  finder: ReturnType<typeof chatFinder>,
  limits: Limits,
  visiting: Visiting,
  { fileOf, nowOf, placeOf, channel, mayWriteTo }: Lent,
): void {
  const { db, seal } = hearten;
  const chatOf = async (request: At): Promise<Chat> => {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      throw Forbidden('The chat is used through its own frame only. Nothing was done.');
    const chat = await finder.find(request.params.app);
    if (!chat) throw NotFound('There is no chat at this address, or it is switched off.');
    return chat;
  };
  const about = async (request: At): Promise<About> => {
    const chat = await chatOf(request);
    const [, token = ''] = /^Bearer ([\w-]{20,100})$/.exec(String(request.headers.authorization ?? '')) ?? [];
    return { chat, token, visitor: await visitorOf(db, chat, token) };
  };
  /** Whoever looks: what machines ask without a visit is counted, too. */
  const looking = async (request: At): Promise<About> => {
    limits.asks(request.ip);
    const one = await about(request);
    limits.looks(one.visitor.id);
    return one;
  };
  const read = <S extends z.ZodType>(shape: S, body: unknown): z.infer<S> => {
    const out = shape.safeParse(body ?? {});
    if (!out.success) throw Invalid('That could not be understood. Nothing was changed.');
    return out.data;
  };
  const inside = <T>(one: About, work: Parameters<typeof db.tx<T>>[1]): Promise<T> => db.tx(one.chat.workspaceId, work);

  app.post('/chat/:app/visit', async (request: At, reply) => {
    const chat = await chatOf(request);
    limits.comes(request.ip);
    const given = read(shapes.visit, request.body);
    const vouched = given.jwt ? await vouchedFor(seal, chat, given.jwt) : null;
    const agent = String(request.headers['user-agent'] ?? '').slice(0, 300);
    const about = { ...given, agent, place: placeOf(request) };
    const { visitor, token, gone } = await db.tx(chat.workspaceId, async (tx) => {
      const visited = await visit(tx, chat, { token: given.token, vouched, about }, () => limits.visits(request.ip));
      limits.looks(visited.visitor.id);
      return visited;
    });
    if (gone) visiting.end([gone]);
    const chats = await db.tx(chat.workspaceId, (tx) => chatsOf(tx, visitor));
    return reply.header('cache-control', 'no-store').send({
      ...{ token, visits: visitor.visits, settings: shownOf(chat, await nowOf(chat)), chats: chats.map(summaryOf) },
      visitor: {
        ...{ name: visitor.name, email: visitor.email },
        ...{ vouched: visitor.userId !== null, audience: audienceOf(visitor) },
      },
    });
  });

  app.post('/chat/:app/messages', async (request: At, reply) => {
    limits.writes(request.ip);
    const one = await about(request);
    limits.says(one.visitor.id);
    const words = read(shapes.words, request.body);
    if (words.chat === null) limits.begins(request.ip);
    const {
      conversationId: _,
      begun,
      ...told
    } = await inside(one, (tx) => say(tx, one.chat, one.visitor, words, 'last'));
    if (begun) visiting.woken([one.visitor.id]);
    else visiting.wake(one.visitor.id);
    return reply.code(201).send(told);
  });

  app.post('/chat/:app/person', async (request: At, reply) => {
    limits.writes(request.ip);
    const one = await about(request);
    limits.says(one.visitor.id);
    const words = read(shapes.words, request.body);
    if (words.chat === null) limits.begins(request.ip);
    const chat = await inside(one, (tx) => askPerson(tx, one.chat, one.visitor, words));
    visiting.woken([one.visitor.id]);
    return reply.send({ chat });
  });

  app.get('/chat/:app/chats', async (request: At, reply) => {
    const one = await looking(request);
    const chats = await inside(one, (tx) => chatsOf(tx, one.visitor));
    const settings = shownOf(one.chat, await nowOf(one.chat));
    return reply.header('cache-control', 'no-store').send({ items: chats.map(summaryOf), settings });
  });

  app.get('/chat/:app/chats/:id/lines', async (request: At, reply) => {
    const one = await looking(request);
    const before = Number((request.query as { before?: string }).before ?? Number.MAX_SAFE_INTEGER);
    if (!Number.isSafeInteger(before)) throw Invalid('That is no number of a message.');
    const { id = '' } = request.params;
    // Also of one that is older than those in the list.
    const mine = isId(id) && (await homeOf(db, one.chat.workspaceId, one.visitor, id));
    if (!mine) throw NotFound('This conversation is not here.');
    const lines = await inside(one, (tx) => linesBefore(tx, id, before));
    return reply.header('cache-control', 'no-store').send({ items: lines, more: lines.length === PAGE });
  });

  app.post('/chat/:app/chats/:id/read', async (request: At, reply) => {
    const one = await looking(request);
    const { seq } = read(shapes.read, request.body);
    if (!isId(request.params.id)) throw NotFound();
    const news = await inside(one, (tx) => markRead(tx, one.visitor, request.params.id as string, seq));
    if (news) visiting.word(one.chat.workspaceId, news.conversationId, { readUpTo: news.at });
    return reply.send({});
  });

  app.post('/chat/:app/chats/:id/mail', async (request: At, reply) => {
    limits.writes(request.ip);
    const one = await about(request);
    const { email } = read(shapes.about, request.body);
    const { id: chatId = '' } = request.params;
    if (!isId(chatId)) throw NotFound();
    return reply.send(
      await inside(one, (tx) => mailChat(tx, one.chat, channel, one.visitor, { chatId, email }, mayWriteTo)),
    );
  });

  // How it felt, when it is over: looking is being asked.
  app.post('/chat/:app/chats/:id/ask', async (request: At, reply) => {
    limits.writes(request.ip);
    const one = await about(request);
    const language = accepted(request.headers['accept-language']);
    const felt = await inside(one, (tx) => feltOf(tx, hearten, one.visitor, String(request.params.id), language));
    return reply.header('cache-control', 'no-store').send({ felt });
  });
  app.put('/chat/:app/chats/:id/felt', async (request: At, reply) => {
    limits.writes(request.ip);
    const one = await about(request);
    const said = read(shapes.felt, request.body);
    const language = accepted(request.headers['accept-language']);
    const told = await inside(one, (tx) =>
      sayFelt(tx, hearten, one.visitor, String(request.params.id), said, language),
    );
    return reply.header('cache-control', 'no-store').send(told);
  });

  // The link of a mail, pressed: a visit of its own that sees that one chat.
  app.post('/chat/:app/continue', async (request: At, reply) => {
    const chat = await chatOf(request);
    limits.visits(request.ip);
    const { token } = read(shapes.link, request.body);
    return reply.header('cache-control', 'no-store').send({ token: await openLink(db, chat, token) });
  });

  app.post('/chat/:app/about', async (request: At, reply) => {
    limits.writes(request.ip);
    const one = await about(request);
    const said = read(shapes.about, request.body);
    const homes = await inside(one, async (tx) => {
      // Whoever came by a link reads one chat; where its answers go is not theirs to say.
      if (one.visitor.only && one.visitor.email) return [];
      await mayWrite(tx, one.visitor.id);
      const now = await introduce(tx, one.visitor, said);
      const theirs = (await chatsOf(tx, one.visitor)).map((chat) => chat.conversationId);
      if (now && theirs.length) await writeToCustomerAt(tx, theirs, one.visitor.customerId, now.email, now.name);
      return theirs;
    });
    // Whoever has one of them open sees who they say they are.
    for (const home of homes) visiting.word(one.chat.workspaceId, home, { moved: true });
    return reply.send({});
  });

  app.post('/chat/:app/consent', async (request: At, reply) => {
    limits.writes(request.ip);
    const one = await about(request);
    const { yes } = read(shapes.consent, request.body);
    const done = await inside(one, (tx) => consent(tx, one.visitor, yes));
    if (done.gone) visiting.end([one.visitor.id]);
    return reply.send(done);
  });

  app.post('/chat/:app/events', async (request: At, reply) => {
    limits.writes(request.ip);
    const one = await about(request);
    const said = shapes.events.safeParse(request.body ?? {});
    if (!said.success) throw Invalid(wrongEvent(said.error));
    limits.events(one.visitor.id, said.data.events.length);
    const kept = await inside(one, async (tx) =>
      (await mayBeCounted(tx, one.visitor.id)) ? keepEvents(tx, { visitorId: one.visitor.id }, said.data.events) : 0,
    );
    return reply.code(201).send({ kept });
  });

  app.post('/chat/:app/end', async (request: At, reply) => {
    limits.asks(request.ip);
    const one = await about(request); // never too much: whoever signs out is out
    await inside(one, async (tx) => {
      await endVisit(tx, one.token);
      await forgetLeaving(tx, one.visitor.id);
    });
    visiting.end([one.visitor.id], visitOf(one.token));
    return reply.send({});
  });

  giveFile(app, hearten, looking, fileOf);
  takeFiles(app, hearten, limits, about);
}

/** For whoever wrote the page: what of an event is wrong. */
function wrongEvent(error: z.ZodError): string {
  const issue = error.issues[0];
  return `An event was not kept: ${issue?.path.slice(2).join('.') || 'it'} ${issue?.message ?? 'could not be understood'}. A name has up to 100 characters; meta has up to 20 short values, 2000 characters in all.`;
}
