import type { Body } from '../body/collect.ts';

export type Reply = { replyText: string; replyHtml: string | null; quotedText: string };

export function extractReply(body: Body, _subject: string): Reply {
  return { replyText: body.text, replyHtml: body.html, quotedText: '' };
}
