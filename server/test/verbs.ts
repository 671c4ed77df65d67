import type { BulkAction, Opened, Step } from '@hearten/contract';
import { sql } from '../src/base/db.ts';
import { type EventRow, system } from '../src/base/events.ts';
import type { Who } from '../src/base/module.ts';
import { againstAbuse } from '../src/channels/chat/abuse.ts';
import { askForPerson } from '../src/conversations/asks-person.ts';
import { beginChild, followUp } from '../src/conversations/begin.ts';
import { startBulk, undoBulk } from '../src/conversations/bulk.ts';
import { assign, edit, move, note, setStatus, snooze, tag } from '../src/conversations/change.ts';
import { deleteForGood } from '../src/conversations/delete-for-good.ts';
import { deliver } from '../src/conversations/deliver.ts';
import { deleteDraft, markSeen, saveDraft } from '../src/conversations/draft.ts';
import { sayArrived } from '../src/conversations/evidence.ts';
import { forward } from '../src/conversations/forward.ts';
import { hand } from '../src/conversations/hand.ts';
import { link, unlink } from '../src/conversations/link.ts';
import { merge, unmerge } from '../src/conversations/merge.ts';
import { moveInbox } from '../src/conversations/move-inbox.ts';
import { openConversation } from '../src/conversations/open.ts';
import { setParent } from '../src/conversations/parent.ts';
import { holdPlanned, replan } from '../src/conversations/plan.ts';
import { reply } from '../src/conversations/reply.ts';
import { retry } from '../src/conversations/retry.ts';
import { answeredAside, writeAside } from '../src/conversations/side.ts';
import { make } from '../src/conversations/snippets/keep.ts';
import { file } from '../src/conversations/spam/file.ts';
import { split, unsplit } from '../src/conversations/split.ts';
import { takePart } from '../src/conversations/take-part.ts';
import { transfer } from '../src/conversations/transfer.ts';
import { undo } from '../src/conversations/undo.ts';
import { sayMood } from '../src/mood/say.ts';
import { type Desk, keepingChannel } from './desk.ts';

export type Verb = (who: Who, id: string, other: string, n: number) => Promise<unknown>;
/** All that can happen to a conversation, as people and mails do it. `secondInbox`: where conversations are moved to and fro. */
export function verbsOf(w: Desk, secondInbox: string): Record<string, Verb> {
  const channel = keepingChannel();
  const out = async (id: string, states: string[]): Promise<string | undefined> =>
    (
      await w.tx((t) =>
        t.first<{ id: string }>(
          sql`select id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and type = 'out' and state = any (${states}::text[]) order by id desc limit 1`,
        ),
      )
    )?.id;
  const openedOf = async (who: Who, id: string): Promise<Opened> =>
    JSON.parse((await w.tx((t) => openConversation(t, who, id))).json) as Opened;
  return {
    note: (who, id, _o, n) =>
      w.tx((t) => note(t, who, id, { text: n % 2 ? `note ${n}` : `@The representative, note ${n}` })),
    reply: (who, id, _o, n) =>
      w.tx((t) => reply(t, () => channel, who, id, { text: `answer ${n}`, after: n % 2 ? 'resolved' : 'waiting' })),
    later: (who, id, _o, n) =>
      w.tx((t) =>
        reply(t, () => channel, who, id, {
          text: `later ${n}`,
          sendAt: new Date(Date.now() + 3_600_000).toISOString(),
          insist: n % 2 === 0,
        }),
      ),
    feel: (who, id, _o, n) =>
      w.tx((t) => sayMood(t, who, id, n % 3 ? { value: (n % 5) + 1, stuck: n % 2 === 0 } : { value: null })),
    hold: async (_who, id) => {
      const planned = await out(id, ['queued']);
      if (!planned) return;
      const event = { message_id: planned, data: { planned: true } } as unknown as EventRow;
      await w.tx((t) => holdPlanned(t, event));
    },
    replan: async (who, id, _o, n) => {
      const planned = await out(id, ['queued']);
      const sendAt = new Date(Date.now() + 7_200_000).toISOString();
      if (planned) await w.tx((t) => replan(t, () => channel, who, planned, n % 2 ? { sendAt } : {}));
    },
    leave: async (_who, id) => {
      await w.tx((t) =>
        t.run(
          sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and conversation_id = ${id} and plan is not null and send_at is not null`,
        ),
      );
      const planned = await out(id, ['queued']);
      if (planned) await deliver(w.hearten, () => channel, w.workspaceId, planned);
    },
    forward: async (who, id, _o, n) => {
      const { items } = await openedOf(who, id);
      const about = items.find((i) => i.type === 'in');
      const body = { to: [{ address: `third${n}@example.org` }], text: `see ${n}`, messages: about ? [about.id] : [] };
      await w.tx((t) => forward(t, w.hearten, () => channel, who, id, body as never));
    },
    arrived: async (who, id) => {
      const message = await out(id, ['unknown']);
      if (message) await w.tx((t) => sayArrived(t, who, message));
    },
    participants: (who, id, _o, n) =>
      w.tx((t) =>
        takePart(
          t,
          who,
          id,
          n % 3 ? { add: [{ address: `p${n % 5}@example.org`, name: '' }] } : { remove: [`p${n % 5}@example.org`] },
        ),
      ),
    undo: async (who, id) => {
      const message = await out(id, ['queued']);
      if (message) await w.tx((t) => undo(t, who, message));
    },
    deliver: async (_who, id, _o, n) => {
      const message = await out(id, ['queued', 'deferred']);
      channel.answer = async () => {
        if (n % 4 === 1) throw Object.assign(new Error('550 no such user'), { fate: 'declined' });
        if (n % 4 === 2) throw Object.assign(new Error('no answer'), { fate: 'unsure' });
        if (n % 4 === 3) throw Object.assign(new Error('450 later'), { fate: 'later', seconds: 60 });
        return { response: '250 ok' };
      };
      if (message) await deliver(w.hearten, () => channel, w.workspaceId, message);
    },
    retry: async (who, id) => {
      const message = await out(id, ['failed', 'unknown', 'bounced', 'deferred']);
      if (message) await w.tx((t) => retry(t, () => channel, who, message));
    },
    bounce: async (_who, id) => {
      const message = await w.tx((t) =>
        t.first<{ external_id: string }>(
          sql`select external_id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and type = 'out' and state = 'sent' limit 1`,
        ),
      );
      if (message)
        await w.receive({
          kind: 'bounce',
          automatic: true,
          bounce: {
            messageExternalId: message.external_id,
            recipients: ['x@example.org'],
            hard: true,
            reason: 'unknown user',
          },
        });
    },
    answer: async (_who, id, _o, n) => {
      const home = await w.tx((t) =>
        t.first<{ customer_address: string; customer_name: string }>(
          sql`select customer_address, customer_name from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
        ),
      );
      if (home)
        await w.receive({
          token: id,
          from: { address: home.customer_address, name: home.customer_name },
          text: `more ${n}`,
          cc: n % 3 ? [] : [{ address: `cc${n}@example.org`, name: '' }],
        });
    },
    arrive: (_who, _id, _o, n) =>
      w.receive({ subject: `new ${n}`, signs: n % 3 ? [] : [{ rule: 'host', points: 9, words: `sign ${n}` }] }),
    file: (who, id, _o, n) =>
      w.tx((t) =>
        file(
          t,
          who,
          id,
          n % 2 ? { folder: 'spam', block: n % 4 === 1 } : { folder: 'inbox', allow: n % 4 ? 'sender' : null },
        ),
      ),
    assign: (who, id, _o, n) => w.tx((t) => assign(t, who, id, { assigneeId: n % 2 ? who.id : null })),
    status: (who, id, _o, n) =>
      w.tx((t) => setStatus(t, who, id, (['open', 'waiting', 'resolved', 'closed'] as const)[n % 4] ?? 'open')),
    snooze: (who, id, _o, n) => w.tx((t) => snooze(t, who, id, new Date(Date.now() + 3_600_000 + n).toISOString())),
    tag: (who, id, _o, n) =>
      w.tx((t) => tag(t, who, id, n % 2 ? { add: [`tag${n % 5}`] } : { remove: [`tag${(n + 1) % 5}`] })),
    move: (who, id, _o, n) => w.tx((t) => move(t, who, id, (['inbox', 'spam', 'trash'] as const)[n % 3] ?? 'inbox')),
    edit: (who, id, _o, n) =>
      w.tx((t) => edit(t, who, id, { subject: `subject ${n}`, priority: n % 2 ? 'high' : 'low' })),
    moveInbox: (who, id, _o, n) => w.tx((t) => moveInbox(t, who, id, n % 2 ? secondInbox : w.inboxId)),
    bulk: async (who, id, other, n) => {
      const action: BulkAction = n % 2 ? { do: 'status', status: 'waiting' } : { do: 'tag', add: ['tag1'] };
      const ids = [...new Set([id, other])];
      const { bulk } = await w.tx((t) => startBulk(t, () => channel, who, { action, ids }));
      if (n % 3) await w.tx((t) => undoBulk(t, () => channel, who, bulk.id));
    },
    macro: async (who, id, _o, n) => {
      const steps: Step[] = [
        { do: 'tag', add: ['tag1'] },
        { do: 'assign', assigneeId: 'me' },
        { do: 'priority', priority: 'high' },
        { do: 'note', text: `for {{agent.name}} ${n}` },
        n % 2 ? { do: 'status', status: 'resolved' } : { do: 'snooze', for: '2h' },
      ];
      const given = { name: `macro ${n}`, for: 'me', text: n % 3 ? 'See {{conversation.number}}' : '', steps } as const;
      const macro = await w.tx((t) => make(t, who, 'macro', { ...given, steps, sends: n % 4 === 1 }));
      const action = { do: 'macro', macroId: macro.id } as const;
      const { bulk } = await w.tx((t) => startBulk(t, () => channel, who, { action, ids: [id] }));
      if (n % 5) await w.tx((t) => undoBulk(t, () => channel, who, bulk.id));
    },
    seen: (who, id, _o, n) => w.tx((t) => markSeen(t, who, id, n % 2 === 0)),
    draft: (who, id, _o, n) =>
      n % 2
        ? w.tx((t) => saveDraft(t, who, id, { kind: n % 3 ? 'reply' : 'note', text: `draft ${n}` }))
        : w.tx((t) => deleteDraft(t, who, id, ([undefined, 'reply', 'note'] as const)[(n / 2) % 3])),
    merge: (who, id, other) => w.tx((t) => merge(t, who, id, other)),
    split: async (who, id, _o, n) => {
      const message = await w.tx((t) =>
        t.first<{ id: string }>(
          sql`select id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} order by at desc, id desc limit 1 offset ${n % 3}`,
        ),
      );
      if (message) await w.tx((t) => split(t, who, message.id, n % 2 === 0));
    },
    unsplit: async (who, id) => {
      const off = await w.tx((t) =>
        t.first<{ id: string }>(
          sql`select id from conversation where workspace_id = ${w.workspaceId} and split_undo->>'from' = ${id} and merged_into is null limit 1`,
        ),
      );
      if (off) await w.tx((t) => unsplit(t, who, off.id));
    },
    stranger: async (_who, id) => {
      const message = await w.tx((t) =>
        t.first<{ external_id: string }>(
          sql`select external_id from message where workspace_id = ${w.workspaceId} and conversation_id = ${id} and external_id is not null limit 1`,
        ),
      );
      if (message) await w.receive({ inReplyTo: message.external_id });
    },
    link: (who, id, other, n) =>
      w.tx(async (t) => void (n % 3 ? await link(t, who, id, other) : await unlink(t, who, id, other))),
    parent: (who, id, other, n) => w.tx((t) => setParent(t, who, id, n % 4 ? other : null)),
    child: (who, id, _o, n) =>
      w.tx((t) =>
        beginChild(t, who, id, {
          subject: `task ${n}`,
          note: n % 2 ? 'please' : '',
          assigneeId: n % 3 ? who.id : null,
        }),
      ),
    followUp: (who, id) => w.tx((t) => followUp(t, who, id, undefined)),
    aside: async (who, id, _o, n) => {
      const body = {
        to: [{ address: `supplier${n}@parts.example`, name: '' }],
        subject: `parts ${n}`,
        text: 'Have you any?',
      };
      await w.tx((t) => writeAside(t, w.hearten, () => channel, who, id, body));
    },
    answerAside: async (who, id, _o, n) => {
      const side = (await openedOf(who, id)).children.find((c) => c.parent?.kind === 'side');
      if (!side) return;
      await w.receive({
        token: side.id,
        from: { address: side.customer.address, name: 'Supplier' },
        text: `we have ${n}`,
        cc: n % 2 ? [(await openedOf(who, id)).conversation.customer] : [],
      });
      await w.tx(async (t) => {
        const event = await t.first<EventRow>(
          sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${side.id} and name = 'message.received' order by id desc limit 1`,
        );
        if (event) await answeredAside(t, event);
      });
    },
    grown: async (who, id, _o, n) => {
      const child = (await openedOf(who, id)).children.at(-1);
      if (child && n % 2) await w.tx((t) => setStatus(t, who, child.id, n % 4 === 1 ? 'resolved' : 'open'));
      else if (child) await w.tx((t) => setParent(t, who, child.id, null));
    },
    deleteForGood: (who, id) => w.tx((t) => deleteForGood(t, { kind: 'person', id: who.id }, id)),
    asksPerson: (_who, id) => w.tx((t) => askForPerson(t, id)),
    handOut: (who, id, _o, n) =>
      w.tx((t) => hand(t, id, n % 2 ? who.id : null, { why: n % 2 ? 'room' : 'away', actor: system })),
    transfer: (who, id, _o, n) =>
      w.tx((t) =>
        transfer(t, () => channel, who, id, {
          ...(n % 2 ? { assigneeId: who.id } : { inboxId: n % 4 ? secondInbox : w.inboxId }),
          note: n % 3 ? `over to you ${n}` : '',
        }),
      ),
    passOn: (who, id) => w.tx((t) => againstAbuse(t, who, id, { do: 'pass-on', reason: '', address: false })),
    unmerge: (who, id) => w.tx((t) => unmerge(t, who, id)),
  };
}
