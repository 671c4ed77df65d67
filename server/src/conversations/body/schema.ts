/**
 * What a message of ours may hold, here and nowhere else: paragraphs (a line each, an empty one is an empty line), lists, quotes,
 * code, pictures, and in a line the marks below. Whatever a client sends is read into this (`read.ts`) and written anew from it, so
 * nothing but this is ever stored, shown or sent. Every element of it is one that mail HTML may hold, too.
 */
export type Mark = 'strong' | 'em' | 'u' | 's' | 'code';
export type Words = { type: 'words'; text: string; marks: Mark[]; href: string | null };
/** A picture in the text: `upload` is one of its writer's files. `width` in pixels, as it was drawn to size, and the `height` it has then: its place is kept before it is there. */
export type Picture = { type: 'picture'; upload: string; alt: string; width: number | null; height: number | null };
export type Span = Words | Picture;
export type Block =
  | { type: 'line'; spans: Span[] }
  | { type: 'code'; text: string }
  | { type: 'quote'; blocks: Block[] }
  /** `from` is the number of the first item; null makes it a list of points. */
  | { type: 'list'; from: number | null; items: Block[][] };
export type Body = Block[];

/** What else means the same as one of ours. */
export const MARKS: ReadonlyMap<string, Mark> = new Map([
  ['b', 'strong'],
  ['strong', 'strong'],
  ['i', 'em'],
  ['em', 'em'],
  ['u', 'u'],
  ['ins', 'u'],
  ['s', 's'],
  ['del', 's'],
  ['strike', 's'],
  ['code', 'code'],
]);
/** Elements after whose begin and end a new line begins, whatever they mean. */
export const LINES: ReadonlySet<string> = new Set(
  'p div h1 h2 h3 h4 h5 h6 address article aside section header footer main nav figure figcaption table tr dl dt dd form hr body html'.split(
    ' ',
  ),
);
/** Elements that go with everything in them. */
export const DROPPED: ReadonlySet<string> = new Set(
  'script style svg math template noscript title head textarea select iframe noembed noframes xmp plaintext object canvas datalist'.split(
    ' ',
  ),
);
/** A picture's address in a body: `cid:` and the id of the upload. */
export const PICTURE = /^cid:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;
export const DEEPEST = 12;
export const WIDEST = 2000;
