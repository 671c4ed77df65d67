import type { Address } from '@hearten/contract';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Outgoing } from '../../conversations/index.ts';
import { linesToHtml, textToHtml } from './text-to-html.ts';

export type Letter = {
  from: Address;
  replyTo: string | null;
  signature: string;
  quote: boolean;
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
    ...(quoted ? [`${head}\n${quotedLines(quoted.text)}`] : []),
    ...(message.forwarded ? [message.forwarded] : []),
  ].join('\n\n');
  const html = [
    textToHtml(message.text.trimEnd()),
    ...(signature ? [`<p style="color:#666;margin:1em 0 0">--&nbsp;<br>${linesToHtml(signature)}</p>`] : []),
    ...(quoted
      ? [
          `<p style="color:#666;margin:1em 0 .3em">${linesToHtml(head)}</p><blockquote type="cite" style="margin:0;padding:0 0 0 .8em;border-left:2px solid #ccc">${textToHtml(quoted.text)}</blockquote>`,
        ]
      : []),
    ...(message.forwarded
      ? [
          `<div style="margin:1.5em 0 0;padding:.8em 0 0;border-top:1px solid #ccc">${textToHtml(message.forwarded)}</div>`,
        ]
      : []),
  ].join('\n');
  return {
    text,
    html: `<!doctype html><html><body><div style="font-family:sans-serif;font-size:15px;line-height:1.5">${html}</div></body></html>`,
  };
}

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
      contentDisposition: 'attachment',
    })),
    headers: {
      ...letter.headers,
      ...(message.automatic ? { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' } : {}),
    },
  });
  return composer.compile().build();
}
