import { sql } from '../../base/db.ts';
import type { Hearten, Job } from '../../base/module.ts';
import { mailText, readWorkspace, renderMail } from '../../team/index.ts';
import type { Mail } from './index.ts';
import { whenRead } from './when.ts';

/**
 * "Your message has arrived", with when it will be read, to the address that was typed; in the language of the form, and with not a word of
 * what was written: anybody can type anybody's address. Spam is told nothing, and where nothing
 * can leave from nothing is tried.
 */
export const acknowledgeForm =
  (hearten: Hearten, mail: Mail): Job =>
  async ({ workspaceId, messageId, formName, language }) => {
    const [place, id, spoken] = [String(workspaceId), String(messageId), String(language)];
    await hearten.db.tx(place, async (tx) => {
      const asked = await tx.first<{ conversationId: string; number: number; inboxId: string; address: string }>(sql`
        select c.id as "conversationId", c.number, c.inbox_id as "inboxId", m.sender->>'address' as address
        from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
          join inbox i on i.workspace_id = c.workspace_id and i.id = c.inbox_id and i.enabled and i.deleted_at is null
        where (${hearten.config.SYSTEM_SMTP !== undefined} or jsonb_typeof(i.settings->'smtp') = 'object') and m.workspace_id = ${place} and m.id = ${id} and c.folder = 'inbox' and m.at > now() - interval '1 hour'
          and not exists (select 1 from message o where o.workspace_id = m.workspace_id and o.conversation_id = c.id and o.automatic and o.type = 'out')`);
      if (!asked) return;
      const [workspace, when, text] = [
        await readWorkspace(tx),
        await whenRead(tx, asked.inboxId, spoken),
        await mailText(tx, 'form-acknowledgement', spoken),
      ];
      const written = renderMail(text, {
        'workspace.name': workspace.name,
        'form.name': String(formName),
        'conversation.number': String(asked.number),
        hours: when,
      });
      await mail.acknowledge(tx, {
        conversationId: asked.conversationId,
        messageId: id,
        address: asked.address,
        subject: written.subject,
        text: written.text.replace(/\n{3,}/g, '\n\n').trim(),
      });
    });
  };
