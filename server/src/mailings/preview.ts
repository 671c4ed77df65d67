import type { Body, KnownMailing } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { Invalid, InvalidField } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import type { Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { answering, fill, unknownIn, valuesForAll } from '../conversations/index.ts';
import { lockProblem } from '../problems/index.ts';
import { planFor } from './reporters.ts';
import { mailingById } from './shown.ts';

/** So many at once at most; more is a campaign, and no answer. */
const MOST = 10_000;
/** A preview that was not sent is forgotten, with all it says of people; and what a stopped one had left to say. */
const KEPT = 24 * 3_600_000;

/** Decides for each conversation whether its person is told in it and with which words, and keeps exactly that. Sends nothing. */
export async function makePreview(
  tx: Tx,
  who: Who,
  problemId: string,
  { kind, text, confirmed = false }: Body<'POST /problems/:id/mailings'>,
): Promise<KnownMailing> {
  await lockProblem(tx, problemId);
  const id = newId();
  const planned = await planFor(tx, { problemId, kind, confirmed, mailingId: null });
  const chosen = planned.flatMap(({ of, reason }) => (reason === null ? [of.own] : []));
  if (chosen.length > MOST)
    throw Invalid(
      say('These are more than {most} people at once. Nothing was sent; divide the problem into smaller ones.', {
        most: MOST,
      }),
    );
  const [values, desk] = await Promise.all([
    valuesForAll(tx, who, chosen),
    tx.first<{ language: string; signature: string }>(
      sql`select w.language, p.signature from workspace w join person p on p.workspace_id = w.id where w.id = ${tx.workspaceId} and p.id = ${who.id}`,
    ),
  ]);
  const [some] = values.values();
  const unknown = some ? unknownIn(text, new Set(Object.keys(some.values))) : [];
  if (unknown.length > 0)
    throw InvalidField(
      say(
        'Nobody knows what {names} is, so it would be sent as it stands. Nothing was made; write another name, or take it out.',
        {
          names: unknown.map((name) => `{{${name}}}`).join(', '),
        },
      ),
      'text',
    );
  const rows = planned.map(({ of, reason }) => {
    const told = values.get(of.own);
    const words = reason === null && told ? fill(text, told.values) : null;
    const why = reason ?? (words && words.missing.length === 0 ? null : 'unfilled');
    const signature = [desk?.signature ?? '', of.inbox_signature].map((one) => one.trim()).filter(Boolean);
    return {
      id: newId(),
      state: why ? 'left' : 'todo',
      reason: why,
      customer_id: of.root,
      conversation_id: of.id,
      answers: of.answers,
      inbox_id: of.inbox_id,
      provisional: of.provisional,
      language: told?.language ?? desk?.language ?? 'en',
      address: why ? '' : of.address,
      subject: why ? '' : answering(of.subject),
      text: why ? '' : (words?.text ?? ''),
      // A chat has none.
      signature: why || of.channel === 'chat' ? '' : signature.join('\n'),
    };
  });
  await tx.run(sql`
    insert into mailing (workspace_id, id, problem_id, kind, person_id, key_id, text, confirmed)
    values (${tx.workspaceId}, ${id}, ${problemId}, ${kind}, ${who.id}, ${who.keyId ?? null}, ${text}, ${confirmed})`);
  await tx.run(sql`
    insert into mailing_person (workspace_id, mailing_id, id, problem_id, kind, chosen, state, reason, customer_id, conversation_id, answers, inbox_id, provisional, language, address, subject, text, signature)
    select ${tx.workspaceId}, ${id}, r.id, ${problemId}, ${kind}, r.state = 'todo', r.state, r.reason, r.customer_id, r.conversation_id, r.answers, r.inbox_id, r.provisional, r.language, r.address, r.subject, r.text, r.signature
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, state text, reason text, customer_id uuid, conversation_id uuid, answers uuid, inbox_id uuid, provisional boolean, language text, address text, subject text, text text, signature text)`);
  await jobs.add(
    tx,
    'forget-mailing',
    { mailingId: id },
    { at: new Date(clock() + KEPT), key: `forget-mailing:${id}` },
  );
  return mailingById(tx, id);
}

/** After a day: a preview is gone, and what was stopped is not taken up again. */
export async function forgetMailing(tx: Tx, id: string): Promise<void> {
  const gone = await tx.run(
    sql`delete from mailing where workspace_id = ${tx.workspaceId} and id = ${id} and state = 'preview'`,
  );
  if (gone) return;
  const still = await tx.first(
    sql`select 1 from mailing where workspace_id = ${tx.workspaceId} and id = ${id} and state in ('running', 'undoing')`,
  );
  if (still)
    await jobs.add(
      tx,
      'forget-mailing',
      { mailingId: id },
      { at: new Date(clock() + KEPT), key: `forget-mailing:${id}` },
    );
  else
    await tx.run(
      sql`delete from mailing_person where workspace_id = ${tx.workspaceId} and mailing_id = ${id} and state = 'todo'`,
    );
}

/** Whoever was erased leaves a number: nothing that was about to be said to them stays, and nothing of it is sent. */
export async function forgetMailed(tx: Tx): Promise<void> {
  await tx.run(sql`
    update mailing_person set address = '', subject = '', text = '', conversation_id = null, state = case when state = 'todo' then 'left' else state end, reason = case when state = 'todo' then 'erased' else reason end
    where workspace_id = ${tx.workspaceId} and customer_id is null and (state = 'todo' or text <> '' or address <> '' or conversation_id is not null)`);
}
