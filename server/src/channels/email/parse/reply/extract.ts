import type { Body } from '../body/collect.ts';
import { limits } from '../limits.ts';
import { htmlLines } from './html-lines.ts';
import { isBlank, type Line, textLines } from './lines.ts';
import { splitReply } from './split.ts';
import { FORWARD_SUBJECT } from './words.ts';

export type Reply = { replyText: string; replyHtml: string | null; quotedText: string };

/**
 * What the writer newly wrote. HTML is asked first, because programs mark their quotes there; the plain text decides
 * when HTML shows no quote at all.
 */
export function extractReply(body: Body, subject: string): Reply {
  const forward = FORWARD_SUBJECT.test(subject);
  if (body.text.length > limits.replyChars) return { replyText: body.text, replyHtml: body.html, quotedText: '' };
  if (body.html !== null && body.html.length <= limits.replyChars) {
    const lines = htmlLines(body.html);
    const { keep, found } = splitReply(lines, forward);
    if (found) return replyOf(lines, keep, null);
    const plain = hasPlain(body) ? fromText(body.text, forward) : null;
    if (plain && plain.quotedText !== '') return plain;
    return { ...replyOf(lines, keep, null), replyHtml: body.html };
  }
  return fromText(body.text, forward);
}

const hasPlain = (body: Body): boolean => body.pieces.some((p) => p.text !== null && p.text.trim() !== '');

function fromText(text: string, forward: boolean): Reply {
  const lines = textLines(text);
  return replyOf(lines, splitReply(lines, forward).keep, null);
}

function replyOf(lines: readonly Line[], keep: readonly boolean[], html: string | null): Reply {
  const shown: string[] = [];
  const hidden: string[] = [];
  for (const [i, line] of lines.entries()) (keep[i] ? shown : hidden).push(marked(line));
  if (
    shown.every((text) => text.trim() === '') &&
    lines.some((line) => !isBlank(line) && line.depth === 0 && line.mark === null)
  ) {
    // hiding everything would show the reader nothing of what was written
    return { replyText: '', replyHtml: html, quotedText: trimBlank(hidden) };
  }
  return { replyText: trimBlank(shown), replyHtml: html, quotedText: trimBlank(hidden) };
}

/** Lines from HTML carry their depth apart; in text it is written out. */
function marked(line: Line): string {
  return line.depth > 0 && line.at > 0 && !line.text.startsWith('>')
    ? `${'>'.repeat(Math.min(line.depth, 10))} ${line.text}`
    : line.text;
}

function trimBlank(lines: string[]): string {
  let from = 0;
  let to = lines.length;
  while (from < to && (lines[from] ?? '').trim() === '') from++;
  while (to > from && (lines[to - 1] ?? '').trim() === '') to--;
  return lines.slice(from, to).join('\n').trimEnd();
}
