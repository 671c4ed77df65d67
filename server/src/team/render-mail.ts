import type { MailText } from './mail-texts.ts';

export type Variables = Readonly<Record<string, string>>;
export type Rendered = { subject: string; text: string; html: string };

/** One line: nothing in it can begin a header of its own or hide what follows. */
export const oneLine = (text: string, most = 200): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, most);
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Puts in what is known and leaves all else as it stands; what was put in is never read again, and nothing is ever computed. */
function fill(
  text: string,
  variables: Variables,
  literal: (text: string) => string,
  value: (text: string, name: string) => string,
): string {
  let out = '';
  let at = 0;
  for (const found of text.matchAll(/\{\{ *([\w.-]+) *\}\}/g)) {
    const name = found[1] as string;
    out +=
      literal(text.slice(at, found.index)) +
      (Object.hasOwn(variables, name) ? value(variables[name] as string, name) : literal(found[0]));
    at = found.index + found[0].length;
  }
  return out + literal(text.slice(at));
}
const asIs = (text: string): string => text;
const link = (address: string, name: string): string =>
  name === 'link' ? `<a href="${escaped(address)}">${escaped(address)}</a>` : escaped(address);

export function renderMail(template: MailText, variables: Variables, language = 'en'): Rendered {
  const paragraphs = fill(template.body, variables, escaped, link).split(/(?:\r?\n){2,}/);
  return {
    subject: oneLine(fill(template.subject, variables, asIs, asIs)),
    text: fill(template.body, variables, asIs, asIs),
    html: `<!doctype html><html lang="${escaped(language)}"><body dir="auto" style="font:16px/1.5 sans-serif">${paragraphs.map((p) => `<p>${p.replace(/\r?\n/g, '<br>')}</p>`).join('')}</body></html>`,
  };
}
