import type { Body, Me, Reply, Role } from '@hearten/contract';
import { baseUrl } from '../base/config.ts';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { Conflict, Forbidden, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { needsProof } from '../base/held.ts';
import { actorOf, type Caller, type Hearten, type Who } from '../base/module.ts';
import { hashPassword } from './hash-password.ts';
import { addressOf, lookAt, makeLink, useLink } from './link.ts';
import { mailInvitation } from './mail.ts';
import { mayTouch } from './may.ts';
import { meOf } from './me.ts';
import { addPerson } from './people.ts';
import { startSession } from './session.ts';
import { accountOf, addAccount, needsTls, newPassword, prove } from './sign-in.ts';
import { refuseInSample } from './workspace.ts';

const HOURS = 7 * 24;
type Invitation = Reply<'POST /invitations'>;
type Invited = { email: string; name: string; role: Role; invitedBy: string };
const columns = sql`id, data->>'email' as email, data->>'name' as name, data->>'role' as role, created_at as "createdAt", expires_at as "expiresAt"`;
const open = (tx: Tx) =>
  sql`workspace_id = ${tx.workspaceId} and purpose = 'invite' and used_at is null and expires_at > now()`;

export async function listInvitations(tx: Tx): Promise<{ items: Invitation[] }> {
  return {
    items: await tx.many<Invitation>(sql`select ${columns} from link where ${open(tx)} order by created_at desc, id`),
  };
}

export async function invite(tx: Tx, hearten: Hearten, who: Who, body: Body<'POST /invitations'>): Promise<Invitation> {
  if (!mayTouch(who, body.role)) throw Forbidden('Only an owner may invite an owner.');
  if (body.role === 'owner') needsProof(who);
  await refuseInSample(tx, 'Nobody can be invited here.');
  // Inviting again replaces the former invitation.
  const known = await tx.first<{ active: boolean }>(
    sql`select active from person where workspace_id = ${tx.workspaceId} and lower(email) = lower(${body.email})`,
  );
  if (known)
    throw Conflict(
      known.active
        ? 'This person works here already. Nothing was sent.'
        : 'This person worked here before. Nothing was sent; make them active again under People.',
    );
  const former = await tx.first<{ role: string }>(
    sql`select data->>'role' as role from link where ${open(tx)} and lower(data->>'email') = lower(${body.email})`,
  );
  if (former && !mayTouch(who, former.role))
    throw Forbidden('An owner has invited this person as an owner; only an owner may change that.');
  await tx.run(
    sql`delete from link where workspace_id = ${tx.workspaceId} and purpose = 'invite' and used_at is null and lower(data->>'email') = lower(${body.email})`,
  );
  const data: Invited = { email: body.email, name: body.name ?? '', role: body.role, invitedBy: who.id };
  const link = await makeLink(tx, hearten.seal, {
    purpose: 'invite',
    workspaceId: tx.workspaceId,
    data,
    hours: HOURS,
  });
  await mailInvitation(hearten, tx, link.id);
  await emit(tx, [
    {
      name: 'person.invited',
      actor: actorOf(who),
      data: { invitationId: link.id, email: body.email, role: body.role },
    },
  ]);
  const row = await tx.first<Invitation>(sql`select ${columns} from link where id = ${link.id}`);
  return {
    ...(row as Invitation),
    link: addressOf(hearten.seal, baseUrl(hearten.config), link),
    mailed: Boolean(hearten.config.SYSTEM_SMTP),
  };
}

export async function withdraw(tx: Tx, who: Who, id: string): Promise<Record<string, never>> {
  const row = await tx.first<{ role: string; email: string }>(
    sql`select data->>'role' as role, data->>'email' as email from link where ${open(tx)} and id = ${id} for update`,
  );
  if (!row) throw NotFound();
  if (!mayTouch(who, row.role)) throw Forbidden('Only an owner may withdraw the invitation of an owner.');
  await tx.run(sql`delete from link where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await emit(tx, [{ name: 'invitation.withdrawn', actor: actorOf(who), data: { invitationId: id, email: row.email } }]);
  return {};
}

export async function lookAtInvitation(hearten: Hearten, token: string): Promise<Reply<'POST /invitations/look'>> {
  const link = await lookAt(hearten.db, token, 'invite');
  const invited = link.data as Invited;
  const [workspace] = await hearten.db.read<{ name: string }>(
    NOWHERE,
    sql`select name from workspace where id = ${link.workspaceId}`,
  );
  return {
    workspace: workspace?.name ?? '',
    email: invited.email,
    name: invited.name,
    known: (await accountOf(hearten.db, invited.email)) !== undefined,
  };
}

/** Joins: a new account with the password it brings, a known one with the password (and code) it has. */
export async function join(
  hearten: Hearten,
  body: Body<'POST /invitations/accept'>,
  caller: Caller,
  former: Who | null,
): Promise<Me> {
  needsTls(caller);
  const looked = await lookAt(hearten.db, body.token, 'invite');
  const email = (looked.data as Invited).email;
  const known = (await accountOf(hearten.db, email))
    ? await prove(hearten, caller.ip, { email, password: body.password, code: body.code })
    : undefined;
  const passwordHash = known ? '' : await hashPassword(newPassword(body.password));
  return hearten.db.tx(looked.workspaceId as string, async (tx) => {
    const invited = (await useLink(tx, body.token, 'invite')).data as Invited;
    const accountId = known?.id ?? (await addAccount(tx, invited.email, passwordHash));
    if (!accountId)
      throw Conflict(
        'This e-mail address got a sign-in just now. Nothing was lost; open the link again and join with its password.',
      );
    const person = await addPerson(tx, {
      accountId,
      name: body.name,
      email: invited.email,
      role: invited.role,
      language: body.language,
      timeZone: body.timeZone,
    });
    if (!person) throw Conflict('You are in this workspace already. Sign in.');
    await emit(tx, [
      {
        name: 'person.joined',
        actor: { kind: 'person', id: person.id },
        data: { personId: person.id, role: person.role, invitedBy: invited.invitedBy },
      },
    ]);
    return meOf(
      tx,
      await startSession(tx, caller, former, accountId, {
        workspaceId: tx.workspaceId,
        personId: person.id,
        role: person.role,
      }),
    );
  });
}
