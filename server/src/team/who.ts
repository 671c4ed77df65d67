import { Forbidden } from '../base/errors.ts';
import type { Who } from '../base/module.ts';

/** For what belongs to a person's own sign-in. */
export function personOnly(who: Who): void {
  if (who.kind !== 'person') throw Forbidden('This is for a person at a screen: an API key has no sign-in of its own.');
}

/** For an account's own password, code and passkeys. A company's sign-in vouches for its workspace alone, not for the account. */
export function ownSignIn(who: Who): void {
  personOnly(who);
  if (who.bound)
    throw Forbidden(
      'You came by your company’s sign-in, which looks after password and second factor. Nothing was changed; to change your own, sign in with them.',
    );
}
