import type { ChatSaid } from '@hearten/contract';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Tx } from '../../base/db.ts';
import { isRefused, textOf } from '../../base/errors.ts';
import { type EventRow, ring } from '../../base/events.ts';
import { machine } from '../../base/machine.ts';
import type { Hearten, Outside } from '../../base/module.ts';
import type { Wire } from '../../base/wire.ts';
import { accepted, inWords } from '../../base/words.ts';
import { type Limits, OPEN } from './allowed.ts';
import { BEAT, startBeat } from './beat.ts';
import { knocked, SPOKEN, tooMany, turnAway } from './knock.ts';
import { betweenUs, catchUp, drop, note, type Peer, peerOf, put, seeing, summaryOf, tell } from './line-out.ts';
import { chatsOf, homeOf, markRead } from './lines.ts';
import { type Kept, say } from './say.ts';
import type { chatFinder } from './settings.ts';
import { heard } from './shapes.ts';
import { teamWords, tellTeam } from './team-words.ts';
import { moveTo, visitOf, visitorOf } from './visits.ts';
import { hearWords, sayOf, sayWord, type Word } from './wire-words.ts';

export const SOCKET = '/chat/socket';
const TALK = 200; // words of one widget between two beats
/** What each word costs that is no message: what makes us look. */
const COST = { resume: 2, page: 2, typing: 1, read: 1 };

export type Visiting = Outside & {
  /** Whatever a visitor's own doing has changed goes to all their widgets here at once; other processes hear of it by its event. */
  wake: (visitorId: string) => void;
  /** They have a chat at a conversation where no widget of theirs listens yet: those in every process look. Said after the commit. */
  woken: (visitorIds: string[]) => void;
  /** Their visits are over, in every process; with the name of one visit, that one alone. */
  end: (visitorIds: string[], visit?: string) => void;
  /** Tells the team, in every process. */
  word: (
    workspaceId: string,
    conversationId: string,
    word: { typing?: boolean; readUpTo?: string; moved?: boolean },
  ) => void;
  count: () => number;
};

export function makeVisiting(hearten: Hearten, finder: ReturnType<typeof chatFinder>, limits: Limits): Visiting {
  const { db, log, live } = hearten;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 100_000,
    handleProtocols: () => SPOKEN,
  });
  const peers = new Map<WebSocket, Peer>();
  const byVisitor = new Map<string, Set<Peer>>();
  const byKey = new Map<string, Set<Peer>>();
  const byMachine = new Map<string, Set<Peer>>();
  const quiet = new Set<WebSocket>();
  const { tellSeen, tellTyping } = teamWords(db, log);
  let vouched = false;
  let wire: Wire | null = null;
  let endBeat: () => void = () => undefined;

  const find = (peer: Peer, keys: string[]): void => {
    for (const key of keys) {
      if (peer.keys.includes(key) || !peers.has(peer.socket)) continue;
      peer.keys = [...peer.keys, key];
      put(byKey, key, peer);
    }
  };
  const catchUpAll = (some: Iterable<Peer>): Promise<unknown> =>
    Promise.all(Array.from(some, (peer) => catchUp(db, peer, find).catch((error) => lose(peer, error))));
  const lose = (peer: Peer, error: unknown): void => {
    log.warn('A visitor could not be told what is new', { error: textOf(error) });
    peer.socket.terminate(); // it opens another line, and resumes where it was
  };

  const word: Visiting['word'] = (workspaceId, conversationId, { typing, readUpTo, moved }) => {
    const said: Word = {
      w: workspaceId,
      c: conversationId,
      ...(typing === undefined ? {} : { typing }),
      ...(readUpTo ? { read: readUpTo } : {}),
      ...(moved ? { moved } : {}),
    };
    hear(said, 1);
    sayWord(wire, said);
  };
  /** `knows`: how many widgets here know it already, being the one that says it. */
  const hear = (said: Word, knows = 0): void => {
    if ('woken' in said) for (const id of said.woken) wake(id);
    else if ('ended' in said) endHere(said.ended, said.visit);
    else tellTeam(live, said);
    const there = 'read' in said && byKey.get(said.c);
    if (there && there.size > knows) catchUpAll(there);
  };
  const resume = async (peer: Peer, at: Record<string, number>): Promise<void> => {
    const chats = await db.tx(peer.workspaceId, (tx) => chatsOf(tx, seeing(peer)));
    peer.resumed = true;
    if (chats.length > 0) {
      const shown = chats.flatMap(({ id }): [string, number][] => (at[id] === undefined ? [] : [[id, at[id]]]));
      peer.shown = new Map(shown);
      peer.told = new Map(chats.map((chat) => [chat.id, chat.lastSeq]));
      for (const chat of chats) note(peer, chat);
    }
    find(
      peer,
      chats.map((chat) => chat.conversationId),
    );
    tell(peer, { type: 'ready', chats: chats.map(summaryOf), beat: BEAT });
    await catchUp(db, peer, find);
  };

  const doAs: { [T in ChatSaid['type']]: (peer: Peer, said: Extract<ChatSaid, { type: T }>) => Promise<void> } = {
    resume: (peer, { at }) => resume(peer, at),
    say: async (peer, said) => {
      const { clientId } = said;
      try {
        limits.writes(peer.machine);
        limits.says(peer.visitorId);
        if (said.chat === null) limits.begins(peer.machine);
        const chat = await finder.find(peer.inboxId);
        if (!chat) return;
        let id = '';
        const words = { ...said, files: said.files ?? [] };
        const keep = async (tx: Tx): Promise<Kept> => {
          // Before anybody here hears of it: these look by themselves, after they were told that it is kept.
          tx.after(() => {
            for (const one of byVisitor.get(peer.visitorId) ?? []) one.own = id;
          });
          const kept = await say(tx, chat, seeing(peer), words, 'last');
          id = kept.id;
          return kept;
        };
        const kept = await db.tx(peer.workspaceId, keep, undefined, 'kept');
        // What it has just begun it shows, from its first line on.
        peer.resumed = true;
        peer.shown ??= new Map();
        if (said.chat === null && !peer.shown.has(kept.chat)) peer.shown.set(kept.chat, kept.seq - 1);
        find(peer, [kept.conversationId]);
        tell(peer, { type: 'said', clientId, chat: kept.chat, seq: kept.seq, id: kept.id, at: kept.at });
        // Their own words they have; the team waits for these, and goes first.
        if (kept.begun) setTimeout(woken, 10, [peer.visitorId]);
        else setTimeout(wake, 10, peer.visitorId);
      } catch (error) {
        if (!isRefused(error)) throw error;
        tell(peer, {
          type: 'refused',
          clientId,
          text: inWords(error.said, peer.language),
          again: error.detail.retryAfter ?? null,
        });
      }
    },
    typing: async (peer, { chat, on }) => {
      const conversationId = await homeOf(db, peer.workspaceId, seeing(peer), chat);
      if (conversationId) word(peer.workspaceId, conversationId, { typing: on });
    },
    read: async (peer, { chat, seq }) => {
      const read = await db.tx(peer.workspaceId, (tx) => markRead(tx, seeing(peer), chat, seq));
      if (read) word(peer.workspaceId, read.conversationId, { readUpTo: read.at }); // in their other tabs it is read, too
    },
    page: async (peer, { url, title = '' }) => {
      const homes = await db.tx(peer.workspaceId, async (tx) => {
        await moveTo(tx, peer.visitorId, { url, title });
        return peer.keys.length > 0 ? chatsOf(tx, seeing(peer)) : [];
      });
      for (const { conversationId } of homes) word(peer.workspaceId, conversationId, { moved: true });
    },
  };
  // One function for all sockets: ten thousand of their own would be most of what they cost.
  function onMessage(this: WebSocket, data: unknown, binary: boolean): void {
    const peer = peers.get(this);
    if (!peer) return;
    peer.words += 1;
    const said = binary || peer.words > TALK ? null : heard(String(data));
    if (!said) {
      this.terminate();
      return;
    }
    try {
      if (said.type !== 'say') limits.frames(peer.machine, peer.visitorId, COST[said.type]);
    } catch {
      this.close(1013, 'too much'); // it opens another line after a while, and resumes where it was
      return;
    }
    const done = doAs[said.type] as (peer: Peer, said: ChatSaid) => Promise<void>;
    done(peer, said).catch((error) => {
      log.warn('What a visitor said could not be done', { error: textOf(error), what: said.type });
      this.close(1011, 'try again');
    });
  }
  function onPong(this: WebSocket): void {
    quiet.delete(this);
  }
  function onError(this: WebSocket): void {
    this.terminate();
  }
  function onClose(this: WebSocket): void {
    const peer = peers.get(this);
    peers.delete(this);
    quiet.delete(this);
    if (!peer) return;
    drop(byVisitor, peer.visitorId, peer);
    drop(byMachine, peer.machine, peer);
    for (const key of peer.keys) drop(byKey, key, peer);
  }
  const wake = (visitorId: string): void => void catchUpAll(byVisitor.get(visitorId) ?? []);
  const woken = (visitorIds: string[]): void => {
    for (const id of visitorIds) wake(id);
    sayOf(wire, visitorIds, (some) => ({ woken: some }));
  };

  return {
    path: SOCKET,
    upgrade: (request, socket, head, { ip }) => {
      const known = knocked(request);
      if (!known) return turnAway(socket, '400 Bad Request');
      try {
        limits.lines(ip);
      } catch (error) {
        return tooMany(socket, error);
      }
      finder
        .find(known.chatId)
        .then(async (chat) => {
          if (!chat) return turnAway(socket, '404 Not Found');
          const visitor = await visitorOf(db, chat, known.token);
          const [from, language] = [machine(ip), accepted(request.headers['accept-language'])];
          const [theirs, all] = [byVisitor.get(visitor.id)?.size ?? 0, byMachine.get(from)?.size ?? 0];
          if (theirs >= OPEN.visitor || all >= OPEN.machine) return tooMany(socket);
          server.handleUpgrade(request, socket, head, (open) => {
            const peer = peerOf(open, chat, visitor, from, visitOf(known.token), language);
            peers.set(open, peer);
            put(byVisitor, visitor.id, peer);
            put(byMachine, from, peer);
            open.on('message', onMessage).on('pong', onPong).on('error', onError).on('close', onClose);
            if (!vouched) ring();
          });
        })
        .catch((error) => {
          if (!isRefused(error)) log.warn("A visitor's line could not be opened", { error: textOf(error) });
          turnAway(socket, isRefused(error) ? '401 Unauthorized' : '503 Service Unavailable');
        });
    },
    anyone: () => peers.size > 0,
    tell: async (events: EventRow[]) => {
      const some = new Set<Peer>();
      for (const event of events) {
        if (event.name === 'conversation.seen' && event.conversation_id)
          tellSeen(byKey.get(event.conversation_id), event);
        else if (!betweenUs(event))
          for (const peer of byKey.get(event.conversation_id ?? '') ?? [])
            if (event.name !== 'message.received' || peer.own !== event.message_id) some.add(peer);
      }
      await catchUpAll(some);
    },
    vouch: (sure) => {
      vouched = sure;
      // What was committed between their last look and now was told to nobody.
      if (sure) catchUpAll([...peers.values()].filter((peer) => peer.keys.length > 0));
    },
    present: (_workspaceId, at) => {
      for (const [conversationId, people] of Object.entries(at)) {
        const there = byKey.get(conversationId);
        if (there)
          tellTyping(there, conversationId, people).catch((error) => log.debug('typing', { error: textOf(error) }));
      }
    },
    begin: async (given) => {
      wire = given;
      await hearWords(given, (said) => hear(said));
      endBeat = startBeat(peers, quiet);
      return async () => stop();
    },
    wake,
    woken,
    end: (visitorIds, visit) => {
      endHere(visitorIds, visit);
      sayOf(wire, visitorIds, (ended) => ({ ended, ...(visit ? { visit } : {}) }));
    },
    word,
    count: () => peers.size,
  };

  function endHere(visitorIds: string[], visit?: string): void {
    for (const id of visitorIds)
      for (const peer of byVisitor.get(id) ?? []) {
        if (visit !== undefined && peer.visit !== visit) continue;
        tell(peer, { type: 'ended' });
        peer.socket.close(4401, 'signed out');
      }
  }
  function stop(): void {
    endBeat();
    for (const socket of peers.keys()) socket.close(1012, 'restarting');
    for (const socket of server.clients) socket.terminate();
    server.close();
    wire = null;
  }
}
