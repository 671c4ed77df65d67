import { z } from 'zod';
import { asked, askedFirst, chatAsk, chatAsks } from './chat-asks.ts';
import { changed } from './conversation-row.ts';
import { at, byId, endpoint, id, line, nothing, prose } from './endpoint.ts';

/** A host that may show the widget: `shop.example`, or `*.shop.example` for all below it; with a port where it has one of its own. */
const host = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:\d{1,5})?$/,
    'is not a host: shop.example or *.shop.example',
  )
  .max(253);
/** A greeting that shows itself beside the bubble: on which pages, after how long, and to whom. */
export const chatTrigger = z.object({
  id,
  text: line(160),
  page: z.object({ how: z.enum(['any', 'contains', 'starts', 'is']), value: z.string().trim().max(200) }),
  /** On that page. */
  seconds: z.number().int().min(0).max(3600),
  /** From which visit on: 1 is everyone, 2 who came back. */
  visits: z.number().int().min(1).max(100),
  /** Only while somebody is there. */
  openOnly: z.boolean(),
  enabled: z.boolean(),
});
export type ChatTrigger = z.infer<typeof chatTrigger>;
const fields = {
  /** The first whose rule is met is shown, each once to a visitor. */
  triggers: z
    .array(chatTrigger)
    .max(10)
    .refine((all) => new Set(all.map((one) => one.id)).size === all.length, 'needs an id of its own each'),
  /** Above the first message; empty says it in the visitor's language. */
  greeting: z.string().max(300),
  /** The widget's colour; empty takes the brand's. */
  colour: z.string().regex(/^(#[0-9a-f]{6})?$/i, 'is not a colour: #12ab34'),
  side: z.enum(['end', 'start']),
  theme: z.enum(['auto', 'light', 'dark']),
  /** Where the widget may be shown. None: everywhere. */
  domains: z.array(host).max(50),
  /** Outside the hours of the chat an e-mail address is asked of everybody, and has to be given. */
  emailWhenClosed: z.boolean(),
  /** Files of visitors. */
  files: z.boolean(),
  /** The mail inbox by which an answer goes out that was not read in the chat; null sends none. */
  mailInboxId: id.nullable(),
  /** After so many seconds an answer nobody read goes by mail. */
  mailAfter: z.number().int().min(1).max(3600),
  /** Who gets a new chat: `off`: whoever takes it; `room`: the one who is there and has most room for it. */
  assign: z.enum(['off', 'room']),
  /** Of whom it is, with `room`; null: of everyone who answers. */
  teamId: id.nullable(),
};
/** As they are kept; what a row does not say has its default. */
export const chatSettings = z.object({
  triggers: fields.triggers.default([]),
  greeting: fields.greeting.default(''),
  colour: fields.colour.default(''),
  side: fields.side.default('end'),
  theme: fields.theme.default('auto'),
  domains: fields.domains.default([]),
  asks: chatAsks.default(askedFirst),
  emailWhenClosed: fields.emailWhenClosed.default(false),
  files: fields.files.default(true),
  mailInboxId: fields.mailInboxId.default(null),
  mailAfter: fields.mailAfter.default(60),
  assign: fields.assign.default('off'),
  teamId: fields.teamId.default(null),
});
/** As they are changed: what is left out stays as it is. */
const chatChange = z
  .object({
    ...fields,
    asks: z.object({ new: chatAsk.partial(), returning: chatAsk.partial(), signedIn: chatAsk.partial() }).partial(),
    /** As it was said before each audience had its own: of new and returning visitors alike. */
    askName: asked,
    askEmail: asked,
  })
  .partial();
export type ChatSettings = z.infer<typeof chatSettings>;
export const chatKey = z.object({
  id,
  name: z.string(),
  algorithm: z.enum(['HS256', 'ES256', 'RS256']),
  createdAt: at,
  usedAt: at.nullable(),
});
export type ChatKey = z.infer<typeof chatKey>;
export const chatInbox = z.object({
  /** What `data-app-id` names. */
  id,
  name: z.string(),
  enabled: z.boolean(),
  settings: chatSettings,
  keys: z.array(chatKey),
  /** The address of the script. */
  script: z.string(),
});
export type ChatInbox = z.infer<typeof chatInbox>;
/** Who is on the other side of a chat, as far as it is known. */
export const visitorSeen = z.object({
  name: z.string(),
  email: z.string(),
  /** The company's own server said who it is. */
  vouched: z.boolean(),
  /** Of who was vouched for: what they said themselves all the same. */
  claims: z.array(z.enum(['name', 'email'])),
  page: z.string(),
  referrer: z.string(),
  agent: z.string(),
  language: z.string(),
  /** Two letters, and the name of a city, where a proxy or a database of places knows them. */
  country: z.string(),
  city: z.string(),
  /** How often they came, half an hour or more apart. */
  visits: z.number().int(),
  firstAt: at,
  seenAt: at,
  /** Up to when they have read. */
  readUpTo: at.nullable(),
});
export type VisitorSeen = z.infer<typeof visitorSeen>;

/** Who is there for chats. */
export const attendance = z.object({
  items: z.array(
    z.object({
      personId: id,
      /** A screen of theirs is open, and they did not say that they are away. */
      here: z.boolean(),
      awaySince: at.nullable(),
      /** How many chats they are in, and how many they take at once. */
      chats: z.number().int(),
      most: z.number().int(),
      /** `most` was said of this person, and is not what holds for everyone. */
      own: z.boolean(),
    }),
  ),
  /** How many chats one takes, of whom nothing else was said. */
  each: z.number().int(),
  /** Chats for which nobody has room, and since when the first of them waits. */
  queued: z.number().int(),
  since: at.nullable(),
});
export type Attendance = z.infer<typeof attendance>;

/** A visitor who may not write: until when, or until somebody lets them (null). */
export const blockedVisitor = z.object({
  id,
  name: z.string(),
  email: z.string(),
  customerId: id.nullable(),
  until: at.nullable(),
  reason: z.string(),
  byId: id.nullable(),
  createdAt: at,
  /** The conversation in which it was done. */
  number: z.number().int().nullable(),
});
export type BlockedVisitor = z.infer<typeof blockedVisitor>;

export const chatEndpoints = {
  'GET /attendance': endpoint({
    summary: 'Who is there for chats, who is away, and who has room',
    may: 'people.read',
    reply: attendance,
  }),
  'PUT /me/away': endpoint({
    summary:
      'Go away, or come back: chats of yours that wait for an answer go to a colleague with room, or to everyone',
    may: 'conversation.write',
    body: z.object({
      away: z.boolean(),
      /** Taking it back: chats that went on and come home, unless somebody answered. */
      back: z.array(id).max(500).optional(),
    }),
    reply: z.object({ moved: z.array(id) }),
  }),
  'PUT /attendance/:id': endpoint({
    summary: 'How many chats a person takes at once; null takes what holds for everyone',
    may: 'team.write',
    params: byId,
    body: z.object({ most: z.number().int().min(0).max(100).nullable() }),
    reply: attendance,
  }),
  'GET /chats': endpoint({
    summary: 'Live chats and how each is set up',
    may: 'inbox.read',
    reply: z.object({ items: z.array(chatInbox) }),
  }),
  'POST /chats': endpoint({
    summary: 'Open a live chat',
    may: 'inbox.write',
    status: 201,
    body: z.object({ name: line(), settings: chatChange.optional() }),
    reply: chatInbox,
  }),
  'PATCH /chats/:id': endpoint({
    summary: 'Change a live chat; what is left out stays as it is',
    may: 'inbox.write',
    params: byId,
    body: z.object({ name: line(), enabled: z.boolean(), settings: chatChange }).partial(),
    reply: chatInbox,
  }),
  'POST /chats/:id/keys': endpoint({
    summary: 'A key with which your own server says who a visitor is; a shared secret is shown once',
    may: 'inbox.write',
    secret: true,
    status: 201,
    params: byId,
    body: z.object({
      name: line(100),
      algorithm: z.enum(['HS256', 'ES256', 'RS256']),
      /** Of ES256 and RS256: the public half, as PEM. */
      publicKey: prose(10_000).optional(),
    }),
    reply: z.object({ key: chatKey, secret: z.string().nullable() }),
  }),
  'DELETE /chat-keys/:id': endpoint({
    summary: 'End a key, and every visit that was vouched for with it',
    may: 'inbox.write',
    params: byId,
    reply: nothing,
  }),
  'POST /conversations/:id/abuse': endpoint({
    summary:
      'Against abuse: pass it on to a lead, pause the visitor of a chat for a while, or block them; leads are told',
    may: 'conversation.write',
    params: byId,
    body: z.object({
      do: z.enum(['pass-on', 'pause', 'block']),
      reason: prose(1000).default(''),
      /** How long a pause lasts. */
      minutes: z.number().int().min(1).max(10_080).optional(),
      /** With `block`: mail from their address goes to spam, too. */
      address: z.boolean().optional(),
    }),
    reply: changed,
  }),
  'GET /blocked-visitors': endpoint({
    summary: 'Visitors of chats who may not write now',
    may: 'conversation.read',
    reply: z.object({ items: z.array(blockedVisitor) }),
  }),
  'DELETE /blocked-visitors/:id': endpoint({
    summary: 'Let a visitor write again',
    may: 'conversation.write',
    params: byId,
    reply: nothing,
  }),
  'POST /visitors/erasure': endpoint({
    summary:
      'Erase visitors who never wrote, and so are no customers, by the address they gave or the id your site knows',
    may: 'data.erase',
    proof: true,
    body: z.object({ who: line(254) }),
    reply: z.object({ visitors: z.number() }),
  }),
  'GET /conversations/:id/visitor': endpoint({
    summary: 'Who is on the other side of a chat; null where it is none. And in which chats its customer has been',
    may: 'conversation.read',
    params: byId,
    reply: z.object({
      visitor: visitorSeen.nullable(),
      /** The ids of those chats' inboxes, where they were last first: there a conversation that came by mail can go on. */
      beenIn: z.array(id),
    }),
  }),
};

/** What a visitor's browser is told of a message. */
export type ChatLine = {
  chat: string;
  seq: number;
  id: string;
  at: string;
  /** `gone`: it was taken back. `joined`: whoever `name` says came into the chat. */
  from: 'visitor' | 'team' | 'bot' | 'gone' | 'joined';
  name: string;
  text: string;
  files: { part: number; filename: string; contentType: string; size: number }[];
  clientId: string | null;
};
export type ChatSummary = {
  id: string;
  subject: string;
  status: 'open' | 'closed';
  lastAt: string;
  snippet: string;
  /** The words of the greeting that was answered; they stand first. */
  greeting: string;
  lastSeq: number;
  readSeq: number;
  unread: number;
  /** They asked for a person, and none has answered since. */
  asked: boolean;
  /** Everybody is with somebody else; it waits for the first who has room. */
  queued: boolean;
};
/** Leads to a page of ours that asks for more. */
export type ChatLink = { word: string; url: string };
/** How it felt, asked when a conversation is over: the words of the question, and what was answered so far. Without a question it is the link alone. */
export type ChatFelt = {
  question: string;
  answers: { id: 'better' | 'same' | 'worse'; word: string }[];
  which: string;
  faces: { word: string; picture: string }[];
  anything: string;
  send: string;
  thanks: string;
  change: string;
  compared: 'better' | 'same' | 'worse' | null;
  value: number | null;
  words: string;
  /** Where a survey is answered, or where they say that others may read their words. */
  link: ChatLink | null;
};
/** What the widget is told over its socket. `lines` come in order of their numbers, none twice and none left out. */
export type ChatFrame =
  | { type: 'ready'; chats: ChatSummary[]; beat: number }
  /** Said every `beat` milliseconds, so that a widget sees when its line is dead though nobody closed it. */
  | { type: 'beat' }
  | { type: 'lines'; chat: ChatSummary; lines: ChatLine[]; more: boolean }
  | { type: 'typing'; chat: string; name: string; on: boolean }
  | { type: 'seen'; chat: string; upTo: string }
  | { type: 'said'; clientId: string; chat: string; seq: number; id: string; at: string }
  | { type: 'refused'; clientId: string; text: string; again: number | null }
  | { type: 'ended' };
/** What goes along with words: the greeting that was answered, and what the page told the chat when it opened it. */
export const along = {
  greeting: id.nullable().default(null),
  context: z.record(z.string(), z.unknown()).nullable().default(null),
  /** To the question that was asked before a conversation began; goes with its first words. */
  answer: z.string().max(1000).nullable().default(null),
};
/** What it says. `at`: up to which number it has each chat. Words and files that are too many are understood, and refused in words. */
export const chatSaid = z.discriminatedUnion('type', [
  z.object({ type: z.literal('resume'), at: z.record(id, z.number().int().min(0)) }),
  z.object({
    type: z.literal('say'),
    chat: id.nullable(),
    clientId: id,
    text: z.string(),
    files: z.array(id).max(100).default([]),
    ...along,
  }),
  z.object({ type: z.literal('typing'), chat: id, on: z.boolean() }),
  z.object({ type: z.literal('read'), chat: id, seq: z.number().int().min(0) }),
  z.object({ type: z.literal('page'), url: z.string().max(2000), title: z.string().max(300).default('') }),
]);
export type ChatSaid = z.input<typeof chatSaid>;
