import { sql } from '../../base/db.ts';
import { NotFound } from '../../base/errors.ts';
import { type Passable, readHtml } from '../../conversations/index.ts';
import { bodyToHtml } from './body-to-html.ts';
import { messageOf } from './files.ts';
import { sanitise } from './html/index.ts';
import { read } from './read.ts';
import type { Room } from './room.ts';
import { textToHtml } from './text-to-html.ts';

type Row = { html: string | null; text: string; quote: string };

/**
 * A message as a third person may get it. Mail HTML is made safe as for our own screen, without its style sheets: in the mail it goes
 * along in they would style our words, too. Pictures from elsewhere stay where they are; whoever reads the forward decides about them.
 */
export const passable =
  (room: Room) =>
  async (workspaceId: string, messageId: string, plain = false): Promise<Passable> => {
    const { raw_hash, attachments } = await messageOf(room, workspaceId, messageId);
    const pictures = new Set<number>();
    const named = (is: (file: (typeof attachments)[number]) => boolean): string | null => {
      const part = attachments.find(is)?.part;
      if (part === undefined) return null;
      pictures.add(part);
      return `cid:part.${part}`;
    };
    const [row] = await room.db.read<Row>(
      workspaceId,
      sql`select html, text, quote from message where workspace_id = ${workspaceId} and id = ${messageId}`,
    );
    if (!row) throw NotFound();
    if (row.html !== null && !plain) {
      const html = bodyToHtml(
        readHtml(row.html),
        (upload) => `part.${attachments.find((file) => file.contentId === upload)?.part ?? ''}`,
      );
      for (const file of attachments) if (file.contentId !== null) pictures.add(file.part);
      return { html, designed: true, pictures: [...pictures] };
    }
    const [one] = raw_hash && !plain ? await read([await room.files.get(room.db, workspaceId, raw_hash)]) : [];
    const designed = one && 'mail' in one ? one.mail.html : null;
    if (designed === null) {
      const quote = row.quote.trim() ? `\n\n${row.quote.trimEnd()}` : '';
      return { html: textToHtml(row.text.trimEnd() + quote), designed: false, pictures: [] };
    }
    const { html } = sanitise(designed, {
      cidImage: (contentId) => named((file) => file.contentId === contentId),
      remoteImage: (url) => url,
    });
    return { html: html.replace(/<style>[\s\S]*?<\/style>/g, ''), designed: true, pictures: [...pictures] };
  };
