import type { Body } from '../body/collect.ts';
import { limits } from '../limits.ts';
import { withoutArmour } from './armour.ts';
import { htmlLines } from './html-lines.ts';
import { type Line, linesToText, textLines } from './lines.ts';
import { splitReply } from './split.ts';
import { FORWARD_SUBJECT } from './words.ts';

export type Reply = { replyText: string; replyHtml: string | null; quotedText: string };

/**
 * What the writer newly wrote. HTML is asked first, because programs mark their quotes there; the plain text decides
 * when HTML shows no quote at all.
 */
export function extractReply(body: Body, subject: string): Reply {
  const forward = FORWARD_SUBJECT.test(subject);
  if (body.text.length > limits.replyChars) return { replyText: body.text, replyHtml: null, quotedText: '' };
  if (body.html === null || body.html.length > limits.replyChars) return fromText(body.text, forward);
  const lines = body.lines ?? htmlLines(body.html);
  if (lines.length > limits.replyLines) return { replyText: body.text, replyHtml: null, quotedText: '' };
  const { keep, found } = splitReply(lines, forward);
  if (!found && hasPlain(body)) return fromText(body.text, forward);
  const reply = replyOf(lines, keep);
  return { ...reply, replyHtml: found ? keptHtml(body.html, lines, keep) : null };
}

const hasPlain = (body: Body): boolean => body.pieces.some((p) => p.text !== null && p.text.trim() !== '');

function fromText(whole: string, forward: boolean): Reply {
  const signed = withoutArmour(whole);
  const text = signed?.text ?? whole;
  const lines = textLines(text);
  if (lines.length > limits.replyLines) return { replyText: text, replyHtml: null, quotedText: '' };
  const { replyText, quotedText } = replyOf(lines, splitReply(lines, forward).keep);
  return { replyText, replyHtml: null, quotedText: signed ? `${quotedText}\n${signed.armour}`.trim() : quotedText };
}

function replyOf(lines: readonly Line[], keep: readonly boolean[]): { replyText: string; quotedText: string } {
  return {
    replyText: linesToText(lines.filter((_, i) => keep[i])),
    quotedText: linesToText(lines.filter((_, i) => !keep[i])),
  };
}

/** The source of the lines that stay. Tags may be left open; whoever draws it closes them. */
function keptHtml(html: string, lines: readonly Line[], keep: readonly boolean[]): string {
  let out = '';
  for (let i = 0; i < lines.length; ) {
    let end = i;
    while (end < lines.length && keep[end] === keep[i]) end++;
    if (keep[i]) out += html.slice(lines[i]?.at ?? 0, lines[end]?.at ?? html.length);
    i = end;
  }
  return out;
}
