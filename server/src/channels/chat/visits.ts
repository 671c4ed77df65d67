import { type Sql, sql, type Tx } from '../../base/db.ts';
import { Unauthorised } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Hearten } from '../../base/module.ts';
import { hash, newToken } from '../../base/seal.ts';
import { cut } from '../../base/text.ts';
import { dropVisitorFiles } from '../../conversations/index.ts';
import { keepPage, placeIn } from './events.ts';
import type { Vouched } from './identity.ts';
import type { Place } from './place.ts';
import type { Chat } from './settings.ts';

export type Visitor = {
  id: string;
  inboxId: string;
  customerId: string | null;
  userId: string | null;
  name: string;
  email: string;
  /** Of who was vouched for: which of the two they said themselves. */
  claims: string[];
  language: string;
  visits: number;
  /** Of a visit that a link began: the one chat it sees. */
  only: string | null;
};
/** What a browser says of itself; all of it may be invented. `consent`: whether the page said that they may be counted, or that they refused. */
export type About = {
  page: string;
  title: string;
  referrer: string;
  agent: string;
  language: string;
  consent: boolean | null;
  place: Place;
};

const UNSIGNED = '400 days';
const SIGNED = '12 hours'; // of one that was vouched for: the page vouches anew each time it is opened
const columns = sql`v.id, v.inbox_id as "inboxId", v.customer_id as "customerId", v.user_id as "userId", v.name, v.email, v.claims, v.language, v.visits`;

/** A name for the visit that a secret opens, of which nobody learns the secret. */
export const visitOf = (token: string): string => hash(token).toString('base64url').slice(0, 12);

/** The visitor whose browser holds this secret. */
export async function visitorOf(db: Hearten['db'], chat: Chat, token: string): Promise<Visitor> {
  const [visitor] = token ? await db.read<Visitor>(chat.workspaceId, bySecret(chat, token)) : [];
  if (!visitor)
    throw Unauthorised('This visit has ended, or was never begun. Nothing was changed; open the chat again.');
  return visitor;
}
const bySecret = (chat: Chat, token: string) => sql`
  select ${columns}, s.chat_id as "only" from visitor_session s join visitor v on v.workspace_id = s.workspace_id and v.id = s.visitor_id
  where s.workspace_id = ${chat.workspaceId} and s.token_hash = ${hash(token)} and s.expires_at > now() and v.inbox_id = ${chat.id}`;

/**
 * Begins a visit or goes on with one. Who was vouched for is always the same visitor, in whichever browser; everyone else is the one whose
 * secret their browser holds, and a new one without. A secret of somebody else says nothing here: signing in never takes over what was
 * written before it, which may have been another person at the same computer. `makes` is called before a stranger becomes a new one.
 */
export async function visit(
  tx: Tx,
  chat: Chat,
  told: { token: string | null; vouched: Vouched | null; about: About },
  makes: () => void = () => undefined,
): Promise<{ visitor: Visitor; token: string; gone: string | null }> {
  const { page, referrer } = told.about;
  const given = { ...told, about: { ...told.about, page: placeIn(page), referrer: placeIn(referrer) } };
  const gone = given.about.consent === false && !given.vouched ? await withdrawn(tx, chat, given.token) : null;
  const visited = await visitorNow(tx, chat, given, makes);
  if (given.about.consent === false) await uncount(tx, visited.visitor.id);
  else await keepPage(tx, visited.visitor.id, { url: given.about.page, title: given.about.title });
  return { ...visited, gone };
}
/** Whoever refuses now to be counted, and never wrote, leaves nothing behind: they begin anew. What they said after an earlier refusal stays. */
async function withdrawn(tx: Tx, chat: Chat, token: string | null): Promise<string | null> {
  const before = token ? await tx.first<Visitor>(bySecret(chat, token)) : undefined;
  if (!before || before.only || !(await mayBeCounted(tx, before.id))) return null;
  return (await consent(tx, before, false)).gone ? before.id : null;
}
async function visitorNow(
  tx: Tx,
  chat: Chat,
  { token: kept, vouched, about }: Parameters<typeof visit>[2],
  makes: () => void,
): Promise<{ visitor: Visitor; token: string }> {
  if (vouched) return { visitor: await known(tx, chat, vouched, about), token: await begin(tx, chat, vouched) };
  const before = kept ? await tx.first<Visitor>(bySecret(chat, kept)) : undefined;
  if (before?.only && kept) return { visitor: before, token: kept };
  if (before && before.userId === null) {
    const now = await tx.first<{ visits: number }>(
      sql`update visitor v set ${seen(about)} where v.workspace_id = ${tx.workspaceId} and v.id = ${before.id} returning v.visits`,
    );
    return { visitor: { ...before, visits: now?.visits ?? 1 }, token: kept as string };
  }
  makes();
  const id = newId();
  await tx.run(sql`
    insert into visitor (workspace_id, id, inbox_id, language, agent, page, referrer, country, city, consent)
    values (${tx.workspaceId}, ${id}, ${chat.id}, ${cut(about.language, 35)}, ${cut(about.agent, 300)}, ${cut(about.page, 2000)}, ${cut(about.referrer, 2000)},
      ${about.place.country}, ${about.place.city}, ${about.consent})`);
  const token = newToken();
  await tx.run(
    sql`insert into visitor_session (workspace_id, token_hash, visitor_id, expires_at) values (${tx.workspaceId}, ${hash(token)}, ${id}, now() + ${UNSIGNED}::interval)`,
  );
  return {
    visitor: {
      id,
      inboxId: chat.id,
      customerId: null,
      userId: null,
      name: '',
      email: '',
      claims: [],
      language: about.language,
      visits: 1,
      only: null,
    },
    token,
  };
}

/** The same visit goes on for half an hour; after that it is another one. Who refused to be counted is not. */
const seen = ({ page, agent, language, place, consent }: About) => {
  const counted = sql`coalesce(${consent}::boolean, v.consent) is distinct from false`;
  return sql`seen_at = now(), visits = v.visits + (v.seen_at < now() - interval '30 minutes' and ${counted})::int, page = case when ${counted} then ${cut(page, 2000)} else '' end,
    country = case when ${counted} then ${place.country} else '' end, city = case when ${counted} then ${place.city} else '' end,
    agent = ${cut(agent, 300)}, language = ${cut(language, 35)}, consent = coalesce(${consent}::boolean, v.consent)`;
};

/** What is vouched for comes before what they said themselves, which stays where nothing else is known. */
async function known(tx: Tx, chat: Chat, vouched: Vouched, about: About): Promise<Visitor> {
  const visitor = await tx.first<Visitor>(sql`
    insert into visitor as v (workspace_id, id, inbox_id, user_id, name, email, language, agent, page, referrer, country, city, consent, key_id)
    values (${tx.workspaceId}, ${newId()}, ${chat.id}, ${vouched.userId}, ${vouched.name}, ${vouched.email ?? ''}, ${cut(about.language, 35)}, ${cut(about.agent, 300)}, ${cut(about.page, 2000)}, ${cut(about.referrer, 2000)},
      ${about.place.country}, ${about.place.city}, ${about.consent}, ${vouched.keyId})
    on conflict (workspace_id, inbox_id, user_id) where user_id is not null do update set name = case when excluded.name = '' and 'name' = any (v.claims) then v.name else excluded.name end,
      email = case when excluded.email = '' and 'email' = any (v.claims) then v.email else excluded.email end,
      claims = array(select c from unnest(v.claims) c where case c when 'name' then excluded.name else excluded.email end = ''), key_id = excluded.key_id, ${seen(about)}
    returning ${columns}, null as "only"`);
  if (!visitor) throw new Error('a visitor was neither added nor found');
  return visitor;
}

/** They refuse to be counted: what was counted goes, and nothing more is until they agree. What they wrote stays. */
async function uncount(tx: Tx, visitorId: string): Promise<void> {
  await tx.run(sql`delete from visitor_event where workspace_id = ${tx.workspaceId} and visitor_id = ${visitorId}`);
  await tx.run(sql`
    update visitor set consent = false, visits = 1, page = '', referrer = '', country = '', city = '' where workspace_id = ${tx.workspaceId} and id = ${visitorId}`);
}
/** What the page says of it while they are there. Tells whether nothing is left: of somebody who never wrote, all of it goes. */
export async function consent(tx: Tx, visitor: Visitor, yes: boolean): Promise<{ gone: boolean }> {
  const w = tx.workspaceId;
  if (yes) {
    await tx.run(sql`update visitor set consent = true where workspace_id = ${w} and id = ${visitor.id}`);
    return { gone: false };
  }
  await uncount(tx, visitor.id);
  const gone = await tx.first(sql`
    delete from visitor v where v.workspace_id = ${w} and v.id = ${visitor.id} and v.customer_id is null and v.user_id is null
      and not exists (select 1 from chat c where c.workspace_id = v.workspace_id and c.visitor_id = v.id) returning id`);
  if (gone) await dropVisitorFiles(tx, [visitor.id]);
  return { gone: gone !== undefined };
}
export const mayBeCounted = async (tx: Tx, visitorId: string): Promise<boolean> =>
  (await tx.first(
    sql`select 1 from visitor where workspace_id = ${tx.workspaceId} and id = ${visitorId} and consent is distinct from false`,
  )) !== undefined;
/** Another page of the same site. */
export async function moveTo(tx: Tx, visitorId: string, told: { url: string; title: string }): Promise<void> {
  const page = { ...told, url: placeIn(told.url) };
  await tx.run(sql`
    update visitor set page = ${cut(page.url, 2000)}, seen_at = now() where workspace_id = ${tx.workspaceId} and id = ${visitorId} and consent is distinct from false`);
  await keepPage(tx, visitorId, page);
}

async function begin(tx: Tx, chat: Chat, vouched: Vouched): Promise<string> {
  const token = newToken();
  await tx.run(sql`
    insert into visitor_session (workspace_id, token_hash, visitor_id, key_id, expires_at)
    select ${tx.workspaceId}, ${hash(token)}, v.id, ${vouched.keyId}, now() + ${SIGNED}::interval from visitor v where v.workspace_id = ${tx.workspaceId} and v.inbox_id = ${chat.id} and v.user_id = ${vouched.userId}`);
  await tx.run(
    sql`update chat_key set used_at = now() where workspace_id = ${tx.workspaceId} and id = ${vouched.keyId} and used_at is distinct from now()`,
  );
  return token;
}

/** Signed out: the browser that held the secret is a stranger's from now on. */
export const endVisit = (tx: Tx, token: string): Promise<number> =>
  tx.run(sql`delete from visitor_session where workspace_id = ${tx.workspaceId} and token_hash = ${hash(token)}`);

/**
 * What a visitor says of themselves. Nobody vouched for it, and whom it names stays unknown here. Who was vouched for says only what was not
 * said for them, and it is a claim like any other. Where they may be written to on their own word, when that is known now.
 */
export async function introduce(
  tx: Tx,
  visitor: Pick<Visitor, 'id'>,
  said: { name?: string | undefined; email?: string | undefined },
): Promise<{ name: string; email: string } | null> {
  const [name, email] = [said.name || null, said.email || null];
  const theirs = (field: Sql, called: string, value: string | null): Sql =>
    sql`case when user_id is null or ${field} = '' or ${called} = any (claims) then coalesce(${value}, ${field}) else ${field} end`;
  const now = await tx.first<{ name: string; email: string; claimed: boolean }>(sql`
    update visitor set name = ${theirs(sql`name`, 'name', name)}, email = ${theirs(sql`email`, 'email', email)},
      claims = case when user_id is null then claims else claims || array_remove(array[case when name = '' and ${name}::text is not null then 'name' end,
        case when email = '' and ${email}::text is not null then 'email' end], null) end
    where workspace_id = ${tx.workspaceId} and id = ${visitor.id} returning name, email, user_id is null or 'email' = any (claims) as claimed`);
  return now?.claimed && now.email !== '' ? { name: now.name, email: now.email } : null;
}
