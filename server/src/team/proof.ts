import type { Body, Me } from '@hearten/contract';
import { audit, byOf } from '../base/audit.ts';
import { sql } from '../base/db.ts';
import { Forbidden, isRefusedAs } from '../base/errors.ts';
import { machine } from '../base/machine.ts';
import type { Caller, Hearten, Who } from '../base/module.ts';
import { attempt } from './attempt.ts';
import { forget } from './identify.ts';
import { meOf } from './me.ts';
import { checkPasskey } from './passkey.ts';
import { proveAgain } from './sign-in.ts';
import { checkCode } from './totp.ts';
import { personOnly } from './who.ts';

/** Proves once more who sits there: by a passkey, or by the password and, where it is set up, a code. Good for a quarter of an hour. */
export async function proveNow(hearten: Hearten, who: Who, body: Body<'POST /me/proof'>, caller: Caller): Promise<Me> {
  personOnly(who);
  let strong = false;
  if (body.answer) {
    const takeBack = await attempt(hearten.db, [`ip:${machine(caller.ip)}`]);
    await checkPasskey(hearten, `proof ${who.accountId}`, body.answer, who.accountId).catch((error: unknown) => {
      // Whoever is refused here is signed in all the same; what failed otherwise says so itself.
      if (!isRefusedAs(error, 'unauthorised')) throw error;
      throw Forbidden('This passkey was not accepted. Nothing was changed; try again, or prove it another way.');
    });
    await takeBack();
    strong = true;
  } else {
    const account = await proveAgain(hearten, who, caller, body.password ?? '', 'password');
    if (account.totpOn) {
      const ask = (text: string) => Forbidden(text, { type: 'code-needed' });
      if (!body.code) throw ask('Enter the one-time code of your authenticator app, or one of your recovery codes.');
      if (!(await checkCode(hearten, account.id, body.code)))
        throw ask('That one-time code is not right, or was used already. Wait for the next one.');
      strong = true;
    }
  }
  return hearten.db.tx(who.workspaceId, async (tx) => {
    await tx.run(
      sql`update session set proved_at = now(), strong = coalesce(strong, false) or ${strong} where id = ${who.sessionId}`,
    );
    tx.after(forget);
    await audit(tx, {
      area: 'sign-in',
      what: 'sign-in.proved',
      facts: { by: body.answer ? 'passkey' : 'password' },
      by: byOf(who, caller),
    });
    return meOf(tx, { ...who, provedAt: Date.now(), ...(strong ? { held: undefined } : {}) });
  });
}
