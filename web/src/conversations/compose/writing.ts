import type { Upload } from '../../api.ts';

/** What stands in a field: words, and the same with its formatting when there is any (what a body may hold; the server reads it anew). */
export type Said = { text: string; html: string | null };

/** The field one writes in, for whoever puts something into it. */
export type Writing = {
  kind: 'reply' | 'note';
  focus: () => void;
  /** Where the caret is, as one step that Mod+Z takes back. Pictures in `html` are `<img src="cid:…">` with the id of an upload of one's own. */
  insertContent: (content: { html: string } | { text: string }) => void;
  /** Files beside the text. */
  attach: (files: Upload[]) => void;
  /** What stands there at this moment. */
  said: () => Said;
};
