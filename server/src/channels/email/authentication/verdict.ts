import type { Verdict } from '../../../conversations/index.ts';
import { domainOf } from '../address.ts';

/** Nobody has looked. What was looked at and could not be found out has at least one result. */
export const unchecked = (from: string): Verdict => ({
  verdict: 'unknown',
  spf: null,
  dkim: null,
  dmarc: null,
  arc: null,
  domain: domainOf(from),
  by: 'us',
  checking: false,
});
