import { z } from 'zod';
import { filter, filters, priority } from './conversation-row.ts';
import { at, byId, endpoint, id, line, nothing } from './endpoint.ts';

export const viewIcon = z.enum(['star', 'flag', 'bolt', 'heart', 'box', 'bug', 'bell', 'clock']);
export type ViewIcon = z.infer<typeof viewIcon>;
/** For whom a view stands in the rail: the one who saved it, a team (by its id), or everyone. */
const scope = z.union([z.enum(['me', 'everyone']), id]);
export const savedView = z.object({
  id,
  name: z.string(),
  icon: viewIcon,
  filter,
  for: scope,
  position: z.number().int(),
  mayChange: z.boolean(),
});
export type SavedView = z.infer<typeof savedView>;

const looks = z.object({
  name: line(60),
  icon: viewIcon,
  filter,
  for: scope,
  position: z.number().int().min(0).max(10_000).optional(),
});

export const bulkAction = z.discriminatedUnion('do', [
  z.object({ do: z.literal('assign'), assigneeId: id.nullable().optional(), teamId: id.nullable().optional() }),
  z.object({
    do: z.literal('tag'),
    add: z.array(line(60)).max(50).optional(),
    remove: z.array(line(60)).max(50).optional(),
  }),
  z.object({ do: z.literal('status'), status: z.enum(['open', 'waiting', 'resolved', 'closed']) }),
  z.object({ do: z.literal('snooze'), until: at }),
  z.object({ do: z.literal('folder'), folder: z.enum(['inbox', 'spam', 'trash']) }),
  z.object({ do: z.literal('seen'), unread: z.boolean() }),
  z.object({ do: z.literal('priority'), priority }),
  z.object({ do: z.literal('inbox'), inboxId: id }),
  /** `here`: its answer is put into the text by the screen one writes on, so it is neither kept as a draft nor sent. `name` is told by the server. */
  z.object({ do: z.literal('macro'), macroId: id, here: z.boolean().optional(), name: z.string().max(100).optional() }),
]);
export type BulkAction = z.infer<typeof bulkAction>;
/** One action on many. `skipped`: could not be done to them; `kept`: changed since, so undo left them as they are. */
export const bulk = z.object({
  id,
  action: bulkAction,
  state: z.enum(['running', 'stopped', 'done', 'undoing', 'undone']),
  total: z.number().int(),
  done: z.number().int(),
  skipped: z.number().int(),
  undone: z.number().int(),
  kept: z.number().int(),
});
export type Bulk = z.infer<typeof bulk>;
const answer = z.object({ bulk });

export const viewEndpoints = {
  'GET /conversations/landmarks': endpoint({
    summary: 'How long a list is, and a cursor at every 200th place: so one can go to any part of it at once',
    may: 'conversation.read',
    query: z.object({ ...filters, cursor: z.string().max(400).optional() }),
    reply: z.object({ count: z.number().int(), every: z.number().int(), cursors: z.array(z.string()) }),
  }),
  'GET /conversations/count': endpoint({
    summary: 'How many conversations these filters match, exactly',
    may: 'conversation.read',
    query: filter,
    reply: z.object({ count: z.number().int() }),
  }),
  'GET /saved-views': endpoint({
    summary: 'The views you saved, and those of your teams and of everyone',
    may: 'conversation.read',
    reply: z.object({ items: z.array(savedView) }),
  }),
  'POST /saved-views': endpoint({
    summary: 'Save a view; one that others see asks for the right to change teams',
    may: 'conversation.read',
    status: 201,
    body: looks,
    reply: z.object({ view: savedView }),
  }),
  'PATCH /saved-views/:id': endpoint({
    summary: 'Change a saved view: its name, icon, filter, for whom it is, or its place in the rail',
    may: 'conversation.read',
    params: byId,
    body: looks.partial(),
    reply: z.object({ view: savedView }),
  }),
  'DELETE /saved-views/:id': endpoint({
    summary: 'Delete a saved view; the conversations in it stay',
    may: 'conversation.read',
    params: byId,
    reply: nothing,
  }),
  'POST /saved-views/:id/restore': endpoint({
    summary: 'Bring a view back that was deleted within the last day',
    may: 'conversation.read',
    params: byId,
    reply: z.object({ view: savedView }),
  }),
  'POST /bulk': endpoint({
    summary:
      'Do one thing to many conversations: those named, or all that match a filter. Few are done at once, many by a job',
    may: 'conversation.write',
    status: 201,
    body: z
      .object({ action: bulkAction, ids: z.array(id).min(1).max(1000).optional(), filter: filter.optional() })
      .refine((b) => (b.ids === undefined) !== (b.filter === undefined), 'needs either ids or a filter'),
    reply: answer,
  }),
  'GET /bulk/:id': endpoint({ summary: 'How far it is', may: 'conversation.write', params: byId, reply: answer }),
  'POST /bulk/:id/stop': endpoint({
    summary: 'Stop it where it is; what is done stays, and can be undone',
    may: 'conversation.write',
    params: byId,
    reply: answer,
  }),
  'POST /bulk/:id/undo': endpoint({
    summary: 'Take it back within the hour; what was changed since is left as it is',
    may: 'conversation.write',
    params: byId,
    reply: answer,
  }),
};
