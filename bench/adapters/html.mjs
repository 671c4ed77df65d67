import { sanitise } from '../../server/src/channels/email/html/index.ts';

/** The sanitiser as an outside scorer calls it. */
export function sanitize(html) {
  return sanitise(html).html;
}
