import type { Upload } from '../../api.ts';
import type { Said } from './writing.ts';

/** What stands in a letter: its words, and the files beside them. */
export type Begun = Said & { files: Upload[] };
export const blank: Begun = { text: '', html: null, files: [] };
export const isBlank = ({ text, html, files }: Begun) => text.trim() === '' && html === null && files.length === 0;

/** What was being written in a dialog that was closed: there again when it opens anew, as long as the page is. */
const left = new Map<string, { letter: Begun; rest: unknown }>();
/** `rest` is what the dialog keeps beside the words; it knows its own shape. */
export const leftAt = <Rest>(place: string): { letter: Begun; rest: Rest } | undefined =>
  left.get(place) as { letter: Begun; rest: Rest } | undefined;
export const forgetLeft = (): void => left.clear();

export const leaveAt = (place: string, letter: Begun, rest: unknown): void => {
  left.set(place, { letter, rest });
};
export const forgetLeftAt = (place: string): void => {
  left.delete(place);
};
