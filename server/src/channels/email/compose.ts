import type { Address } from '@hearten/contract';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type Body, type Outgoing, readHtml } from '../../conversations/index.ts';
import { bodyToHtml } from './body-to-html.ts';
import { linesToHtml, textToHtml } from './text-to-html.ts';

export type Letter = {
  from: Address;
  replyTo: string | null;
  signature: string;
  quote: boolean;
  /** What is asked below the signature, as words and as HTML; in an answer that resolves. */
  invite?: { text: string; html: string } | null;
  /** What the mail server that sends it wants beside. */
  headers?: Record<string, string>;
};

/** Whatever a header holds is one line: no control characters, no line separators, however they got there. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .toWellFormed();
/** What looks like an encoded word but was typed so is shown as typed: nobody's mail program may read a line break out of it. */
const literal = (text: string): string => oneLine(text).replace(/=\?/g, '=\u200b?');
const addressed = (a: Address): { name: string; address: string } => ({
  name: literal(a.name),
  address: oneLine(a.address).replace(/[\s<>]/g, ''),
});
const angled = (ids: string[]): string =>
  ids
    .filter((id) => /^[\x21-\x7e]+$/.test(id) && !/[<>]/.test(id))
    .map((id) => `<${id}>`)
    .join(' ');
/** "support <a@b.c>" names would need quoting rules; the mail library does those. */
const safeType = (type: string): string => (/^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream');

const quotedLines = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n');

/** Softer, but of no colour of its own: grey that is read on paper is lost on the ground a mail program has in the evening. */
const SOFT = 'opacity:.75';

/** The words of an answer: text, signature, and the message it answers if that is wanted. */
export function wordsOf(message: Outgoing, letter: Letter): { text: string; html: string } {
  const signature = [message.authorSignature.trim(), letter.signature.trim()].filter(Boolean).join('\n');
  const quoted = (message.quote ?? letter.quote) ? message.quoted : null;
  const head = quoted
    ? `${new Date(quoted.at).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${oneLine(quoted.from)}:`
    : '';
  const text = [
    ...(message.text.trim() || !message.forwarded ? [message.text.trimEnd()] : []),
    ...(signature ? [`-- \n${signature}`] : []),
    ...(letter.invite ? [letter.invite.text] : []),
    ...(quoted ? [`${head}\n${quotedLines(quoted.text)}`] : []),
    ...(message.forwarded ? [message.forwarded] : []),
  ].join('\n\n');
  const html = [
    message.html ? bodyToHtml(withoutEnd(readHtml(message.html)), cidOf(message)) : textToHtml(message.text.trimEnd()),
    ...(signature ? [`<p style="${SOFT};margin:1em 0 0">--&nbsp;<br>${linesToHtml(signature)}</p>`] : []),
    ...(letter.invite ? [letter.invite.html] : []),
    ...(quoted
      ? [
          `<p style="${SOFT};margin:1em 0 .3em">${linesToHtml(head)}</p><blockquote type="cite" style="margin:0;padding:0 0 0 .8em;border-left:2px solid #8b9a94">${textToHtml(quoted.text)}</blockquote>`,
        ]
      : []),
    ...(message.forwarded
      ? [
          `<div style="margin:1.5em 0 0;padding:.8em 0 0;border-top:1px solid #8b9a94">${message.forwardedHtml ? namedIn(message) : textToHtml(message.forwarded)}</div>`,
        ]
      : []),
  ].join('\n');
  return {
    text,
    html: `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head><body><div style="font-family:sans-serif;font-size:15px;line-height:1.5">${html}</div></body></html>`,
  };
}

/** Empty lines below the last words are nobody's wish. */
const withoutEnd = (body: Body): Body =>
  body.slice(0, body.findLastIndex((block) => block.type !== 'line' || block.spans.length > 0) + 1);
/** A Content-ID is a name for the whole world, so it has a domain as a Message-ID does. */
const cidOf =
  (message: Outgoing) =>
  (upload: string): string =>
    `${upload}@${message.externalId.split('@').pop()}`;

/** What is passed on, its pictures named as this mail names them. */
const namedIn = (message: Outgoing): string => {
  const own = new Set(message.attachments.map((file) => file.contentId));
  return (message.forwardedHtml ?? '').replace(/cid:([0-9a-f-]{36})/g, (all, id: string) =>
    own.has(id) ? `cid:${cidOf(message)(id)}` : all,
  );
};

/** An answer as the bytes of a mail. Message-ID and all that names the thread were fixed when it was queued. */
export function compose(message: Outgoing, letter: Letter): Promise<Buffer> {
  const { text, html } = wordsOf(message, letter);
  const inReplyTo = message.inReplyTo ? angled([message.inReplyTo]) : '';
  const references = angled(message.references);
  const composer = new MailComposer({
    from: addressed(letter.from),
    to: message.to.map(addressed),
    cc: message.cc.map(addressed),
    ...(letter.replyTo ? { replyTo: addressed({ name: letter.from.name, address: letter.replyTo }) } : {}),
    subject: literal(message.subject),
    messageId: `<${message.externalId}>`,
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(references ? { references } : {}),
    text,
    html,
    disableFileAccess: true,
    disableUrlAccess: true,
    attachments: message.attachments.map((file) => ({
      filename: literal(file.filename),
      contentType: safeType(file.contentType),
      content: file.content,
      ...(file.contentId
        ? { contentDisposition: 'inline' as const, cid: cidOf(message)(file.contentId) }
        : { contentDisposition: 'attachment' as const }),
    })),
    headers: {
      ...letter.headers,
      ...(message.automatic ? { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' } : {}),
    },
  });
  return composer.compile().build();
}
