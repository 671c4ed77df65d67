import { z } from 'zod';
import { at, byId, endpoint, feltWeeks, id, language, line, nothing, page, prose } from './endpoint.ts';

const count = z.number().int();
/** CSAT: how content with the help and with the product, apart, and whether as expected. CES: how easy it was made. NPS: would they recommend. */
export const surveyKind = z.enum(['csat', 'ces', 'nps', 'own']);
export type SurveyKind = z.infer<typeof surveyKind>;
/** By mail; in the chat, those who wrote there; or where the conversation was: in the chat those, by mail all others. */
export const surveyWay = z.enum(['mail', 'chat', 'both']);
export type SurveyWay = z.infer<typeof surveyWay>;
/** By which of the two a turn was. */
const turnWay = z.enum(['mail', 'chat']);
/** Why somebody whose turn came was not asked. */
export const whyNotAsked = z.enum([
  /** Within the last 14 days, by anything. */
  'asked lately',
  'unsubscribed',
  /** They never wrote themselves: only machines did, or only we. */
  'never wrote',
  'spam',
  'blocked',
  'no address',
  /** It asks in the chat, and they wrote by another way. */
  'no chat',
  /** It asks in the chat, and they have not looked at it since. */
  'not there',
  /** Its inbox was disconnected or switched off. */
  'disconnected',
  /** It is no end any more: open again, merged, or beside another conversation. */
  'not ended',
  'audience',
  /** The survey asks a share, and their number did not come up. */
  'sampling',
  /** The mail came back, or nobody took it. */
  'not delivered',
  'practice',
]);
export type WhyNotAsked = z.infer<typeof whyNotAsked>;

/** A question of the company's own. */
export const ownQuestion = z
  .object({
    kind: z.enum(['text', 'choice', 'scale']),
    text: line(200),
    choices: z.array(line(80)).max(8).default([]),
    /** Of a scale from 1 to 5: what its ends mean. */
    low: line(60).or(z.literal('')).default(''),
    high: line(60).or(z.literal('')).default(''),
  })
  .refine((q) => q.kind !== 'choice' || q.choices.length >= 2, 'A choice needs two answers or more');
export type OwnQuestion = z.infer<typeof ownQuestion>;
/** Each that is named must hold; what is empty leaves everybody in. */
export const audience = z.object({
  channels: z.array(line(40)).max(20).default([]),
  brandIds: z.array(id).max(50).default([]),
  teamIds: z.array(id).max(50).default([]),
  tags: z.array(line(100)).max(50).default([]),
  problemIds: z.array(id).max(50).default([]),
  languages: z.array(language).max(20).default([]),
});
export type Audience = z.infer<typeof audience>;

const settings = {
  name: line(100),
  kind: surveyKind,
  moment: z.enum(['resolved', 'rhythm']),
  way: surveyWay,
  delayHours: count.min(0).max(720),
  everyDays: count.min(14).max(730),
  share: count.min(1).max(100),
  audience,
  questions: z.array(ownQuestion).max(5),
  /** Before the question, in the company's own words. */
  intro: prose(1000),
};
export const survey = z.object({
  id,
  ...settings,
  audience: audience,
  running: z.boolean(),
  version: count,
  createdAt: at,
  startedAt: at.nullable(),
  asked: count,
  answered: count,
});
export type Survey = z.infer<typeof survey>;
const change = z.object(settings).partial().extend({ running: z.boolean().optional(), saw: count.optional() });
const draft = z.object(settings).partial({
  way: true,
  delayHours: true,
  everyDays: true,
  share: true,
  audience: true,
  questions: true,
  intro: true,
});
export type SurveyDraft = z.input<typeof draft>;

/** What became of the turns: asked = answered + provisional + silent. */
const part = z.object({
  asked: count,
  answered: count,
  provisional: count,
  silent: count,
  notAsked: count,
  /** Answered of asked; the bounds are Wilson's, 95 %. Null where fewer than ten were asked. */
  rate: z.object({ share: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** CSAT: share of 4 and 5. CES: share of 5 to 7. NPS: share of 9 and 10 less that of 0 to 6. Null where fewer than ten answered. */
  score: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** Why there is no score: too few answered yet, or it would be one person's, or would tell theirs (the whole less the other parts). */
  withheld: z.enum(['few', 'personal']).nullable(),
});
export type SurveyPart = z.infer<typeof part>;
/** Of a part whose score is one person's, or would tell it, no count is told either: a rate could be had from them. */
const hidden = count.nullable();
const toldPart = part.extend({
  ...{ asked: hidden, answered: hidden, provisional: hidden, silent: hidden, notAsked: hidden },
});
export type SurveyToldPart = z.infer<typeof toldPart>;
const spread = z.object({
  /** The question, and its words as the workspace reads them. */
  question: z.string(),
  text: z.string(),
  answered: count,
  values: z.array(z.object({ value: z.string(), label: z.string(), count })),
});
export type SurveySpread = z.infer<typeof spread>;
export const surveyResults = z.object({
  from: at,
  sample: z.boolean(),
  least: count,
  whole: part,
  byWeek: z.array(toldPart.extend({ week: z.iso.date() })),
  byChannel: z.array(toldPart.extend({ channel: z.string() })),
  /** How they were asked, or would have been. */
  byWay: z.array(toldPart.extend({ way: turnWay })),
  byTeam: z.array(toldPart.extend({ team: z.object({ id, name: z.string() }).nullable() })),
  spreads: z.array(spread),
  notAsked: z.array(z.object({ why: whyNotAsked, count })),
});
export type SurveyResults = z.infer<typeof surveyResults>;
export const surveyState = z.enum(['turn', 'asked', 'answered', 'provisional', 'silent', 'not asked']);
export type SurveyState = z.infer<typeof surveyState>;

export const surveyEndpoints = {
  'GET /surveys': endpoint({
    summary: 'All surveys, with how many were asked and answered',
    may: 'report.read',
    reply: z.object({ items: z.array(survey) }),
  }),
  'POST /surveys': endpoint({
    summary: 'Make a survey; it asks nobody until it is switched on',
    may: 'workspace.write',
    body: draft,
    reply: survey,
  }),
  'GET /surveys/:id': endpoint({
    summary: 'A survey: what it asks, when and whom',
    may: 'report.read',
    params: byId,
    reply: survey,
  }),
  'PATCH /surveys/:id': endpoint({
    summary:
      'Change a survey, or switch it on or off; with `saw`, the version one looked at, it is refused when somebody changed it since',
    may: 'workspace.write',
    params: byId,
    body: change,
    reply: survey,
  }),
  'DELETE /surveys/:id': endpoint({
    summary: 'Delete a survey that asked nobody yet',
    may: 'workspace.write',
    params: byId,
    reply: nothing,
  }),
  'POST /surveys/preview': endpoint({
    summary:
      'The mail and the page of a survey as it would be, and whom it would have asked in the last 30 days; nothing is kept',
    may: 'report.read',
    body: draft.extend({ language: language.optional() }),
    reply: z.object({
      language: z.string(),
      /** As the first brand, or the first that the audience names, looks. */
      look: z.object({ brand: z.string(), colour: z.string(), on: z.string(), logo: z.string().nullable() }),
      subject: z.string(),
      hello: z.string(),
      /** The first stands in the mail, all of them on the page. */
      questions: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(['faces', 'scale', 'choice', 'text']),
          text: z.string(),
          options: z.array(z.object({ value: z.string(), label: z.string() })),
          low: z.string(),
          high: z.string(),
        }),
      ),
      /** At the end of a chat: what leads to the page, and the words above it. */
      link: z.string(),
      asks: z.string(),
      /** Below it: why one gets it, and how it ends. */
      why: z.string(),
      stop: z.string(),
      would: z.object({
        from: at,
        turns: count,
        asked: count,
        notAsked: z.array(z.object({ why: whyNotAsked, count })),
      }),
    }),
  }),
  'GET /surveys/:id/results': endpoint({
    summary:
      'What a survey found: response rate, score, how the answers spread, by week, channel and team, and why whom it did not ask',
    may: 'report.read',
    params: byId,
    query: z.object({ weeks: feltWeeks }),
    reply: surveyResults,
  }),
  'GET /surveys/:id/turns': endpoint({
    summary: 'The turns behind one of these numbers with what was said, the newest first',
    may: 'report.read',
    params: byId,
    query: z.object({
      weeks: feltWeeks,
      state: surveyState.optional(),
      /** Only those with words. */
      words: z.stringbool().optional(),
      question: z.string().max(20).optional(),
      value: z.string().max(80).optional(),
      week: z.iso.date().optional(),
      channel: z.string().max(50).optional(),
      way: turnWay.optional(),
      teamId: z.union([id, z.literal('none')]).optional(),
      why: whyNotAsked.optional(),
      ...page,
    }),
    reply: z.object({
      items: z.array(
        z.object({
          id,
          conversationId: id,
          number: count,
          subject: z.string(),
          customer: z.string(),
          channel: z.string(),
          way: turnWay,
          at,
          state: z.enum(['answered', 'provisional', 'silent', 'not asked']),
          why: whyNotAsked.nullable(),
          score: count.nullable(),
          answers: z.array(z.object({ text: z.string(), answer: z.string() })),
          words: z.string(),
          answeredAt: at.nullable(),
        }),
      ),
      next: z.string().nullable(),
    }),
  }),
};
