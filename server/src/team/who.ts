import { Forbidden } from '../base/errors.ts';
import type { Who } from '../base/module.ts';

/** For what belongs to a person's own sign-in. */
export function personOnly(who: Who): void {
  if (who.kind !== 'person') throw Forbidden('This is for a person at a screen: an API key has no sign-in of its own.');
}
