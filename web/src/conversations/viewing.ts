import type { Message, Opened } from '@hearten/contract';
import { t } from '../language/index.ts';
import { makeStore } from '../ui/store.ts';

type File = Message['attachments'][number];
export type Kind = 'image' | 'pdf' | 'text' | 'audio' | 'video' | 'other';
/** One thing that can be looked at without being opened by another program. */
export type Shown = { src: string; save: string; name: string; kind: Kind; size: number | null };

/** Mail programs often send an invitation without a name for it. */
export const fileName = (f: Pick<File, 'filename' | 'contentType'>): string =>
  f.filename ||
  (f.contentType.startsWith('text/calendar')
    ? 'Invitation.ics'
    : t('No name ({contentType})', { contentType: f.contentType }));

const texts = /^text\/|^application\/(json|xml|csv|yaml|x-yaml|sql)$|\+(json|xml)$/;
const textNames = /\.(txt|log|md|csv|tsv|json|xml|ya?ml|ini|conf|toml|sql|diff|patch)$/i;
/** Says the same as the server, which alone decides what it gives out to be shown. */
export const kindOf = ({ contentType, filename }: Pick<File, 'filename' | 'contentType'>): Kind => {
  const type = contentType.toLowerCase();
  if (/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(type)) return 'image';
  if (type === 'application/pdf') return navigator.pdfViewerEnabled === false ? 'other' : 'pdf';
  if (/^audio\/(mpeg|mp3|mp4|x-m4a|aac|ogg|opus|wav|x-wav|webm|flac)$/.test(type)) return 'audio';
  if (/^video\/(mp4|webm|ogg|quicktime)$/.test(type)) return 'video';
  if (
    type !== 'image/svg+xml' &&
    (texts.test(type) || (type === 'application/octet-stream' && textNames.test(filename)))
  )
    return 'text';
  return 'other';
};
/** A word for what a file is: PDF, PNG, ZIP. */
export const typeOf = (f: Pick<File, 'filename' | 'contentType'>): string =>
  (
    /\.([a-z0-9]{1,5})$/i.exec(f.filename)?.[1] ?? f.contentType.replace(/^.*\/(x-|vnd\.)?/, '').slice(0, 12)
  ).toUpperCase();

export const shownOf = (id: string, f: File): Shown => {
  const kind = kindOf(f);
  const save = `/files/messages/${id}/${f.part}`;
  return {
    src: kind === 'text' ? `/frames/files/${id}/${f.part}` : `${save}?inline=1`,
    save,
    name: fileName(f),
    kind,
    size: f.size,
  };
};

export type Viewing = { all: Shown[]; at: number };
const store = makeStore<Viewing | null>(null);
export const viewing = { get: store.get, watch: store.watch };
export const close = () => store.set(null);
export const view = (all: Shown[], at: number) => store.set({ all, at });
/** One file of a conversation, with all the others before and after it. */
export const viewFile = (opened: Opened | undefined, id: string, file: File) => {
  const all = (opened?.items ?? []).flatMap((item) =>
    item.type === 'event'
      ? []
      : item.attachments
          .filter((f) => kindOf(f) !== 'other' && f.part !== item.parsed?.invitation?.part)
          .map((f) => shownOf(item.id, f)),
  );
  const one = shownOf(id, file);
  const at = all.findIndex((s) => s.save === one.save);
  view(at === -1 ? [one] : all, Math.max(0, at));
};

/** What came with one message. */
export const viewMessage = (message: Pick<Message, 'id' | 'attachments'>) =>
  view(
    message.attachments.filter((f) => kindOf(f) !== 'other').map((f) => shownOf(message.id, f)),
    0,
  );
/** A picture in the text of a message is looked at large; the menu of the message does the same for those who don't point. */
export const viewPicture = (opened: Opened, target: EventTarget) => {
  if (!(target instanceof HTMLImageElement) || target.closest('a, button')) return;
  const id = target.closest<HTMLElement>('[data-item]')?.dataset.item;
  const message = opened.items.find((i): i is Message => i.type !== 'event' && i.id === id);
  if (!message) return;
  const shown = message.attachments.filter((f) => kindOf(f) === 'image').map((f) => shownOf(message.id, f));
  const at = shown.findIndex((one) => one.src === target.getAttribute('src'));
  if (at !== -1) view(shown, at);
};
