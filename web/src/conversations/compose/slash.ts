import type { Opened } from '@hearten/contract';
import type { Writing } from './writing.ts';

/**
 * One line of the menu that opens when `/` is typed at the start of a line or after a space. Typing on narrows it by `label` and
 * `keywords`; when it is chosen, the `/` and what was typed behind it are taken out before `run` is called.
 */
export type SlashItem = {
  id: string;
  label: string;
  /** Beside it, quieter: its shortcut, or what it is. */
  hint?: string;
  /** Below the list while the line is chosen: the words it would put in. */
  preview?: string;
  keywords?: string;
  run: (writing: Writing) => void | Promise<void>;
};
export type SlashAbout = {
  /** The conversation that is written in or about; none where one is to begin. */
  opened: Opened | null;
  kind: Writing['kind'];
  /** It is no answer in the conversation itself: nothing is to be done to that. */
  apart: boolean;
};
/** Asked each time the menu opens; its order is kept among lines that fit equally well. */
export type SlashSource = (about: SlashAbout) => readonly SlashItem[] | Promise<readonly SlashItem[]>;

/** Who has lines for the menu, each loaded when it opens for the first time. */
const sources: readonly (() => Promise<{ slashItems: SlashSource }>)[] = [() => import('../../snippets/slash.ts')];

export const hasSlash = sources.length > 0;
export const slashItems = async (about: SlashAbout): Promise<SlashItem[]> => {
  const all = await Promise.all(sources.map(async (load) => (await load()).slashItems(about)));
  return all.flat();
};
