import { Invalid } from '../../base/errors.ts';
import { say } from '../../base/words.ts';
import { readHtml } from './read.ts';
import type { Body } from './schema.ts';
import { picturesIn, writeHtml, writeText } from './write.ts';

export { readHtml, readText } from './read.ts';
export type { Block, Body, Span } from './schema.ts';
export { picturesIn, writeHtml, writeText } from './write.ts';

/** A client sends words, or words with their formatting; the formatting wins. */
export type Given = { text?: string | undefined; html?: string | undefined };
/** What is kept of it. `html` is null for words alone; `pictures` are the uploads that stand in the text. */
export type Said = { text: string; html: string | null; pictures: string[] };

const LONGEST = 500_000;
const MOST_PICTURES = 50;

/** The one place where the body of an answer, a note or a draft is checked. Formatting that says nothing beyond the words isn't kept. */
export function sayWhat({ text = '', html }: Given): Said {
  if (html === undefined) return { text, html: null, pictures: [] };
  const body = readHtml(html);
  const words = writeText(body);
  if (words.length > LONGEST)
    throw Invalid(
      say('A message may have {LONGEST} characters at most. Nothing was lost or sent; send the long part as a file.', {
        LONGEST: LONGEST.toLocaleString('en'),
      }),
    );
  const pictures = [...new Set(picturesIn(body).map((picture) => picture.upload))];
  if (pictures.length > MOST_PICTURES)
    throw Invalid(
      say('A message may hold {MOST_PICTURES} pictures at most. Nothing was sent; take some out.', { MOST_PICTURES }),
    );
  return { text: words, html: plain(body) ? null : writeHtml(body), pictures };
}

const plain = (body: Body): boolean =>
  body.every(
    (block) =>
      block.type === 'line' &&
      block.spans.every((span) => span.type === 'words' && span.marks.length === 0 && span.href === null),
  );

/** The same body about other uploads: when a colleague goes on with it, its pictures are files of their own. */
export const withPictures = (html: string, own: ReadonlyMap<string, string>): string =>
  html.replace(/(<img src="cid:)([0-9a-f-]{36})"/g, (all, begin: string, id: string) => {
    const next = own.get(id);
    return next ? `${begin}${next}"` : all;
  });
