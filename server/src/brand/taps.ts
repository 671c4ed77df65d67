import { escaped } from '../base/html.ts';
import type { Look } from './look.ts';

/** An answer in a mail: its word, and where it leads. */
export type Tap = { word: string; url: string };

/** A row of more than so many numbers is broken in its middle where a screen is narrow, not wherever it is full. */
const LONG = 7;

/**
 * Answers to tap, as any mail program shows them. Light buttons with dark words and a ground of their own, so that they are read in the
 * evening too, and as high as a thumb; no picture. Where a program takes all looks away, links stay with room between them.
 */
export function tapsOf(taps: Tap[], { colour, on }: Pick<Look, 'colour' | 'on'>): string {
  // A pale colour is no edge on paper.
  const edge = on === '#ffffff' ? colour : '#8b9a94';
  const one = ({ word, url }: Tap): string =>
    `<a href="${escaped(url)}" style="display:inline-block;box-sizing:border-box;min-width:44px;padding:11px 14px;margin:0 0 8px;border:1px solid ${edge};border-radius:8px;background:#f6f8f4;color:#1c2b27;font-size:16px;line-height:20px;text-align:center;text-decoration:none">${escaped(word)}</a>`;
  if (taps.length <= LONG) return taps.map(one).join('\n');
  const half = Math.ceil(taps.length / 2);
  return [taps.slice(0, half), taps.slice(half)]
    .map((part) => `<span style="display:inline-block;white-space:nowrap">${part.map(one).join('\n')}</span>`)
    .join('\n');
}

/** The one thing to do. */
export const tapOf = ({ word, url }: Tap, { colour, on }: Pick<Look, 'colour' | 'on'>): string =>
  `<a href="${escaped(url)}" style="display:inline-block;padding:12px 22px;border-radius:8px;background:${colour};color:${on};font-size:16px;line-height:20px;text-decoration:none">${escaped(word)}</a>`;

/** Small words at a mail's end: why it came, and how it ends. No colour of their own, which would be lost on a dark ground. */
export const smallPrint = (lines: string[]): string =>
  `<p style="margin:24px 0 0;padding:12px 0 0;border-top:1px solid #8b9a94;font-size:13px;line-height:20px">${lines.join('<br>\n')}</p>`;
/** A link among them. */
export const smallLink = ({ word, url }: Tap): string =>
  `<a href="${escaped(url)}" style="display:inline-block;padding:10px 0;color:inherit;text-decoration:underline">${escaped(word)}</a>`;
