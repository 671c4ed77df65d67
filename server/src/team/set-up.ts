import type { Body, Me } from '@hearten/contract';
import { baseUrl } from '../base/config.ts';
import { enter, NOWHERE, sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import type { Caller, Hearten } from '../base/module.ts';
import { hashPassword } from './hash-password.ts';
import { addressOf, lookAt, makeLink, useLink } from './link.ts';
import { meOf } from './me.ts';
import { addPerson } from './people.ts';
import { startSession } from './session.ts';
import { addAccount, needsTls, newPassword } from './sign-in.ts';
import { createWorkspace, type Founding } from './workspace.ts';

const HOURS = 7 * 24;
type Given = {
  email: string;
  name: string;
  workspace: string;
  language?: string | undefined;
  timeZone?: string | undefined;
};

async function isOpen(tx: Tx): Promise<boolean> {
  return !(await tx.first(sql`select from account limit 1`));
}

/** The one-time link for the first owner, for as long as there is nobody; each new one ends the former. Null when all is set up. */
export async function setupLink(hearten: Hearten, port?: number): Promise<string | null> {
  return hearten.db.tx(NOWHERE, async (tx) => {
    await tx.run(sql`delete from link where purpose = 'setup'`);
    if (!(await isOpen(tx))) return null;
    const link = await makeLink(tx, hearten.seal, { purpose: 'setup', hours: HOURS });
    return addressOf(hearten.seal, baseUrl(hearten.config, port), link);
  });
}

/** Once there is an account, set-up is not refused: it is not there. */
export async function lookAtSetUp(hearten: Hearten): Promise<{ open: boolean }> {
  if (!(await hearten.db.tx(NOWHERE, isOpen))) throw NotFound('There is nothing at this address.');
  return { open: true };
}

/** Whether a link would do, before anybody fills in a form; it is not used up. The token comes in a body, which no log keeps. */
export async function lookAtSetUpLink(hearten: Hearten, token: string): Promise<{ open: boolean }> {
  const looked = await lookAtSetUp(hearten);
  await lookAt(hearten.db, token, 'setup');
  return looked;
}

export async function setUp(
  hearten: Hearten,
  body: Body<'POST /setup'>,
  caller: Caller,
  founding: readonly Founding[],
): Promise<Me> {
  await lookAtSetUp(hearten);
  needsTls(caller);
  await lookAt(hearten.db, body.token, 'setup'); // before the costly part
  const passwordHash = await hashPassword(body.password);
  return hearten.db.tx(NOWHERE, async (tx) => {
    await useLink(tx, body.token, 'setup');
    const owner = await found(tx, body, passwordHash, founding);
    return meOf(
      owner.tx,
      await startSession(owner.tx, caller, null, owner.accountId, {
        workspaceId: owner.tx.workspaceId,
        personId: owner.personId,
        role: 'owner',
      }),
    );
  });
}

/** For `hearten setup`: the same without a link, for who has the machine. */
export async function createOwner(
  hearten: Hearten,
  given: Given & { password: string },
  founding: readonly Founding[],
): Promise<{ workspaceId: string; personId: string; accountId: string }> {
  const passwordHash = await hashPassword(newPassword(given.password));
  return hearten.db.tx(NOWHERE, async (tx) => {
    const owner = await found(tx, given, passwordHash, founding);
    return { workspaceId: owner.tx.workspaceId, personId: owner.personId, accountId: owner.accountId };
  });
}

async function found(
  tx: Tx,
  given: Given,
  passwordHash: string,
  founding: readonly Founding[],
): Promise<{ tx: Tx; accountId: string; personId: string }> {
  // Two set-ups at the same moment: the second waits here and then finds the door closed.
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('hearten set-up'))`);
  if (!(await isOpen(tx))) throw Conflict('This Hearten is set up already. Sign in, or ask for an invitation.');
  const accountId = await addAccount(tx, given.email, passwordHash);
  if (!accountId) throw Conflict('This e-mail address has a sign-in already.');
  await tx.run(sql`delete from link where purpose = 'setup' and used_at is null`);
  return addWorkspace(tx, { accountId, ...given }, founding);
}

/** A further workspace for an account that exists. */
export async function addWorkspace(
  nowhere: Tx,
  given: Given & { accountId: string },
  founding: readonly Founding[],
): Promise<{ tx: Tx; accountId: string; personId: string }> {
  const tx = await createWorkspace(
    await enter(nowhere, NOWHERE),
    { name: given.workspace, language: given.language, timeZone: given.timeZone },
    founding,
  );
  const person = await addPerson(tx, {
    accountId: given.accountId,
    name: given.name,
    email: given.email,
    role: 'owner',
    language: given.language,
    timeZone: given.timeZone,
  });
  if (!person) throw Conflict('This person is in the workspace already.');
  await emit(tx, [{ name: 'person.joined', actor: system, data: { personId: person.id, role: 'owner' } }]);
  return { tx, accountId: given.accountId, personId: person.id };
}
