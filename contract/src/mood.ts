import { z } from 'zod';
import { changed } from './conversation-row.ts';
import { at, byId, endpoint, id, line, nothing } from './endpoint.ts';

/** 1 upset, 2 uneasy, 3 okay, 4 glad, 5 heartened. */
export const moodValue = z.number().int().min(1).max(5);
export const mood = z.object({
  value: moodValue,
  /** Angry or hurt. */
  upset: z.boolean(),
  /** Cannot do what they need to until it is solved. */
  stuck: z.boolean(),
  /** Read from the text by the words of Hearten, by a model that was connected, or said by a person of the team. */
  source: z.enum(['text', 'model', 'person']),
  /** 0 to 1; null for what a person said. */
  confidence: z.number().nullable(),
  /** Of what was read as upset or stuck: the words that said it, and how many messages stand without an answer (0: fewer than three). */
  why: z.object({ words: z.array(z.string()), unanswered: z.number().int() }).nullable(),
  byId: id.nullable(),
  at,
});
export type Mood = z.infer<typeof mood>;

/** The customer's own word at the end. */
export const moodEnd = z.object({
  /** `not asked`: by a rule, which `why` names. `silent` so far; `provisional`: a link was followed, the button was not pressed. */
  state: z.enum(['answered', 'provisional', 'silent', 'not asked']),
  why: z
    .enum([
      'off',
      'practice',
      'to many',
      'spam',
      'not to them',
      'never wrote',
      'unsubscribed',
      'asked lately',
      /** It was resolved or closed without an answer that could ask. */
      'no answer',
      /** The answer with the question came back, or nobody took it. */
      'not delivered',
      /** The answer stands in a chat, and they have not looked at it since it is over. */
      'not there',
    ])
    .nullable(),
  /** Compared with before this happened. */
  compared: z.enum(['better', 'same', 'worse']).nullable(),
  value: moodValue.nullable(),
  words: z.string(),
  at,
});
export type MoodEnd = z.infer<typeof moodEnd>;

/** Why a connected model says nothing. `inward`: it stands in a network that OUTBOUND_ALLOW does not name. */
export const modelTrouble = z.enum(['unreachable', 'slow', 'refused', 'not-there', 'no-answer', 'inward']);
export type ModelTrouble = z.infer<typeof modelTrouble>;
export const moodModel = z.object({
  /** Up to `/v1`. */
  address: z.string(),
  model: z.string(),
  /** Whether a key goes along; it is never shown. */
  hasKey: z.boolean(),
  active: z.boolean(),
  workedAt: at.nullable(),
  tookMs: z.number().int().nullable(),
  /** Since it failed last; what was read here stands meanwhile. */
  failedAt: at.nullable(),
  trouble: modelTrouble.nullable(),
  version: z.number().int(),
});
export type MoodModel = z.infer<typeof moodModel>;
const model = z.object({ model: moodModel.nullable() });

/** What in an answer could be said more gently. */
export const toneMark = z.object({
  /** It blames, says they did not listen, shuts the door, orders, makes it sound easy, is sharp, or shouts. */
  kind: z.enum(['blame', 'again', 'door', 'order', 'small', 'sharp', 'loud']),
  /** Where it stands in the text, and the words as they are written. */
  from: z.number().int(),
  to: z.number().int(),
  words: z.string(),
});
export type ToneMark = z.infer<typeof toneMark>;

export const moodEndpoints = {
  'POST /tone': endpoint({
    summary: 'What in an answer could be said more gently, and why: a hint before it is sent; nothing is kept',
    may: 'conversation.write',
    apart: true,
    body: z.object({ text: z.string().max(100_000) }),
    reply: z.object({ marks: z.array(toneMark) }),
  }),
  'GET /workspace/asking': endpoint({
    summary: 'Whether customers are asked how they feel, and the question as it stands below the answer that resolves',
    may: 'member',
    reply: z.object({ asks: z.boolean(), language: z.string(), question: z.string(), answers: z.array(z.string()) }),
  }),
  'GET /mood-model': endpoint({
    summary: 'The language model that reads how customers feel, if one is connected, and how it answered last',
    may: 'workspace.write',
    reply: model,
  }),
  'PUT /mood-model': endpoint({
    summary: 'Connect a language model by an endpoint like that of OpenAI, or change it; a key that is not given stays',
    may: 'workspace.write',
    body: z.object({
      address: line(500),
      model: line(200),
      /** Empty takes it away. */
      key: z.string().max(500).optional(),
      active: z.boolean().optional(),
    }),
    reply: model,
  }),
  'DELETE /mood-model': endpoint({
    summary: 'Forget the connected model and its key; what it read stays',
    may: 'workspace.write',
    reply: nothing,
  }),
  'POST /mood-model/try': endpoint({
    summary: 'Ask the connected model about a sentence of ours, and see how it answers',
    may: 'workspace.write',
    apart: true,
    reply: model.extend({
      example: z.string(),
      said: z.object({ value: moodValue, confidence: z.number() }).nullable(),
    }),
  }),
  'GET /conversations/:id/mood': endpoint({
    summary: 'How the customer feels: at the start, in their latest message, and at the end in their own words',
    may: 'conversation.read',
    params: byId,
    reply: z.object({ start: mood.nullable(), latest: mood.nullable(), end: moodEnd.nullable() }),
  }),
  'PUT /conversations/:id/mood': endpoint({
    summary: 'Say how the customer felt at the start, where it was read wrongly; null goes back to what was read',
    may: 'conversation.note',
    params: byId,
    body: z.object({
      value: moodValue.nullable(),
      upset: z.boolean().optional(),
      stuck: z.boolean().optional(),
    }),
    reply: changed,
  }),
};
