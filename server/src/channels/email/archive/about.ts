import { headOf } from '../stub.ts';

/** A header of a mail, unfolded; the topmost of several. Only for what an archive says beside the mail itself. */
export function headersOf(bytes: Buffer): (name: string) => string | undefined {
  const head = headOf(bytes)
    .toString('latin1')
    .replace(/\r?\n[ \t]+/g, ' ');
  return (name) => new RegExp(`^${name}:[ \\t]*(.*?)\\r?$`, 'im').exec(head)?.[1];
}

const timeOf = (text: string | undefined): number | null => {
  if (!text) return null;
  const at = Date.parse(text.replace(/\([^)]*\)/g, ' ').trim());
  // Before there was mail, or after tomorrow: a clock that was wrong.
  return Number.isFinite(at) && at > 0 && at < Date.now() + 86_400_000 ? at : null;
};

/** `ada@example.com Sat Jan  3 01:05:34 2026`: the date behind the address, which counts as UTC where no zone is told. */
function separatorTime(line: string): number | null {
  const found = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+(.*)$/i.exec(line)?.[1];
  if (!found) return null;
  const zone = /[+-]\d{4}|\b[A-Z]{3,4}\b/.exec(found);
  return timeOf(zone ? found : `${found} UTC`);
}

/**
 * When a mail reached its reader: as the last server noted it (its topmost Received), else as its writer wrote it (what one sends
 * oneself was received nowhere), else as the separator says, which programs write anew when they move a mail, else as the file does.
 */
export function receivedAt(
  header: (name: string) => string | undefined,
  line: string,
  delivered: number | null,
): string {
  const at =
    timeOf(header('received')?.split(';').at(-1)) ??
    timeOf(header('date')) ??
    separatorTime(line) ??
    (delivered === null ? null : timeOf(new Date(delivered * 1000).toISOString())) ??
    0;
  return new Date(at).toISOString();
}

const names = (text: string): Set<string> => new Set(text.split('|'));
const TRASH = names(
  'trash|deleted|deleted items|deleted messages|bin|papierkorb|gelöschte elemente|gelöschte objekte|corbeille|éléments supprimés|papelera|elementos eliminados|cestino|posta eliminata|lixeira|itens excluídos|kosz|elementy usunięte|prullenbak|verwijderde items|корзина|удаленные|çöp kutusu|silinmiş öğeler|ゴミ箱|已删除',
);
const JUNK = names(
  'junk|spam|junk e-mail|junk email|bulk mail|unerwünscht|junk-e-mail|courrier indésirable|pourriel|correo no deseado|posta indesiderata|lixo eletrônico|wiadomości-śmieci|ongewenste e-mail|спам|gereksiz|迷惑メール|垃圾邮件',
);
const DRAFTS = names(
  'drafts|draft|entwürfe|brouillons|borradores|bozze|rascunhos|szkice|wersje robocze|concepten|черновики|taslaklar|下書き|草稿',
);

/** Why an archived mail is no correspondence: thrown away, unwanted, or never sent; null for all others. */
export function setAsideAs(header: (name: string) => string | undefined, name: string, flags: string): string | null {
  // The last word of a folder's path: ".Archive.Trash" (Maildir++), "Mail/Trash.mbox", "[Gmail].sbd/Spam".
  const parts = name.split(/[\\/]/).flatMap((part) => (part.startsWith('.') ? part.slice(1).split('.') : [part]));
  const folders = parts.map((part) =>
    part
      .replace(/\.(mbox|mbx|sbd|gz)+$/gi, '')
      .trim()
      .toLowerCase(),
  );
  const labels = (header('x-gmail-labels') ?? '').toLowerCase().split(/\s*,\s*/);
  const said = [...folders, ...labels];
  if (flags.includes('T') || /D/.test(header('x-status') ?? '') || isDeleted(header('x-mozilla-status')))
    return 'It was deleted.';
  if (said.some((one) => TRASH.has(one))) return 'It lay in the trash.';
  if (said.some((one) => JUNK.has(one))) return 'It lay among the spam.';
  if (flags.includes('D') || said.some((one) => DRAFTS.has(one))) return 'It is a draft, never sent.';
  return null;
}
/** Thunderbird marks what is deleted and drops it when it compacts the file. */
const isDeleted = (status: string | undefined): boolean => (Number.parseInt(status ?? '0', 16) & 0x0008) !== 0;
