import type { Body, Reply } from '@hearten/contract';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { isTried } from './company/index.ts';
import { forget } from './identify.ts';
import { letsIn, networkOf, plainAddress, type Rules } from './rules.ts';
import { placesOf } from './session.ts';
import { accountOf } from './sign-in.ts';

type Shown = Reply<'GET /workspace/sign-in'>;

export async function readRules(tx: Tx, who: Who): Promise<Shown> {
  const row = await tx.first<{ rules: Rules }>(
    sql`select sign_in as rules from workspace where id = ${tx.workspaceId}`,
  );
  if (!row) throw NotFound();
  const without = await tx.many<{ name: string }>(sql`
    select p.name from person p join account a on a.id = p.account_id
    where p.workspace_id = ${tx.workspaceId} and p.active and not a.totp_on and not exists (select from passkey k where k.account_id = a.id)
    order by lower(p.name), p.id`);
  const { secondFactor, onlyCompany, networks } = row.rules;
  return {
    secondFactor: secondFactor ?? null,
    onlyCompany: onlyCompany ?? false,
    networks: networks ?? [],
    yourAddress: plainAddress(who.ip ?? ''),
    without: without.map(({ name }) => name),
  };
}

/** What is left out stays as it is. Whoever would shut themselves out has to say that they mean it. */
export async function setRules(tx: Tx, who: Who, body: Body<'PUT /workspace/sign-in'>): Promise<Shown> {
  if (who.role !== 'owner') throw Forbidden('Only an owner may change how everyone signs in.');
  const row = await tx.first<{ rules: Rules }>(
    sql`select sign_in as rules from workspace where id = ${tx.workspaceId} for update`,
  );
  if (!row) throw NotFound();
  const next: Rules = { ...row.rules };
  if (body.secondFactor !== undefined)
    next.secondFactor = body.secondFactor && {
      since: row.rules.secondFactor?.since ?? new Date().toISOString(),
      graceDays: body.secondFactor.graceDays,
    };
  if (body.networks !== undefined) {
    const wrong = body.networks.find((network) => networkOf(network) === null);
    if (wrong !== undefined)
      throw Invalid(
        say('{text} is no network. Nothing was changed; write it like 203.0.113.0/24 or 2001:db8::/32.', {
          text: wrong,
        }),
        [{ path: 'networks', message: say('{text} is no network', { text: wrong }) }],
      );
    next.networks = [...new Set(body.networks.map((network) => network.trim()))];
    if (!body.confirmed && who.ip !== undefined && !letsIn(next, who.ip))
      throw Conflict(
        say(
          'Your own address, {address}, is in none of these networks: you would shut yourself out. Nothing was changed; add it, or say that you mean it.',
          { address: plainAddress(who.ip) },
        ),
        { type: 'shuts-you-out' },
      );
  }
  if (body.onlyCompany && !(await isTried(tx)))
    throw Conflict(
      'Nobody has come in by your company’s sign-in yet. Nothing was changed; add it, sign in with it once, and then make it the only way.',
    );
  if (body.onlyCompany !== undefined) next.onlyCompany = body.onlyCompany;
  await tx.run(sql`update workspace set sign_in = ${JSON.stringify(next)}::jsonb where id = ${tx.workspaceId}`);
  await emit(tx, [{ name: 'workspace.sign-in-changed', actor: actorOf(who), data: { changed: Object.keys(body) } }]);
  tx.after(forget);
  return readRules(tx, who);
}

/** For `hearten sign-in`: whoever has the machine takes back what shut everyone out. */
export async function liftRules(
  hearten: Hearten,
  email: string,
  lift: Record<'onlyCompany' | 'networks' | 'secondFactor', boolean>,
): Promise<{ workspace: string; rules: Rules }[]> {
  const account = await accountOf(hearten.db, email);
  const places = account ? await hearten.db.tx(NOWHERE, (tx) => placesOf(tx, account.id)) : [];
  const owned = places.filter(({ role }) => role === 'owner');
  if (owned.length === 0) throw NotFound(say('Nobody here signs in as {email}.', { email }));
  const names = Object.entries(lift).flatMap(([name, on]) => (on ? [name] : []));
  const out: { workspace: string; rules: Rules }[] = [];
  for (const { workspaceId } of owned)
    await hearten.db.tx(workspaceId, async (tx) => {
      const row = await tx.first<{ workspace: string; rules: Rules }>(
        sql`update workspace set sign_in = sign_in - ${names}::text[] where id = ${workspaceId} returning name as workspace, sign_in as rules`,
      );
      if (row) out.push(row);
      if (names.length > 0)
        await emit(tx, [{ name: 'workspace.sign-in-changed', actor: system, data: { lifted: names } }]);
      tx.after(forget);
    });
  return out;
}
