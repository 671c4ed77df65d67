import { parse } from '../../server/src/channels/email/parse/index.ts';

/** The parser as an outside scorer calls it; mailing-list mail counts as the message it is. */
export default async function (raw) {
  const mail = parse(raw);
  return { ...mail, kind: mail.kind === 'list' ? 'message' : mail.kind };
}
