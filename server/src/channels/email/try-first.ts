import { type Body, type Finding, type Inbox, isReason, mailSettings } from '@hearten/contract';
import { byOf } from '../../base/audit.ts';
import { Invalid } from '../../base/errors.ts';
import type { Caller, Hearten, Who } from '../../base/module.ts';
import { said } from '../../base/reasons.ts';
import { type Said, say } from '../../base/words.ts';
import { refuseInSample } from '../../team/index.ts';
import { changeInbox, createInbox, tried } from './inboxes.ts';
import { proofsOf } from './sign-in/proof.ts';
import { testConnection } from './test-connection.ts';

type Asked = Body<'POST /inboxes/test'>;

/** Tries servers as they were typed, with the passwords that are kept where none was. */
export async function tryServers(
  hearten: Hearten,
  who: Who,
  asked: Asked,
): Promise<{ findings: Finding[]; count: number | null }> {
  const { address, settings, secrets, home } = await hearten.db.tx(who.workspaceId, (tx) => tried(tx, hearten, asked));
  return testConnection(address, settings, home ? await proofsOf(hearten, home) : secrets);
}

/** What does not work is not kept: who knows better says that it is untested. */
async function mustWork(hearten: Hearten, who: Who, asked: Asked, text: (why: Said | string) => Said): Promise<void> {
  await hearten.db.tx(who.workspaceId, (tx) => refuseInSample(tx, 'No mail server can be used here.'));
  const { findings } = await tryServers(hearten, who, asked);
  const wrong = findings.filter((one) => !one.ok);
  const [first] = wrong;
  if (!first) return;
  throw Invalid(
    text(wordsOf(first)),
    wrong.map((one) => ({ path: `settings.${one.step.split('.')[0]}`, message: wordsOf(one) })),
  );
}
const wordsOf = ({ why, text }: Finding): Said | string => (isReason(why) ? said(why) : text);

export async function connectInbox(
  hearten: Hearten,
  who: Who,
  caller: Caller,
  { untested, ...body }: Body<'POST /inboxes'>,
): Promise<Inbox> {
  const { imap, smtp } = body.settings;
  // A sign-in was only just proved by whoever gave it.
  if (!untested && !body.signIn && (imap || smtp))
    await mustWork(hearten, who, { address: body.address, settings: body.settings }, (why) =>
      say(
        'It does not work like this yet: {why} Nothing was connected; mend it, or connect it untested: it is tried again and again.',
        { why },
      ),
    );
  return hearten.db.tx(who.workspaceId, (tx) => createInbox(tx, hearten, who, body), byOf(who, caller));
}

export async function keepInbox(
  hearten: Hearten,
  who: Who,
  caller: Caller,
  id: string,
  { untested, ...body }: Body<'PATCH /inboxes/:id'>,
): Promise<Inbox> {
  const { imap = null, smtp = null, signIn } = body.settings ?? {};
  if (!untested && (imap || smtp)) {
    const settings = { ...mailSettings.parse({ imap, smtp }), signIn: signIn === null ? null : undefined };
    await mustWork(hearten, who, { id, address: body.address ?? '', settings }, (why) =>
      say('It does not work like this: {why} Nothing was changed; mend it, or save it untested.', { why }),
    );
  }
  return hearten.db.tx(who.workspaceId, (tx) => changeInbox(tx, hearten, who, id, body), byOf(who, caller));
}
