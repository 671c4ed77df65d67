import { clock } from '../../base/clock.ts';
import { sql, type Tx } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import { madeAt } from '../../base/ids.ts';
import { type Channel, type InboxRow, sendAutomatically } from '../../conversations/index.ts';
import { mailText, readWorkspace, renderMail } from '../../team/index.ts';
import { withoutPlus } from './address.ts';
import { settingsOf } from './room.ts';

const PER_HOUR = 100; // acknowledgements of one workspace: a flood with forged senders gets no further
const OPENED = 5; // conversations one address may open in an hour and still be acknowledged: a loop writes faster than a person

type Asked = {
  conversation_id: string;
  message_id: string;
  address: string;
  number: number;
  inbox: InboxRow;
  from: string;
  opened: number;
};

/**
 * "We have your message": to the writers of new conversations, where the inbox wants it. RFC 3834: never to what a machine, a list or
 * nobody (`<>`) wrote, at most once a day to an address, and with not a word of what was written, so that it can't carry a stranger's
 * words to a third person.
 */
export async function acknowledge(tx: Tx, events: EventRow[], channel: Channel): Promise<void> {
  const asking = events.filter(asks);
  if (asking.length === 0) return;
  const all = await tx.many<Asked>(sql`
    select e.conversation_id, e.message_id, c.customer_address as address, c.number, to_jsonb(i) - 'secrets' as inbox, coalesce(r.envelope->>'from', c.customer_address) as "from",
      (select count(*)::int from (select 1 from conversation o where o.workspace_id = c.workspace_id and o.customer_id = c.customer_id and o.last_at > now() - interval '1 hour' limit ${OPENED + 1}) x) as opened
    from unnest(${asking.map((e) => e.conversation_id)}::uuid[], ${asking.map((e) => e.message_id)}::uuid[], ${asking.map(isChecked)}::boolean[]) as e (conversation_id, message_id, checked)
    cross join lateral (select * from conversation o where o.workspace_id = ${tx.workspaceId} and o.id = e.conversation_id limit 1) c join inbox i on i.workspace_id = c.workspace_id and i.id = c.inbox_id
    left join inbound_mail r on r.workspace_id = c.workspace_id and r.id = e.message_id
    join message m on m.workspace_id = c.workspace_id and m.id = e.message_id
    where c.folder = 'inbox' and not m.automatic and m.kind = 'message' and m.authentication->>'verdict' is distinct from 'failed'
      and (e.checked or not (coalesce(m.authentication->>'checking', 'false')::boolean and m.authentication->>'verdict' = 'unknown'))
      and i.deleted_at is null and c.channel = 'email' and i.channel = 'email' and i.settings->>'acknowledge' = 'true'`);
  for (const asked of all) await acknowledgeOne(tx, asked, channel);
}

const isChecked = ({ name }: EventRow): boolean => name === 'message.checked';
const LATE = 600_000; // ms after it came, by which an acknowledgement is no news any more

/**
 * Is this a person's new conversation, new now, in the inbox? One whose sender is still being looked up is answered when that is done:
 * a forged one would answer somebody who never wrote.
 */
function asks(event: EventRow): boolean {
  const { data, conversation_id, message_id } = event;
  if (isChecked(event))
    return (
      conversation_id !== null &&
      conversation_id === message_id &&
      data.historic !== true &&
      clock() - madeAt(message_id) < LATE
    );
  const { opened, kind, automatic, historic, folder, spam } = data;
  if (!opened || kind !== 'message' || automatic || historic || spam || folder !== 'inbox') return false;
  return conversation_id !== null && message_id !== null;
}

async function acknowledgeOne(tx: Tx, asked: Asked, channel: Channel): Promise<void> {
  if (!settingsOf(asked.inbox).acknowledge) return;
  if (asked.from === '' || asked.from === '<>' || asked.opened > OPENED || !mayAnswer(asked.address)) return;
  if (!(await first(tx, withoutPlus(asked.address)))) return;
  const workspace = await readWorkspace(tx);
  const text = renderMail(await mailText(tx, 'acknowledgement', workspace.language), {
    'workspace.name': workspace.name,
    'inbox.name': asked.inbox.name,
    'conversation.number': String(asked.number),
  });
  await sendAutomatically(tx, channel, asked.conversation_id, {
    to: { address: asked.address, name: '' },
    subject: text.subject,
    text: text.text,
    about: asked.message_id,
  });
}

export type Acknowledgement = {
  conversationId: string;
  messageId: string;
  address: string;
  subject: string;
  text: string;
};
/** Whether an address that nothing proves may be written to by a machine now; noted, if so. */
export const mayWriteTo = async (tx: Tx, address: string): Promise<boolean> =>
  mayAnswer(address) && (await first(tx, withoutPlus(address)));
/** For a channel whose words are its own: within the same bounds, which hold for both together. */
export async function acknowledgeOnce(tx: Tx, channel: Channel, to: Acknowledgement): Promise<void> {
  if (!(await mayWriteTo(tx, to.address))) return;
  await sendAutomatically(tx, channel, to.conversationId, {
    to: { address: to.address, name: '' },
    subject: to.subject,
    text: to.text,
    about: to.messageId,
  });
}

/** Addresses that no person reads. */
const mayAnswer = (address: string): boolean =>
  address.includes('@') &&
  !/^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|owner-.*|.*-request|.*-owner|notifications?|daemon)([+@=-])/i.test(
    address,
  );

/** Notes that this address is written to now; false when it was within a day, when one of our own inboxes it is, or when too many were this hour. */
async function first(tx: Tx, address: string): Promise<boolean> {
  const done = await tx.run(sql`
    insert into acknowledged (workspace_id, address, day, count)
    select ${tx.workspaceId}, ${address}, current_date, 1
    where not exists (select 1 from acknowledged a where a.workspace_id = ${tx.workspaceId} and a.address = ${address} and a.last_at > now() - interval '1 day')
      and not exists (select 1 from inbox i where i.workspace_id = ${tx.workspaceId} and lower(i.address) = ${address} and i.deleted_at is null)
      and (select count(*) from acknowledged a where a.workspace_id = ${tx.workspaceId} and a.day >= current_date - 1 and a.last_at > now() - interval '1 hour') < ${PER_HOUR}
    on conflict (workspace_id, address, day) do nothing`);
  return done > 0;
}
