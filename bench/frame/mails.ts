import { type Random, randomFrom } from '../../server/src/sample/random.ts';
import { agentText, customerText, matterOf, quoteOf, subjectOf } from '../../server/src/sample/text.ts';
import { languages } from '../../server/src/sample/texts/index.ts';

export type Mail = { raw: Buffer; from: string; name: string; subject: string; id: string; answers: number | null };
/** A conversation that is there before: what its customer wrote, and the Message-ID of our answer. */
export type Known = { from: string; name: string; subject: string; id: string; answerId: string };

const CRLF = '\r\n';
const lines = (base64: string): string => base64.replace(/.{76}/g, `$&${CRLF}`);
const word = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text)
    ? text
    : (text.match(/.{1,12}/gsu) ?? [])
        .map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`)
        .join(`${CRLF} `);
function quotedPrintable(text: string): string {
  const soft = (line: string): string => {
    const out: string[] = [];
    let rest = line;
    while (rest.length > 74) {
      const cut = /=[0-9A-F]?$/.test(rest.slice(0, 74)) ? 72 : 74;
      out.push(`${rest.slice(0, cut)}=`);
      rest = rest.slice(cut);
    }
    return [...out, rest].join(CRLF);
  };
  return text
    .split('\n')
    .map((line) => {
      let coded = '';
      for (const byte of Buffer.from(line))
        coded +=
          byte === 61 || byte < 32 || byte > 126
            ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
            : String.fromCharCode(byte);
      return soft(coded.replace(/ $/, '=20'));
    })
    .join(CRLF);
}
const inHtml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function htmlOf(text: string, quote: string): string {
  const paragraphs = text
    .split('\n\n')
    .map((one) => `<p class="MsoNormal" style="margin-bottom:8px">${inHtml(one).replace(/\n/g, '<br>')}</p>`);
  const head = `<style type="text/css">p.MsoNormal{margin:0cm;font-size:11.0pt;font-family:"Calibri",sans-serif;}a:link{color:#0563C1;text-decoration:underline;}</style>`;
  const below = quote
    ? `<div class="gmail_quote"><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">${inHtml(quote).replace(/\n/g, '<br>')}</blockquote></div>`
    : '';
  return `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">${head}</head>\n<body lang="EN-GB"><div>${paragraphs.join('\n')}</div>${below}</body></html>`;
}
function textPart(random: Random, text: string): string {
  const how = random.next();
  if (how < 0.6)
    return `Content-Type: text/plain; charset="UTF-8"${CRLF}Content-Transfer-Encoding: quoted-printable${CRLF}${CRLF}${quotedPrintable(text)}`;
  if (how < 0.8)
    return `Content-Type: text/plain; charset=utf-8${CRLF}Content-Transfer-Encoding: base64${CRLF}${CRLF}${lines(Buffer.from(text.replaceAll('\n', CRLF)).toString('base64'))}`;
  return `Content-Type: text/plain; charset=utf-8; format=flowed${CRLF}Content-Transfer-Encoding: 8bit${CRLF}${CRLF}${text.replaceAll('\n', CRLF)}`;
}

/**
 * Mail as a desk gets it, the same for the same seed: three in ten answer a conversation that is there (two of three of those one of our
 * own messages, the third the customer's own first mail), one in ten carries a file of 200 kB, six in ten have HTML. 31 kB in the mean.
 */
export function mails(seed: string, count: number, to: string, known: Known[] = []): Mail[] {
  const random = randomFrom(`mails ${seed}`);
  return Array.from({ length: count }, (_, i) => {
    const answers = known.length && [2, 5, 8].includes(i % 10) ? random.whole(0, known.length - 1) : null;
    const [language] = languages[i % 7 === 6 ? 1 + (i % 4) : 0] as (typeof languages)[number];
    const before = answers === null ? null : (known[answers] as Known);
    const name = before?.name ?? `${random.pick(language.first)} ${random.pick(language.last)}`;
    const from =
      before?.from ??
      `person.${seed}-${i}@${random.pick(['mail', 'post', 'shop', 'office'])}-${random.whole(1, 60)}.example`;
    const matter = matterOf(random, language, name);
    const subject = before ? `Re: ${before.subject}` : subjectOf(random, language, matter);
    const id = `${seed}.${i}.${random.whole(0, 1e9).toString(36)}@${from.split('@')[1]}`;
    const quote = before
      ? quoteOf(language, agentText(random, language, matter, 'Ada'), 'Support', '2026-11-16T10:11:00')
      : '';
    const text = customerText(random, language, matter, before ? 1 : 0, false);
    const body = `${text}\n\n-- \n${name}\nTel. +49 30 ${random.whole(100_000, 999_999)}\n${quote && `\n${quote}\n`}`;
    const references = before ? [before.id, ...(i % 10 === 8 ? [] : [before.answerId])] : [];
    const head = [
      `Return-Path: <${from}>`,
      `Received: from mx${i % 9}.example.com (mx.example.com [192.0.2.${1 + (i % 250)}])${CRLF}\tby mail.northwind.example with ESMTPS id ${random.whole(1e8, 1e9).toString(16)}${CRLF}\tfor <${to}>; Mon, 16 Nov 2026 10:${String(i % 60).padStart(2, '0')}:00 +0000 (UTC)`,
      `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${from.split('@')[1]}; s=s1;${CRLF}\th=from:to:subject:date:message-id; bh=${random.bytes(32).toString('base64')};${CRLF}\tb=${lines(random.bytes(256).toString('base64')).replaceAll(CRLF, `${CRLF}\t `)}`,
      `From: ${word(name)} <${from}>`,
      `To: <${to}>`,
      `Subject: ${word(subject)}`,
      `Date: Mon, 16 Nov 2026 10:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} +0000`,
      `Message-ID: <${id}>`,
      ...(references.length
        ? [`In-Reply-To: <${references.at(-1)}>`, `References: ${references.map((one) => `<${one}>`).join(`${CRLF} `)}`]
        : []),
      'MIME-Version: 1.0',
    ].join(CRLF);
    let part = textPart(random, body);
    if (random.chance(0.6))
      part = `Content-Type: multipart/alternative; boundary="=_${i}a"${CRLF}${CRLF}--=_${i}a${CRLF}${part}${CRLF}--=_${i}a${CRLF}Content-Type: text/html; charset="UTF-8"${CRLF}Content-Transfer-Encoding: quoted-printable${CRLF}${CRLF}${quotedPrintable(htmlOf(text, quote))}${CRLF}--=_${i}a--${CRLF}`;
    if (i % 10 === 4) {
      const file = Buffer.concat([Buffer.from('%PDF-1.4\n'), random.bytes(200_000)]).toString('base64');
      part = `Content-Type: multipart/mixed; boundary="=_${i}m"${CRLF}${CRLF}--=_${i}m${CRLF}${part}${CRLF}--=_${i}m${CRLF}Content-Type: application/pdf; name="invoice-${i}.pdf"${CRLF}Content-Disposition: attachment; filename="invoice-${i}.pdf"${CRLF}Content-Transfer-Encoding: base64${CRLF}${CRLF}${lines(file)}${CRLF}--=_${i}m--${CRLF}`;
    }
    return { raw: Buffer.from(`${head}${CRLF}${part}${CRLF}`), from, name, subject, id, answers };
  });
}
