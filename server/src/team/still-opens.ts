import { enter, NOWHERE, sql } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { inWords, type Said, say } from '../base/words.ts';
import { oneLine } from './render-mail.ts';
import { placesOf } from './session.ts';

const names = (all: { name: string }[]): string => all.map(({ name }) => oneLine(name, 60)).join(', ');

/** What opens an account besides its password, in words: whoever has a new one should see what somebody else may have left there. */
export async function stillOpens(hearten: Pick<Hearten, 'db'>, accountId: string, language: string): Promise<string> {
  const said = await hearten.db.tx(NOWHERE, async (nowhere): Promise<Said[]> => {
    const passkeys = await nowhere.many<{ name: string }>(
      sql`select name from passkey where account_id = ${accountId} order by created_at`,
    );
    const places = await placesOf(nowhere, accountId);
    const keys: { name: string }[] = [];
    const companies: { name: string }[] = [];
    for (const { workspaceId, personId } of places) {
      const tx = await enter(nowhere, workspaceId);
      keys.push(
        ...(await tx.many<{ name: string }>(sql`
          select name from api_key where workspace_id = ${tx.workspaceId} and person_id = ${personId} and revoked_at is null and (expires_at is null or expires_at > now()) order by created_at`)),
      );
      companies.push(
        ...(await tx.many<{ name: string }>(sql`
          select p.name from sign_in_identity i join sign_in_provider p on p.workspace_id = i.workspace_id and p.id = i.provider_id
          where i.workspace_id = ${tx.workspaceId} and i.person_id = ${personId} order by p.name`)),
      );
    }
    const left = [
      ...(passkeys.length ? [say('These passkeys still sign in as you: {names}.', { names: names(passkeys) })] : []),
      ...(companies.length
        ? [say('These sign-ins of a company still let you in: {names}.', { names: names(companies) })]
        : []),
      ...(keys.length ? [say('These API keys still act for you: {names}.', { names: names(keys) })] : []),
    ];
    return left.length
      ? [...left, say('Sign in and remove what is not yours.')]
      : [say('Nothing but this password opens your sign-in: no passkey, no API key.')];
  });
  return said.map((one) => inWords(one, language)).join(' ');
}
