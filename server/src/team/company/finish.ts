import type { Body, Me, Person, Reply, Role } from '@hearten/contract';
import { audit } from '../../base/audit.ts';
import { sql, type Tx } from '../../base/db.ts';
import { Forbidden, Unauthorised } from '../../base/errors.ts';
import { emit, system } from '../../base/events.ts';
import { heldBack, needsProof } from '../../base/held.ts';
import { machine } from '../../base/machine.ts';
import type { Caller, Hearten, Who } from '../../base/module.ts';
import type { Outbound } from '../../base/outbound.ts';
import { say } from '../../base/words.ts';
import { attempt, takeBack } from '../attempt.ts';
import { meOf } from '../me.ts';
import { addPerson } from '../people.ts';
import { letsIn, type Rules } from '../rules.ts';
import { startSession } from '../session.ts';
import { accountOf, addAccount, needsTls, prove } from '../sign-in.ts';
import { type Back, BEGUN, comeBack, doorOf, type Provider, waitForLink, waiting } from './begin.ts';

/** What the claim says a person is here; undefined when it says nothing. The first that fits counts. */
function roleIn(provider: Provider, claims: Back['claims']): Provider['role'] | undefined {
  const said = provider.claim ? claims.all[provider.claim] : undefined;
  const values = (Array.isArray(said) ? said : [said]).map(String);
  return provider.roles.find(({ value }) => values.includes(value))?.role;
}

/** In, in this workspace alone. A mapped role counts from now on; owners are made and unmade by owners only. */
async function enterAs(
  tx: Tx,
  hearten: Hearten,
  caller: Caller,
  former: Who | null,
  back: Back,
  person: { id: string; accountId: string; role: Role },
): Promise<Me> {
  const { provider, claims } = back;
  const place = await tx.first<{ rules: Rules }>(
    sql`select sign_in as rules from workspace where id = ${tx.workspaceId}`,
  );
  if (!letsIn(place?.rules ?? {}, caller.ip)) throw heldBack('address');
  const mapped = roleIn(provider, claims);
  let role = person.role;
  if (mapped && role !== 'owner' && mapped !== role) {
    await tx.run(
      sql`update person set role = ${mapped} where workspace_id = ${tx.workspaceId} and id = ${person.id} and role <> 'owner'`,
    );
    await emit(tx, [
      {
        name: 'person.changed',
        actor: system,
        data: { personId: person.id, role: mapped, active: true, changed: ['role'] },
      },
    ]);
    role = mapped;
  }
  await tx.run(
    sql`update sign_in_provider set last_used_at = now(), end_url = ${back.endUrl} where workspace_id = ${tx.workspaceId} and id = ${provider.id}`,
  );
  const who = await startSession(
    tx,
    caller,
    former,
    person.accountId,
    { workspaceId: tx.workspaceId, personId: person.id, role },
    {
      how: 'company',
      strong: true,
      companyId: provider.id,
      companyToken: hearten.seal.close(back.idToken, `company-token ${provider.id}`),
    },
  );
  return meOf(tx, who);
}

/** Who is new here and has an address for which people are made: with the role chosen, or the one the claim says. */
async function joinedBy(tx: Tx, { provider, claims }: Back, accountId: string): Promise<Person | undefined> {
  const person = await addPerson(tx, {
    accountId,
    name: claims.name || claims.email,
    email: claims.email,
    role: roleIn(provider, claims) ?? provider.role,
  });
  if (person)
    await emit(tx, [
      {
        name: 'person.joined',
        actor: { kind: 'person', id: person.id },
        data: { personId: person.id, role: person.role },
      },
    ]);
  return person;
}

export async function keepIdentity(tx: Tx, back: Back, personId: string): Promise<void> {
  await tx.run(sql`
    insert into sign_in_identity (workspace_id, provider_id, subject, person_id)
    values (${tx.workspaceId}, ${back.provider.id}, ${back.claims.subject}, ${personId})`);
  await audit(tx, {
    area: 'sign-in',
    what: 'company.linked',
    about: ['person', personId],
    by: { kind: 'person', id: personId },
  });
}

/** A known subject comes in. A new one with an address nobody has becomes a person where that is allowed; an account that has it is asked first. */
export async function finishCompany(
  hearten: Hearten,
  outbound: Outbound,
  body: Body<'POST /sign-in/company/finish'>,
  caller: Caller,
  former: Who | null,
): Promise<Reply<'POST /sign-in/company/finish'>> {
  needsTls(caller);
  const forgive = await attempt(hearten.db, [`ip:${machine(caller.ip)}`]);
  const back = await comeBack(hearten, outbound, body);
  await Promise.all([forgive(), takeBack(hearten.db, [doorOf(caller.ip)], BEGUN)]);
  const { provider, claims } = back;
  // Asked before, not within: ten transactions that each wait for a second connection wait for each other.
  const account = claims.email ? await accountOf(hearten.db, claims.email) : undefined;
  const out = await hearten.db.tx(body.workspaceId, async (tx): Promise<Reply<'POST /sign-in/company/finish'>> => {
    const known = await tx.first<{ id: string; accountId: string; role: Role; active: boolean }>(sql`
      select p.id, p.account_id as "accountId", p.role, p.active from sign_in_identity i join person p on p.workspace_id = i.workspace_id and p.id = i.person_id
      where i.workspace_id = ${tx.workspaceId} and i.provider_id = ${provider.id} and i.subject = ${claims.subject}`);
    if (known && !known.active)
      throw Forbidden('You are deactivated in this workspace. Nobody was signed in; ask an owner.');
    if (known) return { me: await enterAs(tx, hearten, caller, former, back, known), link: null };

    const verified = claims.verified || (provider.trusted && claims.all.email_verified !== false);
    if (!claims.email || !verified)
      throw Unauthorised(
        'Your company’s sign-in gives no verified e-mail address, so nobody can tell who you are here. Nobody was signed in; tell whoever looks after it.',
      );
    if (account) return { me: null, link: { email: claims.email } };
    const domain = claims.email.split('@').at(-1)?.toLowerCase() ?? '';
    if (!provider.creates || !provider.domains.includes(domain))
      throw Forbidden(
        say(
          'Nobody here has the address {email}, and this sign-in makes no new people for it. Ask for an invitation.',
          { email: claims.email },
        ),
      );
    const accountId = await addAccount(tx, claims.email, null);
    const person = accountId && (await joinedBy(tx, back, accountId));
    if (!accountId || !person) throw Forbidden('This address got a sign-in just now. Begin again.');
    await keepIdentity(tx, back, person.id);
    return { me: await enterAs(tx, hearten, caller, former, back, { ...person, accountId }), link: null };
  });
  if (out.link) await waitForLink(hearten, body.workspaceId, back);
  return out;
}

/** The account says itself that it belongs to whom the provider means: by its password, or by a session that has just proved it. */
export async function linkCompany(
  hearten: Hearten,
  body: Body<'POST /sign-in/company/link'>,
  caller: Caller,
  former: Who | null,
): Promise<Me> {
  needsTls(caller);
  const back = await waiting(hearten, body);
  const { email } = back.claims;
  const account = await accountOf(hearten.db, email);
  if (!account) throw Unauthorised('This address has no sign-in any more. Begin again.');
  if (body.password === undefined && former?.kind === 'person' && former.accountId === account.id && !former.bound)
    needsProof(former);
  else await prove(hearten, caller.ip, { email, password: body.password ?? '', code: body.code }, caller.agent);
  return hearten.db.tx(body.workspaceId, async (tx) => {
    const used = await tx.run(
      sql`update sign_in_way set state = 'used' where workspace_id = ${tx.workspaceId} and id = ${back.wayId} and state = 'link'`,
    );
    if (!used) throw Unauthorised('This sign-in was used already. Begin again.');
    const there = await tx.first<{ id: string; role: Role; active: boolean }>(
      sql`select id, role, active from person where workspace_id = ${tx.workspaceId} and account_id = ${account.id}`,
    );
    if (there && !there.active)
      throw Forbidden('You are deactivated in this workspace. Nobody was signed in; ask an owner.');
    const domain = email.split('@').at(-1)?.toLowerCase() ?? '';
    const person =
      there ??
      (back.provider.creates && back.provider.domains.includes(domain)
        ? await joinedBy(tx, back, account.id)
        : undefined);
    if (!person) throw Forbidden('You do not work in this workspace yet. Ask for an invitation.');
    await keepIdentity(tx, back, person.id);
    return enterAs(tx, hearten, caller, former, back, { id: person.id, accountId: account.id, role: person.role });
  });
}
