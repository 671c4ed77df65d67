import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Hearten, type Module, nothing } from '../base/module.ts';
import { say } from '../base/words.ts';
import { age, ageAll, ages, close } from './age.ts';
import { beginChild, followUp } from './begin.ts';
import { forgetBulk, readBulk, runBulk, startBulk, stopBulk, undoBulk } from './bulk.ts';
import { assign, edit, note, setStatus, snooze, tag, wake } from './change.ts';
import { deleteForGood } from './delete-for-good.ts';
import { deliver } from './deliver.ts';
import { deleteDraft, markSeen, saveDraft } from './draft.ts';
import { believeAnswer, sayArrived } from './evidence.ts';
import { follow, followCustomer } from './follow-customer.ts';
import { forward } from './forward.ts';
import type { ChannelOf } from './inbox-of.ts';
import { letGo, letGoOfPerson, rename } from './let-go.ts';
import { link, unlink } from './link.ts';
import { countMatching, countViews, landmarks, list } from './list.ts';
import { merge, unmerge } from './merge.ts';
import { moveInbox } from './move-inbox.ts';
import { earlierItems, openConversation } from './open.ts';
import { setParent } from './parent.ts';
import { readAlong } from './passed.ts';
import { holdPlanned, replan } from './plan.ts';
import { addForgotten, recoverLost } from './recover.ts';
import { reply } from './reply.ts';
import { placeOf, quoteOf, retry } from './retry.ts';
import { changeView, deleteView, restoreView, savedFor, saveView } from './saved-views.ts';
import { search } from './search.ts';
import { answeredAside, writeAside } from './side.ts';
import { snippetRoutes } from './snippets/routes.ts';
import { useIsSent } from './snippets/used.ts';
import { file } from './spam/file.ts';
import { forget, learnFromAnswers, learnFromMove } from './spam/learn.ts';
import { rejudge } from './spam/rejudge.ts';
import { readFilter, setThreshold, why } from './spam/settings.ts';
import { split, unsplit } from './split.ts';
import { start } from './start.ts';
import { takePart } from './take-part.ts';
import { today } from './today.ts';
import { transfer } from './transfer.ts';
import { undo } from './undo.ts';
import { uploadRoute } from './upload-route.ts';
import { notForwarded } from './vouched.ts';

export { countAged, countFiles, removeAged, removeFiles } from './aged.ts';
export { askForPerson } from './asks-person.ts';
export { conversationAudience } from './audience.ts';
export { type Automatic, sendAutomatically } from './automatic.ts';
export { type Block, type Body, readHtml, type Span } from './body/index.ts';
export { bouncedWith, noteReport, type Reported } from './bounce.ts';
export { whoActs } from './bulk.ts';
export { assign, move as moveTo, note } from './change.ts';
export * from './channel.ts';
export { senderChecked } from './checked.ts';
export { deleteForGood } from './delete-for-good.ts';
export { eraseAmongOthers, eraseSome, eraseViews, type Held, heldOf } from './erase.ts';
export { keepMarks, markErased, marksOf, type Noted, noted } from './erased.ts';
export { arrived, type Evidence } from './evidence.ts';
export { bringHome } from './follow-customer.ts';
export { hand } from './hand.ts';
export type { ChannelOf } from './inbox-of.ts';
export { inboxById, isPractice } from './inbox-of.ts';
export { filesOf } from './lease.ts';
export { mentions } from './mentions.ts';
export { type Showing, showMood } from './mood.ts';
export { startPresence } from './presence.ts';
export { receive } from './receive.ts';
export { recordSent } from './record.ts';
export { doubtWaiting } from './recover.ts';
export { answering, reply } from './reply.ts';
export { changedFor, lockLive, messageJson, rowJson, snippetOf } from './rows.ts';
export { fill, unknownIn, valuesForAll } from './snippets/fill.ts';
export { makeSnippet, usableSnippet } from './snippets/keep.ts';
export { isSpamNow } from './spam/judge.ts';
export { writeToCustomerAt } from './take-part.ts';
export { holdBack, undo } from './undo.ts';
export { dropVisitorFiles, keepVisitorFile, safeName, takeVisitorFiles, waitingBytesOf } from './uploads.ts';
export { mayBeForwarded, vouchLater } from './vouched-later.ts';
export { searchable } from './words.ts';
export type { Entry } from './write.ts';

/** What a new workspace needs here: the counter of its conversation numbers. */
export async function foundConversations(tx: Tx): Promise<void> {
  await tx.run(sql`insert into counter (workspace_id) values (${tx.workspaceId})`);
}

async function idOf(tx: Tx, number: number): Promise<{ id: string }> {
  const row = await tx.first<{ id: string }>(
    sql`select id from conversation where workspace_id = ${tx.workspaceId} and number = ${number}`,
  );
  if (!row) throw NotFound(say('There is no conversation #{number}.', { number }));
  return row;
}
const tagsInUse = (tx: Tx): Promise<{ name: string }[]> =>
  tx.many(
    sql`select distinct unnest(tags) as name from (select tags from conversation where workspace_id = ${tx.workspaceId} and tags <> '{}' order by last_at desc limit 5000) c order by name limit 500`,
  );

export const conversations = (hearten: Hearten, channels: ChannelOf): Module => ({
  name: 'conversations',
  routes: {
    'GET /conversations': ({ query, who, tx }) => tx((t) => list(t, who, query)),
    'GET /conversations/landmarks': ({ query, who, tx }) => tx((t) => landmarks(t, who, query)),
    'GET /views': ({ who, tx }) => tx((t) => countViews(t, who)),
    'GET /today': ({ who, tx }) => tx((t) => today(t, who)),
    'GET /conversations/count': ({ query, who, tx }) => tx((t) => countMatching(t, who, query)),
    'GET /saved-views': ({ who, tx }) => tx(async (t) => ({ items: await savedFor(t, who) })),
    'POST /saved-views': ({ body, who, tx }) => tx((t) => saveView(t, who, body)),
    'PATCH /saved-views/:id': ({ params, body, who, tx }) => tx((t) => changeView(t, who, params.id, body)),
    'POST /saved-views/:id/restore': ({ params, who, tx }) => tx((t) => restoreView(t, who, params.id)),
    'DELETE /saved-views/:id': ({ params, who, tx }) => nothing(tx((t) => deleteView(t, who, params.id))),
    ...snippetRoutes,
    'POST /bulk': ({ body, who, tx }) => tx((t) => startBulk(t, channels, who, body)),
    'GET /bulk/:id': ({ params, who, tx }) => tx((t) => readBulk(t, who, params.id)),
    'POST /bulk/:id/stop': ({ params, who, tx }) => tx((t) => stopBulk(t, who, params.id)),
    'POST /bulk/:id/undo': ({ params, who, tx }) => tx((t) => undoBulk(t, channels, who, params.id)),
    'POST /conversations': ({ body, who, tx }) => tx((t) => start(t, channels, who, body)),
    'GET /conversations/:id': ({ params, who, tx }) => tx((t) => openConversation(t, who, params.id)),
    'GET /conversations/number/:number': ({ params, tx }) => tx((t) => idOf(t, params.number)),
    'GET /conversations/:id/items': ({ params, query, tx }) =>
      tx((t) => earlierItems(t, params.id, query.cursor, query.limit)),
    'PATCH /conversations/:id': ({ params, body, who, tx }) => tx((t) => edit(t, who, params.id, body)),
    'POST /conversations/:id/replies': ({ params, body, who, tx }) =>
      tx((t) => reply(t, channels, who, params.id, body, null, 'last')),
    'POST /conversations/:id/forwards': async ({ params, body, who, tx }) => {
      const along = await readAlong(hearten, channels, who, params.id, body);
      return tx((t) => forward(t, hearten, channels, who, params.id, body, along));
    },
    'POST /conversations/:id/notes': ({ params, body, who, tx }) => tx((t) => note(t, who, params.id, body)),
    'POST /conversations/:id/assign': ({ params, body, who, tx }) => tx((t) => assign(t, who, params.id, body)),
    'POST /conversations/:id/inbox': ({ params, body, who, tx }) =>
      tx((t) => moveInbox(t, who, params.id, body.inboxId, channels)),
    'POST /conversations/:id/transfer': ({ params, body, who, tx }) =>
      tx((t) => transfer(t, channels, who, params.id, body)),
    'POST /conversations/:id/snooze': ({ params, body, who, tx }) => tx((t) => snooze(t, who, params.id, body.until)),
    'POST /conversations/:id/status': ({ params, body, who, tx }) =>
      tx((t) => setStatus(t, who, params.id, body.status)),
    'POST /conversations/:id/tags': ({ params, body, who, tx }) => tx((t) => tag(t, who, params.id, body)),
    'POST /conversations/:id/participants': ({ params, body, who, tx }) => tx((t) => takePart(t, who, params.id, body)),
    'POST /conversations/:id/folder': ({ params, body, who, tx }) => tx((t) => file(t, who, params.id, body)),
    'GET /conversations/:id/spam': ({ params, tx }) => tx((t) => why(t, params.id)),
    'GET /spam': ({ tx }) => tx(readFilter),
    'PATCH /spam': ({ body, who, tx }) => tx((t) => setThreshold(t, who, body.threshold)),
    'DELETE /spam/learned': ({ who, tx }) => tx((t) => forget(t, who)),
    'POST /conversations/:id/merge': ({ params, body, who, tx }) =>
      tx((t) => merge(t, who, params.id, body.into, undefined, channels)),
    'POST /conversations/:id/unmerge': ({ params, who, tx }) => tx((t) => unmerge(t, who, params.id)),
    'GET /workspace/ages': ({ query, tx }) => tx((t) => ages(t, query)),
    'POST /messages/:id/not-forwarded': ({ params, who, tx }) => tx((t) => notForwarded(t, who, params.id)),
    'POST /messages/:id/split': ({ params, body, who, tx }) => tx((t) => split(t, who, params.id, body.only === true)),
    'POST /conversations/:id/unsplit': ({ params, who, tx }) => tx((t) => unsplit(t, who, params.id)),
    'POST /conversations/:id/link': ({ params, body, who, tx }) => tx((t) => link(t, who, params.id, body.otherId)),
    'POST /conversations/:id/parent': ({ params, body, who, tx }) =>
      tx((t) => setParent(t, who, params.id, body.parentId)),
    'POST /conversations/:id/children': ({ params, body, who, tx }) => tx((t) => beginChild(t, who, params.id, body)),
    'POST /conversations/:id/sides': async ({ params, body, who, tx }) => {
      const along = await readAlong(hearten, channels, who, params.id, body);
      return tx((t) => writeAside(t, hearten, channels, who, params.id, body, along));
    },
    'POST /conversations/:id/follow-up': ({ params, body, who, tx }) =>
      tx((t) => followUp(t, who, params.id, body.subject)),
    'POST /conversations/:id/unlink': ({ params, body, who, tx }) =>
      nothing(tx((t) => unlink(t, who, params.id, body.otherId))),
    'DELETE /conversations/:id': ({ params, who, tx }) => nothing(tx((t) => deleteForGood(t, actorOf(who), params.id))),
    'POST /conversations/:id/seen': ({ params, body, who, tx }) =>
      nothing(tx((t) => markSeen(t, who, params.id, body.unread === true))),
    'PUT /conversations/:id/draft': ({ params, body, who, tx }) => tx((t) => saveDraft(t, who, params.id, body)),
    'DELETE /conversations/:id/draft': ({ params, query, who, tx }) =>
      nothing(tx((t) => deleteDraft(t, who, params.id, query.kind))),
    'POST /messages/:id/undo': ({ params, who, tx }) => tx((t) => undo(t, who, params.id)),
    'POST /messages/:id/plan': ({ params, body, who, tx }) => tx((t) => replan(t, channels, who, params.id, body)),
    'POST /messages/:id/retry': ({ params, body, who, tx }) => tx((t) => retry(t, channels, who, params.id, body)),
    'POST /messages/:id/arrived': ({ params, who, tx }) => tx((t) => sayArrived(t, who, params.id)),
    'GET /messages/:id': ({ params, tx }) => tx((t) => placeOf(t, params.id)),
    'GET /messages/:id/quote': ({ params, tx }) => tx((t) => quoteOf(t, params.id)),
    'GET /search': ({ query, who }) => hearten.db.aside(who.workspaceId, (t) => search(t, who, query)),
    'GET /tags': ({ tx }) => tx(async (t) => ({ items: (await tagsInUse(t)).map((row) => row.name) })),
  },
  plain: (app, identify) => uploadRoute(app, hearten, identify),
  on: {
    'message.received': async (tx, event) => {
      await holdPlanned(tx, event);
      await believeAnswer(tx, event);
      await answeredAside(tx, event);
    },
    'team.deleted': letGo,
    'person.changed': letGoOfPerson,
    'customer.changed': rename,
    'customer.merged': follow,
    'customer.unmerged': follow,
    'workspace.changed': (tx) => jobs.add(tx, 'age', {}, { key: 'age' }),
    'conversation.moved': learnFromMove,
    'message.checked': rejudge,
  },
  onBatch: {
    events: ['message.sent'],
    react: async (tx, events) => {
      await learnFromAnswers(tx, events);
      await useIsSent(tx, events);
    },
  },
  jobs: {
    deliver: ({ workspaceId, messageId }, { number }) =>
      deliver(hearten, channels, String(workspaceId), String(messageId), number),
    wake: ({ workspaceId, conversationId }) =>
      hearten.db.tx(String(workspaceId), (t) => wake(t, String(conversationId))),
    bulk: ({ workspaceId, bulkId }) => runBulk(hearten, channels, String(workspaceId), String(bulkId)),
    'forget-bulk': ({ workspaceId, bulkId }) =>
      hearten.db.tx(String(workspaceId), (t) => forgetBulk(t, String(bulkId))),
    'follow-customer': ({ workspaceId, from, into, back }) =>
      followCustomer(hearten, String(workspaceId), { from: String(from), into: String(into), back: back === true }),
    age: ({ workspaceId }) => age(hearten, String(workspaceId)),
    close: ({ workspaceId, conversationId }) =>
      hearten.db.tx(String(workspaceId), (t) => close(t, [String(conversationId)])),
  },
  start: async () => {
    let looked = 0;
    const look = async (): Promise<void> => {
      await recoverLost(hearten);
      if (looked++ % 3 === 0) await addForgotten(hearten);
    };
    const sweep = setInterval(
      () => look().catch((error) => hearten.log.warn('Lost deliveries could not be looked for', { error })),
      5_000,
    );
    await look();
    const older = (): void => {
      ageAll(hearten).catch((error) =>
        hearten.log.warn('What is old enough could not be closed or deleted; tried again in an hour', { error }),
      );
    };
    older();
    const hourly = setInterval(older, 3_600_000);
    return async () => {
      clearInterval(sweep);
      clearInterval(hourly);
    };
  },
});
