import { Forbidden, type Refused } from './errors.ts';
import type { Who } from './module.ts';

const PROVEN = 15 * 60_000;
/** Before what a stranger at an open screen could do harm with. */
export function needsProof(who: Who): void {
  if (who.kind === 'person' && Date.now() - (who.provedAt ?? 0) > PROVEN)
    throw Forbidden('Prove once more that it is you. Nothing was changed; it is asked again after 15 minutes.', {
      type: 'proof-needed',
    });
}
export const heldBack = (held: NonNullable<Who['held']>): Refused =>
  held === 'address'
    ? Forbidden(
        'This workspace lets people in from certain networks only, and yours is none of them. Nothing is lost; go on from there, or ask an owner.',
        { type: 'address-not-let-in' },
      )
    : Forbidden(
        'This workspace asks everyone for a second factor. Set one up, or use the one you have; then everything goes on.',
        { type: 'second-factor' },
      );
