import type { Body, Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';
import { firstText, isMail, type MailName, type MailText, mailNames, mails } from './mail-texts.ts';
import { readWorkspace } from './workspace.ts';

/** A workspace's own text of a mail, or the first one in the reader's language. */
export async function mailText(tx: Tx, name: MailName, language: string): Promise<MailText> {
  const own = await tx.first<MailText>(
    sql`select subject, body from system_mail where workspace_id = ${tx.workspaceId} and name = ${name}`,
  );
  return own ?? firstText(name, language);
}

export async function listMails(tx: Tx): Promise<Reply<'GET /system-mails'>> {
  const { language } = await readWorkspace(tx);
  const own = new Map(
    (
      await tx.many<MailText & { name: string }>(
        sql`select name, subject, body from system_mail where workspace_id = ${tx.workspaceId}`,
      )
    ).map((row) => [row.name, row]),
  );
  return {
    items: mailNames.map((name) => {
      const { subject, body } = own.get(name) ?? firstText(name, language);
      return {
        name,
        title: mails[name].title,
        subject,
        body,
        changed: own.has(name),
        variables: [...mails[name].variables],
      };
    }),
  };
}

export async function changeMail(
  tx: Tx,
  who: Who,
  name: string,
  text: Body<'PUT /system-mails/:name'>,
): Promise<Record<string, never>> {
  if (!isMail(name)) throw NotFound();
  await tx.run(sql`
    insert into system_mail (workspace_id, name, subject, body) values (${tx.workspaceId}, ${name}, ${text.subject}, ${text.body})
    on conflict (workspace_id, name) do update set subject = excluded.subject, body = excluded.body, updated_at = now()`);
  await emit(tx, [{ name: 'system-mail.changed', actor: actorOf(who), data: { mail: name } }]);
  return {};
}

export async function putMailBack(tx: Tx, who: Who, name: string): Promise<Record<string, never>> {
  if (!isMail(name)) throw NotFound();
  await tx.run(sql`delete from system_mail where workspace_id = ${tx.workspaceId} and name = ${name}`);
  await emit(tx, [{ name: 'system-mail.changed', actor: actorOf(who), data: { mail: name } }]);
  return {};
}
