import type { Body, Reason, Posting as Shown } from '@hearten/contract';
import { sql, type Tx } from '../../../base/db.ts';
import { Invalid, NotFound } from '../../../base/errors.ts';
import { emit, system } from '../../../base/events.ts';
import { actorOf, type Who } from '../../../base/module.ts';
import { reasonIn } from '../../../base/reasons.ts';
import { newToken, type Seal } from '../../../base/seal.ts';
import { cut } from '../../../base/text.ts';
import type { Kept, ProviderName } from './provider.ts';
import { verificationKey } from './sendgrid.ts';
import { TOPIC } from './sns.ts';

type Row = {
  name: ProviderName;
  secrets: Buffer | null;
  first_at: string | null;
  last_at: string | null;
  trouble: string;
  trouble_why: { code: string } | null;
  trouble_at: string | null;
};
const place = (workspaceId: string, inboxId: string): string => `provider:${workspaceId}:${inboxId}`;
const opened = (seal: Seal, workspaceId: string, inboxId: string, row: Row): Kept =>
  row.secrets ? (JSON.parse(seal.open(row.secrets, place(workspaceId, inboxId))) as Kept) : {};

/** What is kept for one inbox, opened; undefined when it receives through no provider of this name. */
export async function keptOf(tx: Tx, seal: Seal, inboxId: string, name: ProviderName): Promise<Kept | undefined> {
  const row = await rowOf(tx, inboxId);
  return row?.name === name ? opened(seal, tx.workspaceId, inboxId, row) : undefined;
}

const rowOf = (tx: Tx, inboxId: string, lock = false): Promise<Row | undefined> =>
  tx.first<Row>(sql`
    select p.name, p.secrets, p.first_at, p.last_at, p.trouble, p.trouble_why, p.trouble_at from provider p
    join inbox i on i.workspace_id = p.workspace_id and i.id = p.inbox_id and i.deleted_at is null
    where p.workspace_id = ${tx.workspaceId} and p.inbox_id = ${inboxId} ${lock ? sql`for update of p` : sql``}`);

const hasInbox = async (tx: Tx, inboxId: string): Promise<void> => {
  const found = await tx.first(
    sql`select 1 from inbox where workspace_id = ${tx.workspaceId} and id = ${inboxId} and deleted_at is null`,
  );
  if (!found) throw NotFound('This inbox is not here; it may have been disconnected.');
};

/** The path that a provider posts to; Mailgun hands over raw mail only where it ends with "mime". */
export const pathOf = (inboxId: string, name: ProviderName): string =>
  `/mail/${inboxId}/${name}${name === 'mailgun' ? '/mime' : ''}`;
function urlOf(base: string, inboxId: string, name: ProviderName, password?: string): string {
  const url = new URL(pathOf(inboxId, name), base);
  if (password !== undefined) {
    url.username = 'hearten';
    url.password = password;
  }
  return url.href;
}

/** Secrets only as "there is one". */
export async function showProvider(
  tx: Tx,
  seal: Seal,
  base: string,
  inboxId: string,
): Promise<{ provider: Shown | null }> {
  await hasInbox(tx, inboxId);
  const row = await rowOf(tx, inboxId);
  if (!row) return { provider: null };
  const kept = opened(seal, tx.workspaceId, inboxId, row);
  const password = row.name === 'postmark' || (row.name === 'sendgrid' && !kept.verificationKey);
  return {
    provider: {
      name: row.name,
      url: urlOf(base, inboxId, row.name),
      password,
      has: {
        signingKey: kept.signingKey !== undefined,
        verificationKey: kept.verificationKey !== undefined,
        accessKey: kept.secretAccessKey !== undefined,
      },
      topics: kept.topics ?? [],
      since: row.first_at,
      lastAt: row.last_at,
      trouble:
        row.trouble && row.trouble_at
          ? { text: row.trouble, ...(row.trouble_why ? { why: row.trouble_why } : {}), at: row.trouble_at }
          : null,
    },
  };
}

/** A secret that is left out stays; one of another provider goes. An address with a password in it is shown once, here. */
export async function setProvider(
  tx: Tx,
  seal: Seal,
  base: string,
  who: Who,
  inboxId: string,
  body: Body<'PUT /inboxes/:id/provider'>,
): Promise<{ provider: Shown | null; url: string | null }> {
  await hasInbox(tx, inboxId);
  const row = await rowOf(tx, inboxId, true);
  const before = row?.name === body.name ? opened(seal, tx.workspaceId, inboxId, row) : {};
  const kept = merged(before, body);
  const sealed = seal.close(JSON.stringify(kept), place(tx.workspaceId, inboxId));
  await tx.run(sql`
    insert into provider as p (workspace_id, inbox_id, name, secrets) values (${tx.workspaceId}, ${inboxId}, ${body.name}, ${sealed})
    on conflict (workspace_id, inbox_id) do update set name = excluded.name, secrets = excluded.secrets, trouble = '', trouble_why = null, trouble_at = null,
      first_at = case when p.name = excluded.name then p.first_at end, last_at = case when p.name = excluded.name then p.last_at end`);
  await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId, provider: body.name } }]);
  const { provider } = await showProvider(tx, seal, base, inboxId);
  const fresh = kept.password !== undefined && kept.password !== before.password ? kept.password : undefined;
  return { provider, url: fresh === undefined ? null : urlOf(base, inboxId, body.name, fresh) };
}

function merged(before: Kept, body: Body<'PUT /inboxes/:id/provider'>): Kept {
  const password = body.newPassword || before.password === undefined ? newToken() : before.password;
  switch (body.name) {
    case 'mailgun': {
      const signingKey = body.signingKey || before.signingKey;
      if (!signingKey)
        throw missing('signingKey', 'The HTTP webhook signing key is needed: without it nothing can be checked.');
      return { signingKey };
    }
    case 'postmark':
      return { password };
    case 'sendgrid': {
      // Empty takes it away, absent leaves it: SendGrid works with a password instead.
      const verification = body.verificationKey ?? before.verificationKey;
      if (!verification) return { password };
      if (!verificationKey(verification))
        throw missing('verificationKey', 'This is not a verification key as SendGrid shows it (it begins with MFkw).');
      return { verificationKey: verification };
    }
    case 'ses': {
      const topics = body.topics ?? before.topics ?? [];
      if (topics.length === 0) throw missing('topics', 'The topic is needed: only its messages are believed.');
      const wrong = topics.find((topic) => !TOPIC.test(topic));
      if (wrong)
        throw missing(
          'topics',
          `${wrong} is not the name (ARN) of an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:support.`,
        );
      const access =
        body.accessKeyId === ''
          ? {}
          : {
              accessKeyId: body.accessKeyId ?? before.accessKeyId,
              secretAccessKey: body.secretAccessKey || before.secretAccessKey,
            };
      return { topics, ...access };
    }
  }
}
const missing = (path: string, message: string): Error => Invalid(message, [{ path, message }]);

export async function removeProvider(tx: Tx, who: Who, inboxId: string): Promise<void> {
  await hasInbox(tx, inboxId);
  const gone = await tx.run(sql`delete from provider where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId}`);
  if (gone) await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId, provider: null } }]);
}

/** It works: noted at the first mail, after trouble, and once a minute else, so that a row is not written for each mail. */
export async function works(tx: Tx, inboxId: string): Promise<void> {
  const [changed] = await tx.many<{ news: boolean }>(sql`
    update provider p set first_at = coalesce(p.first_at, now()), last_at = now(), trouble = '', trouble_why = null, trouble_at = null
    from provider was where was.workspace_id = p.workspace_id and was.inbox_id = p.inbox_id and p.workspace_id = ${tx.workspaceId} and p.inbox_id = ${inboxId}
      and (p.first_at is null or p.trouble <> '' or p.last_at < now() - interval '1 minute')
    returning was.first_at is null or was.trouble <> '' as news`);
  if (changed?.news) await emit(tx, [{ name: 'inbox.changed', actor: system, data: { inboxId } }]);
}

/** What kept a request of the provider's own from being taken, for whoever looks at the inbox. */
export async function troubled(tx: Tx, inboxId: string, why: Reason): Promise<void> {
  const said = cut(reasonIn(why, 'en'), 1000);
  const changed = await tx.run(sql`
    update provider set trouble = ${said}, trouble_why = ${JSON.stringify(why)}::jsonb, trouble_at = now()
    where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and (trouble <> ${said} or trouble_at < now() - interval '1 minute')`);
  if (changed) await emit(tx, [{ name: 'inbox.changed', actor: system, data: { inboxId } }]);
}
