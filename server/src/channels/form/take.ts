import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { clock } from '../../base/clock.ts';
import { NOWHERE, sql, type Tx } from '../../base/db.ts';
import { Conflict, Invalid, TooMany } from '../../base/errors.ts';
import { isId, newId } from '../../base/ids.ts';
import { makeLimit } from '../../base/limits.ts';
import { machine } from '../../base/machine.ts';
import { count } from '../../base/metrics.ts';
import type { Hearten } from '../../base/module.ts';
import { makeSlots } from '../../base/slots.ts';
import { accepted } from '../../base/words.ts';
import { safeName } from '../../conversations/index.ts';
import { type Entry, MOST_BYTES, priorityOf, readEntry } from './entry.ts';
import type { Mail } from './index.ts';
import { isDone, type Leave, readLeave } from './leave.ts';
import { notThere, type Open, openForm } from './settings.ts';
import { type When, whenThere } from './when.ts';

/** One form may take so many in an hour; more are not one company's customers. */
const PER_HOUR = 600;
const BYTES_PER_HOUR = 1_000_000_000; // all forms of a workspace: strangers must not fill its disk
const AT_ONCE = 8; // bodies a process reads at a time: with their files they fill memory
const EACH = 2; // of one machine, so that none shuts the forms of everybody
const KEPT = '35 days';

/** The workspace of a form, by the one thing that a stranger knows. */
export async function homeOf(hearten: Pick<Hearten, 'db'>, formId: string): Promise<string> {
  if (!isId(formId)) throw notThere();
  const [home] = await hearten.db.read<{ id: string | null }>(NOWHERE, sql`select form_home(${formId}) as id`);
  if (!home?.id) throw notThere();
  return home.id;
}

const header = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

/**
 * POST /form/:id: what somebody filled in. The leave to send stands in the headers, and the work is looked at before the body is read:
 * whoever did none fills no memory. Answered when it is safe.
 */
export function takeEntries(app: FastifyInstance, hearten: Hearten, mail: Mail): void {
  const limit = makeLimit(6, 12);
  const slots = makeSlots({ most: AT_ONCE });
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser(
      'multipart/form-data',
      { parseAs: 'buffer', bodyLimit: MOST_BYTES + 512 * 1024 },
      (_request, body, done) => done(null, body),
    );
    const leaves = new WeakMap<FastifyRequest, { workspaceId: string; leave: Leave }>();
    inner.addHook<{ Params: { id: string } }>('onRequest', async (request) => {
      limit(machine(request.ip));
      const text = header(request, 'hearten-leave');
      const leave = readLeave(hearten.seal, text);
      if (leave === 'late' || !leave || leave.formId !== request.params.id)
        throw Conflict('This form was open for very long. Nothing was sent yet; send it again.', { type: 'form-late' });
      if (!isDone(text, leave, header(request, 'hearten-work')))
        throw Invalid('Your browser did not finish its part. Nothing was sent; load the page again.');
      const workspaceId = await homeOf(hearten, leave.formId);
      await slots.enter(request.raw, [
        [`machine ${machine(request.ip)}`, EACH],
        [`leave ${leave.nonce}`, 1],
      ]);
      leaves.set(request, { workspaceId, leave });
    });
    inner.addHook('onResponse', async (request) => slots.leave(request.raw));
    inner.addHook('onRequestAbort', async (request) => slots.leave(request.raw));
    inner.post<{ Params: { id: string } }>('/form/:id', async (request) => {
      const known = leaves.get(request);
      if (!known) throw notThere();
      const given = await formDataOf(request);
      const language = accepted(header(request, 'accept-language'));
      return takeEntry(hearten, mail, known.workspaceId, known.leave, given, language);
    });
  });
}

async function formDataOf(request: FastifyRequest): Promise<FormData> {
  const headers = { 'content-type': header(request, 'content-type') };
  try {
    return await new Response(new Uint8Array(request.body as Buffer), { headers }).formData();
  } catch (error) {
    if (error instanceof TypeError) throw Invalid('What was sent is no form. Nothing was kept; load the page again.');
    throw error;
  }
}

type Taken = { number: number | null; when: When | null };
async function takeEntry(
  hearten: Hearten,
  mail: Mail,
  workspaceId: string,
  leave: Leave,
  given: FormData,
  language: string,
): Promise<Taken> {
  const { db } = hearten;
  const form = await db.tx(workspaceId, (tx) => openForm(tx, leave.formId));
  const entry = readEntry(form, given);
  const files = await Promise.all(
    entry.files.map(async (file) => ({
      filename: safeName(file.name).slice(0, 200),
      contentType: /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : 'application/octet-stream',
      content: Buffer.from(await file.arrayBuffer()),
    })),
  );
  const { from, subject, text, urgency, neededBy, page } = entry;
  const hash = createHash('sha256').update(JSON.stringify([from, subject, text, urgency, neededBy]));
  for (const file of files) hash.update(`\0${file.filename}\0${file.content.length}\0`).update(file.content);
  const size = files.reduce((all, { content }) => all + content.length, text.length);
  await db.tx(workspaceId, (tx) => use(tx, leave, hash.digest(), size));

  const externalId = `${leave.nonce}@form.hearten.invalid`;
  const fate = await mail.handIn(workspaceId, {
    id: newId(),
    inboxId: form.inboxId,
    inbox: form.inbox,
    externalId,
    from,
    subject,
    text,
    files,
    facts: { id: form.id, name: form.name, page, urgency, neededBy },
    priority: priorityOf(urgency),
    noticed: noticedIn(entry, leave),
  });
  count('hearten_forms_total', 'What was sent by web forms', { outcome: fate.state });
  return db.tx(workspaceId, async (tx) => {
    const when = await whenThere(tx, form.inboxId);
    const there = await tx.first<{ number: number; messageId: string }>(sql`
      select c.number, m.id as "messageId" from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
      where m.workspace_id = ${workspaceId} and m.external_id = ${externalId} and m.type = 'in' order by m.at limit 1`);
    if (there && form.settings.acknowledge)
      await hearten.jobs.add(
        tx,
        'acknowledge-form',
        { messageId: there.messageId, formName: form.name, language },
        { key: `acknowledge-form:${there.messageId}`, tries: 5 },
      );
    return { number: there?.number ?? null, when };
  });
}

/** Sent again with another outcome than the first time it would be a second message for one piece of work. */
async function use(tx: Tx, { formId, nonce }: Leave, hash: Buffer, size: number): Promise<void> {
  const lately = await tx.first<{ n: number; oldest: string | null; bytes: number }>(sql`
    select count(*)::int as n, min(at) as oldest, (select coalesce(sum(b.size), 0)::float8 from form_entry b
        where b.workspace_id = ${tx.workspaceId} and b.at > now() - interval '1 hour' and b.nonce <> ${nonce}) as bytes
    from (select at from form_entry
      where workspace_id = ${tx.workspaceId} and form_id = ${formId} and at > now() - interval '1 hour' and nonce <> ${nonce} order by at desc limit ${PER_HOUR}) e`);
  if (lately && (lately.n >= PER_HOUR || lately.bytes + size > BYTES_PER_HOUR))
    throw TooMany(
      'Very many have written in the last hour. Nothing was sent; keep your text and try again in a while, or write by mail.',
      Math.max(60, Math.ceil((Date.parse(lately.oldest ?? '') + 3600_000 - clock()) / 1000) || 600),
    );
  const kept = await tx.first<{ hash: Buffer }>(sql`
    insert into form_entry (workspace_id, nonce, form_id, hash, size) values (${tx.workspaceId}, ${nonce}, ${formId}, ${hash}, ${size})
    on conflict (workspace_id, nonce) do update set hash = form_entry.hash returning hash`);
  if (kept && !kept.hash.equals(hash))
    throw Conflict('This was sent already, with other words. Load the page again to write something new.', {
      type: 'form-used',
    });
  await tx.run(sql`
    delete from form_entry where workspace_id = ${tx.workspaceId} and nonce in
      (select nonce from form_entry where workspace_id = ${tx.workspaceId} and at < now() - ${KEPT}::interval limit 50)`);
}

const noticedIn = (entry: Entry, leave: Leave): { trap: boolean; seconds: number } => ({
  trap: entry.trap,
  seconds: Math.max(0, Math.round((clock() - leave.at) / 100) / 10),
});
export const howMany = async (tx: Tx, form: Open): Promise<number> =>
  (
    await tx.first<{ n: number }>(sql`
      select count(*)::int as n from form_entry where workspace_id = ${tx.workspaceId} and form_id = ${form.id} and at > now() - interval '1 hour'`)
  )?.n ?? 0;
