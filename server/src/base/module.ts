import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Body, Endpoints, Key, Params, Present, Query, Reply } from '@hearten/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from './config.ts';
import type { Db, Tx } from './db.ts';
import type { Actor, EventRow } from './events.ts';
import type { Files } from './files.ts';
import type { Jobs } from './jobs.ts';
import type { Live } from './live.ts';
import type { Log } from './log.ts';
import type { Seal } from './seal.ts';
import type { Wire } from './wire.ts';

/** Who acts: a person at a screen, or an API key. `may` answers from the permission table. */
export type Who = {
  workspaceId: string;
  kind: 'person' | 'key';
  /** The person; for a key, the person who made it. */
  id: string;
  keyId?: string;
  /** How many requests a minute the key may make, when that is its own. */
  perMinute?: number | null;
  accountId: string;
  sessionId: string;
  role: string;
  csrf: string;
  may: (permission: string) => boolean;
  /** Where the request came from. */
  ip?: string;
  /** What must be put right before anything else is done: a second factor is missing, or the address is not one that is let in. */
  held?: 'second-factor' | 'address' | undefined;
  /** When this person last proved who they are, in ms. */
  provedAt?: number;
  /** Good in this workspace alone: its company's own sign-in vouches for nothing elsewhere. */
  bound?: boolean;
};

export const actorOf = (who: Who): Actor =>
  who.kind === 'key' ? { kind: 'key', id: who.keyId ?? who.id } : { kind: 'person', id: who.id };

/** What every module is given at the start: the open parts of base. */
export type Hearten = { config: Config; db: Db; log: Log; files: Files; jobs: Jobs; live: Live; seal: Seal };

/** JSON that Postgres has built already: it goes out as it is, neither parsed nor printed again. */
export type Json = { json: string };
export const json = (text: string): Json => ({ json: text });
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && 'json' in value && Object.keys(value).length === 1;

/** Where a request comes from, and what a reply may leave there. */
export type Caller = {
  ip: string;
  agent: string;
  secure: boolean;
  setCookie: (value: string | null) => void;
  /** The secret by which a browser is known again when somebody signs in, and the way to leave one there. */
  browser?: string | null;
  keepBrowser?: (value: string) => void;
};
type For<K extends Key> = Endpoints[K]['may'] extends 'anyone' ? Who | null : Who;
export type Input<K extends Key> = {
  params: Params<K>;
  query: Query<K>;
  body: Body<K>;
  who: For<K>;
  caller: Caller;
  /** A transaction in the caller's workspace, one for each write: with an Idempotency-Key what it gives is kept in it as the answer. */
  tx: Endpoints[K] extends { apart: true } ? never : <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
};
export type Handlers = { [K in Key]?: (input: Input<K>) => Promise<Reply<K> | Json> };

/** A reaction to an event, in one transaction with the subscriber's cursor: it happens exactly once. */
export type Reaction = (tx: Tx, event: EventRow) => Promise<void>;
/** The same for all that waits at once, in order: statements for the whole batch instead of some for each event. */
export type BatchReaction = (tx: Tx, events: EventRow[]) => Promise<void>;
/** Jobs run at least once, outside any transaction of their own. */
export type Job = (payload: Record<string, unknown>, attempt: { number: number; last: boolean }) => Promise<void>;

/** Open lines of people who don't work here: they stand beside those of the team, and hear of the same events. */
export type Outside = {
  /** Under which address they come in. */
  path: string;
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, facts: { origins: string[]; ip: string }) => void;
  anyone: () => boolean;
  tell: (events: EventRow[]) => Promise<void>;
  /** The stream is complete from here on, or it is not. */
  vouch: (sure: boolean) => void;
  /** Who of the team is at which conversation, as it changes. */
  present: (workspaceId: string, at: Present) => void;
  begin: (wire: Wire) => Promise<() => Promise<void>>;
};

/** Who sends a request. `look` asks the same without counting it as a request of a key. */
type Identify = (request: FastifyRequest) => Promise<Who | null>;
export type Module = {
  name: string;
  routes?: Handlers;
  /** Routes that don't speak JSON (files, frames, raw mail). */
  plain?: (app: FastifyInstance, identify: Identify, look: Identify) => void;
  jobs?: Record<string, Job>;
  on?: Record<string, Reaction>;
  onBatch?: { events: readonly string[]; react: BatchReaction };
  outside?: Outside;
  /** Long-running work (listeners). Runs in the work role; returns how to stop. */
  start?: () => Promise<() => Promise<void>>;
};

/** For routes that answer with nothing. */
export const nothing = async (work: Promise<unknown>): Promise<Record<string, never>> => {
  await work;
  return {};
};
