import { createTransport, type Transporter } from 'nodemailer';
import { baseUrl } from '../base/config.ts';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import type { Hearten, Job } from '../base/module.ts';
import { addressOf, type Link } from './link.ts';
import { isMail, type MailName } from './mail-texts.ts';
import { oneLine, renderMail, type Variables } from './render-mail.ts';
import { placesOf } from './session.ts';
import { stillOpens } from './still-opens.ts';
import { mailText } from './system-mails.ts';

/** A mail to one person who works here. No secrets: it waits in the database. Links are made where it is written. */
export type Letter = { mail: MailName; to: { name: string; address: string }; language: string; variables: Variables };
/** A mail whose words are its module's own. */
export type Written = {
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  headers?: Record<string, string>;
};
type Waiting = { letter: Letter } | { written: Written } | { linkId: string } | { passwordChanged: string };

const queue = async (hearten: Pick<Hearten, 'config' | 'jobs'>, tx: Tx, waiting: Waiting): Promise<void> => {
  if (hearten.config.SYSTEM_SMTP) await hearten.jobs.add(tx, 'system-mail', waiting, { tries: 12 });
};
/** Sends after the commit, and again until it is taken; does nothing while no system mail is set up. */
export const mailLetter = (hearten: Pick<Hearten, 'config' | 'jobs'>, tx: Tx, letter: Letter): Promise<void> =>
  queue(hearten, tx, { letter });
export const mailWritten = (hearten: Pick<Hearten, 'config' | 'jobs'>, tx: Tx, written: Written): Promise<void> =>
  queue(hearten, tx, { written });
export const mailInvitation = (hearten: Hearten, tx: Tx, linkId: string): Promise<void> =>
  queue(hearten, tx, { linkId });
export const mailReset = (hearten: Hearten, tx: Tx, linkId: string): Promise<void> => queue(hearten, tx, { linkId });
export const mailNotice = (hearten: Hearten, tx: Tx, accountId: string): Promise<void> =>
  queue(hearten, tx, { passwordChanged: accountId });

export function sendSystemMail(hearten: Hearten): Job {
  let transport: Transporter | undefined;
  return async (payload) => {
    const { config, log } = hearten;
    if (!config.SYSTEM_SMTP || !config.SYSTEM_FROM) return;
    const rendered = await writtenOf(hearten, payload as unknown as Waiting & { workspaceId: string });
    if (!rendered) return; // withdrawn, used or gone meanwhile
    const { address } = rendered.to;
    if (!/^[^\s,;<>"\p{Cc}]+@[^\s,;<>"\p{Cc}]+$/u.test(address))
      return log.error('A system mail has an address that is none, and was not sent');
    transport ??= createTransport(config.SYSTEM_SMTP, { disableFileAccess: true, disableUrlAccess: true });
    await transport.sendMail({
      from: config.SYSTEM_FROM,
      to: { name: oneLine(rendered.to.name, 100), address },
      // Who gets it is said apart from the headers, so that no name can add a recipient.
      envelope: { from: /<([^<>]+)>\s*$/.exec(config.SYSTEM_FROM)?.[1] ?? config.SYSTEM_FROM, to: [address] },
      subject: rendered.subject,
      text: rendered.text,
      html: rendered.html,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', ...rendered.headers },
    });
  };
}

async function writtenOf(hearten: Hearten, waiting: Waiting & { workspaceId: string }): Promise<Written | undefined> {
  if ('written' in waiting) return waiting.written;
  const found = await letterOf(hearten, waiting);
  if (!found || !isMail(found.letter.mail)) return undefined;
  const { workspaceId, letter } = found;
  const text = await hearten.db.tx(workspaceId, (tx) => mailText(tx, letter.mail, letter.language));
  return { to: letter.to, ...renderMail(text, letter.variables, letter.language) };
}

async function letterOf(
  hearten: Hearten,
  waiting: Exclude<Waiting, { written: Written }> & { workspaceId: string },
): Promise<{ workspaceId: string; letter: Letter } | undefined> {
  if ('letter' in waiting) return { workspaceId: waiting.workspaceId, letter: waiting.letter };
  if ('passwordChanged' in waiting) {
    const time = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    return toAccount(hearten, waiting.passwordChanged, 'password-changed', async (language) => ({
      time,
      ways: await stillOpens(hearten, waiting.passwordChanged, language),
    }));
  }
  const [link] = await hearten.db.read<Link>(
    NOWHERE,
    sql`
    select id, purpose, workspace_id as "workspaceId", account_id as "accountId", data, expires_at as "expiresAt" from link where id = ${waiting.linkId} and used_at is null and expires_at > now()`,
  );
  if (!link) return undefined;
  const address = addressOf(hearten.seal, baseUrl(hearten.config), link);
  if (link.purpose === 'reset')
    return toAccount(hearten, link.accountId as string, 'password-reset', async () => ({
      link: address,
      minutes: '60',
    }));
  return toInvited(hearten, link, address);
}

async function toAccount(
  hearten: Hearten,
  accountId: string,
  mail: MailName,
  variables: (language: string) => Promise<Variables>,
): Promise<{ workspaceId: string; letter: Letter } | undefined> {
  const place = await hearten.db.tx(NOWHERE, async (tx) => (await placesOf(tx, accountId))[0]);
  if (!place) return undefined;
  const [person] = await hearten.db.read<{ name: string; email: string; language: string }>(
    place.workspaceId,
    sql`
    select p.name, a.email, p.language from person p join account a on a.id = p.account_id where p.workspace_id = ${place.workspaceId} and p.id = ${place.personId}`,
  );
  if (!person) return undefined;
  return {
    workspaceId: place.workspaceId,
    letter: {
      mail,
      to: { name: person.name, address: person.email },
      language: person.language,
      variables: { 'person.name': oneLine(person.name), ...(await variables(person.language)) },
    },
  };
}

async function toInvited(
  hearten: Hearten,
  link: Link,
  address: string,
): Promise<{ workspaceId: string; letter: Letter } | undefined> {
  const invited = link.data as { email: string; name: string; invitedBy: string };
  const workspaceId = link.workspaceId as string;
  const [row] = await hearten.db.read<{ workspace: string; language: string; inviter: string | null }>(
    workspaceId,
    sql`
    select w.name as workspace, w.language, p.name as inviter from workspace w left join person p on p.workspace_id = w.id and p.id = ${invited.invitedBy} where w.id = ${workspaceId}`,
  );
  if (!row) return undefined;
  const variables = {
    'workspace.name': oneLine(row.workspace),
    'person.name': oneLine(invited.name),
    'inviter.name': oneLine(row.inviter ?? row.workspace),
    link: address,
    days: '7',
  };
  return {
    workspaceId,
    letter: {
      mail: 'invitation',
      to: { name: invited.name, address: invited.email },
      language: row.language,
      variables,
    },
  };
}
