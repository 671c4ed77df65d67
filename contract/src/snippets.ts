import { z } from 'zod';
import { priority } from './conversation-row.ts';
import { at, byId, endpoint, id, language, line, nothing, prose } from './endpoint.ts';

/** Who may use a snippet or macro: the one who made it, a team (by its id), or everyone. */
export const audienceOf = z.union([z.enum(['me', 'everyone']), id]);
/** Words to send. `html` is what they look like; without it the text stands as it is. */
export const words = z.object({ text: prose(100_000), html: prose(400_000).nullable() });
export type Words = z.infer<typeof words>;
const file = z.object({ id: z.string(), filename: z.string(), contentType: z.string(), size: z.number().int() });
/** The same in other languages, by their tag; the customer's language chooses. */
const variants = z
  .record(language, words)
  .refine((given) => Object.keys(given).length <= 30, 'holds 30 languages at most');
/** Typed after `/`: one word of letters, digits, `-` and `_`, or none. */
const shortcut = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^[\p{L}\p{N}_-]{0,30}$/u, 'is one word of letters, digits, - and _'));

export const step = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('tag'),
    add: z.array(line(60)).max(20).optional(),
    remove: z.array(line(60)).max(20).optional(),
  }),
  z.object({
    do: z.literal('assign'),
    /** `me` is whoever runs the macro, null is nobody. */
    assigneeId: z
      .union([id, z.literal('me')])
      .nullable()
      .optional(),
    teamId: id.nullable().optional(),
  }),
  z.object({ do: z.literal('priority'), priority }),
  z.object({ do: z.literal('note'), text: prose(20_000).min(1) }),
  z.object({ do: z.literal('status'), status: z.enum(['open', 'waiting', 'resolved', 'closed']) }),
  /** Hours from now, or the morning (9:00, in the time zone of who runs it) of a later day. */
  z.object({
    do: z.literal('snooze'),
    for: z.string().regex(/^[1-9]\d{0,2}[hdw]$/, 'is a number with h, d or w behind it: 4h, 1d, 2w'),
  }),
]);
export type Step = z.infer<typeof step>;

const prepared = {
  id,
  name: z.string(),
  shortcut: z.string(),
  folder: z.string(),
  for: audienceOf,
  text: z.string(),
  html: z.string().nullable(),
  /** Pictures within the text and files beside it. */
  files: z.array(file),
  variants: z.record(z.string(), words),
  uses: z.number().int(),
  usedAt: at.nullable(),
  createdBy: id.nullable(),
  changedAt: at,
  archivedAt: at.nullable(),
  mayChange: z.boolean(),
};
export const snippet = z.object(prepared);
export type Snippet = z.infer<typeof snippet>;
/** A prepared answer with actions. `sends`: the answer leaves by itself; otherwise it is put where one writes. */
export const macro = z.object({ ...prepared, steps: z.array(step), sends: z.boolean() });
export type Macro = z.infer<typeof macro>;

const given = {
  name: line(100),
  shortcut: shortcut.optional(),
  folder: z.string().max(60).optional(),
  for: audienceOf,
  text: prose(100_000).optional(),
  html: prose(400_000).nullable().optional(),
  /** Ids of uploads. */
  files: z.array(z.string().max(100)).max(20).optional(),
  variants: variants.optional(),
};
export const snippetGiven = z.object(given);
const macroGiven = z.object({ ...given, steps: z.array(step).max(20).optional(), sends: z.boolean().optional() });
/** How they leave one desk and come to another: no ids, no files; people and teams by name. */
const named = z.object({
  kind: z.enum(['snippet', 'macro']),
  name: line(100),
  shortcut: shortcut.default(''),
  folder: z.string().max(60).default(''),
  text: prose(100_000).default(''),
  html: prose(400_000).nullable().default(null),
  variants: variants.default({}),
  tagsAdd: z.array(line(60)).max(20).optional(),
  tagsRemove: z.array(line(60)).max(20).optional(),
  assignee: z.string().max(254).optional(),
  team: z.string().max(200).optional(),
  priority: priority.optional(),
  note: prose(20_000).optional(),
  status: z.enum(['open', 'waiting', 'resolved', 'closed']).optional(),
  snooze: z.string().max(10).optional(),
});
export type Named = z.infer<typeof named>;

/** What a snippet becomes in a conversation: variables filled, its files as uploads of one's own. */
const filled = z.object({
  text: z.string(),
  html: z.string().nullable(),
  files: z.array(file),
  /** Variables that have no value here and no words instead; they still stand in the text. */
  missing: z.array(z.string()),
});
export type Filled = z.infer<typeof filled>;
const where = z.object({ conversationId: id.optional() });
const archived = z.object({ archived: z.literal('1').optional() });

export const snippetEndpoints = {
  'GET /snippets': endpoint({
    summary: 'The snippets you may use: your own, those of your teams, those of everyone',
    may: 'snippet.read',
    query: archived,
    reply: z.object({ items: z.array(snippet) }),
  }),
  'POST /snippets': endpoint({
    summary: 'Make a snippet; one for others asks for the right to share',
    may: 'snippet.write',
    status: 201,
    body: snippetGiven,
    reply: z.object({ snippet }),
  }),
  'PATCH /snippets/:id': endpoint({
    summary: 'Change a snippet',
    may: 'snippet.write',
    params: byId,
    body: snippetGiven.partial(),
    reply: z.object({ snippet }),
  }),
  'POST /snippets/:id/duplicate': endpoint({
    summary: 'Make a copy of a snippet, for yourself',
    may: 'snippet.write',
    params: byId,
    status: 201,
    reply: z.object({ snippet }),
  }),
  'POST /snippets/:id/archive': endpoint({
    summary: 'Put a snippet away; nobody is offered it any more',
    may: 'snippet.write',
    params: byId,
    reply: z.object({ snippet }),
  }),
  'POST /snippets/:id/restore': endpoint({
    summary: 'Bring an archived snippet back',
    may: 'snippet.write',
    params: byId,
    reply: z.object({ snippet }),
  }),
  'DELETE /snippets/:id': endpoint({
    summary: 'Delete for good a snippet that was archived',
    may: 'snippet.write',
    params: byId,
    reply: nothing,
  }),
  'POST /snippets/:id/use': endpoint({
    summary: 'What a snippet says in a conversation, with your files to attach; counts as used',
    may: 'snippet.write',
    params: byId,
    body: where,
    reply: filled,
  }),
  'GET /snippets/variables': endpoint({
    summary: 'The variables a text may hold, with what each is in a conversation or in the latest one',
    may: 'snippet.read',
    query: where,
    reply: z.object({
      items: z.array(z.object({ name: z.string(), value: z.string() })),
      conversationId: id.nullable(),
      /** Of the customer; it chooses among the languages of a text. */
      language: z.string().nullable(),
    }),
  }),
  'GET /snippets/export': endpoint({
    summary: 'Snippets and macros for another desk',
    may: 'snippet.read',
    reply: z.object({ items: z.array(named) }),
  }),
  'POST /snippets/import': endpoint({
    summary: 'Take snippets and macros in; those whose name is there already are left out',
    may: 'snippet.write',
    status: 201,
    body: z.object({ items: z.array(named).min(1).max(2000), for: audienceOf }),
    reply: z.object({ made: z.number().int(), skipped: z.number().int(), notes: z.array(z.string()) }),
  }),
  'GET /macros': endpoint({
    summary: 'The macros you may use: your own, those of your teams, those of everyone',
    may: 'snippet.read',
    query: archived,
    reply: z.object({ items: z.array(macro) }),
  }),
  'POST /macros': endpoint({
    summary: 'Make a macro: a prepared answer with actions. It is run by POST /bulk with the action "macro"',
    may: 'snippet.write',
    status: 201,
    body: macroGiven,
    reply: z.object({ macro }),
  }),
  'PATCH /macros/:id': endpoint({
    summary: 'Change a macro',
    may: 'snippet.write',
    params: byId,
    body: macroGiven.partial(),
    reply: z.object({ macro }),
  }),
  'POST /macros/:id/duplicate': endpoint({
    summary: 'Make a copy of a macro, for yourself',
    may: 'snippet.write',
    params: byId,
    status: 201,
    reply: z.object({ macro }),
  }),
  'POST /macros/:id/archive': endpoint({
    summary: 'Put a macro away; nobody is offered it any more',
    may: 'snippet.write',
    params: byId,
    reply: z.object({ macro }),
  }),
  'POST /macros/:id/restore': endpoint({
    summary: 'Bring an archived macro back',
    may: 'snippet.write',
    params: byId,
    reply: z.object({ macro }),
  }),
  'DELETE /macros/:id': endpoint({
    summary: 'Delete for good a macro that was archived',
    may: 'snippet.write',
    params: byId,
    reply: nothing,
  }),
  'POST /macros/:id/use': endpoint({
    summary: 'What the answer of a macro says in a conversation; its actions are left alone',
    may: 'snippet.write',
    params: byId,
    body: where,
    reply: filled,
  }),
};
