import { PICTURED, propertyAllowed } from './allowed.ts';

/** Maps a picture's address to what may be loaded instead; null: nothing. */
export type PictureRule = (url: string) => string | null;

const MAX_SHEET = 300_000;
const MAX_STYLE = 20_000;
const MAX_RULES = 5_000;
const FORBIDDEN =
  /[\\<@{}]|expression|javascript|vbscript|behavior|binding|-o-link|image-set|cross-fade|element\(|attr\(|var\(|env\(/i;

/** Declarations of a style attribute, those that are known and harmless. */
export function cleanDeclarations(style: string, picture: PictureRule): string {
  if (style.length > MAX_STYLE) return '';
  const kept: string[] = [];
  for (const declaration of splitOutside(withoutComments(style), ';')) {
    const colon = declaration.indexOf(':');
    if (colon < 0) continue;
    const name = declaration.slice(0, colon).trim().toLowerCase();
    const value = cleanValue(name, declaration.slice(colon + 1).trim(), picture);
    if (value !== null) kept.push(`${name}:${value}`);
  }
  return kept.join(';');
}

function cleanValue(name: string, value: string, picture: PictureRule): string | null {
  if (value === '' || value.length > 4_000 || !propertyAllowed(name) || FORBIDDEN.test(value)) return null;
  // unbalanced quotes or brackets would swallow what follows
  if (!balanced(value)) return null;
  if (!/url\s*\(/i.test(value)) return value;
  return PICTURED.has(name) ? withPictures(value, picture) : null;
}

function withPictures(value: string, picture: PictureRule): string | null {
  let refused = false;
  const out = value.replace(
    /url\s*\(\s*("[^"]{0,2000}"|'[^']{0,2000}'|[^"'()]{0,2000})\s*\)/gi,
    (_whole, quoted: string) => {
      const mapped = picture(quoted.trim().replace(/^["']|["']$/g, ''));
      if (mapped === null || /["'()\\<>\s]/.test(mapped)) refused = true;
      return `url("${mapped ?? ''}")`;
    },
  );
  if (!refused) return /url\s*\((?!")/i.test(out) ? null : out;
  const rest = out.replace(/url\("[^"]*"\)/gi, ' ').trim();
  return rest === '' || /url/i.test(rest) ? null : rest;
}

/** A style sheet with only plain rules and @media left. */
export function cleanSheet(css: string, picture: PictureRule): string {
  if (css.length > MAX_SHEET) return '';
  const text = withoutComments(css.replace(/<!--|-->/g, ' '));
  return rulesOf(text, picture, 0, { left: MAX_RULES });
}

function rulesOf(text: string, picture: PictureRule, depth: number, budget: { left: number }): string {
  let out = '';
  let pos = 0;
  while (pos < text.length && budget.left-- > 0) {
    const open = text.indexOf('{', pos);
    if (open < 0) break;
    const semicolon = text.indexOf(';', pos);
    const prelude = text.slice(pos, open).trim();
    if (semicolon >= 0 && semicolon < open && prelude.startsWith('@')) {
      pos = semicolon + 1;
      continue;
    }
    const close = closingBrace(text, open);
    const block = text.slice(open + 1, close);
    if (/^@media\b/i.test(prelude)) {
      if (depth === 0 && /^@media[\w\s():,.>=<-]{0,300}$/i.test(prelude) && !prelude.includes('<')) {
        const inner = rulesOf(block, picture, 1, budget);
        if (inner !== '') out += `${prelude}{${inner}}`;
      }
    } else if (/^[\w\s.,#:>+~*()="'|^$[\]-]{1,2000}$/.test(prelude) && balanced(prelude)) {
      const declarations = cleanDeclarations(block, picture);
      if (declarations !== '') out += `${prelude}{${declarations}}`;
    }
    pos = close + 1;
  }
  return out;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 123) depth++;
    else if (c === 125 && --depth === 0) return i;
  }
  return text.length;
}

function withoutComments(css: string): string {
  let out = '';
  let pos = 0;
  for (let at = css.indexOf('/*'); at >= 0; at = css.indexOf('/*', pos)) {
    out += css.slice(pos, at);
    const end = css.indexOf('*/', at + 2);
    if (end < 0) return out;
    pos = end + 2;
  }
  return out + css.slice(pos);
}

/** Splits at `separator` where it stands outside quotes and brackets. */
function splitOutside(text: string, separator: string): string[] {
  const out: string[] = [];
  let from = 0;
  let quote = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '(') depth++;
    else if (c === ')') depth = Math.max(0, depth - 1);
    else if (c === separator && depth === 0) {
      out.push(text.slice(from, i));
      from = i + 1;
    }
  }
  out.push(text.slice(from));
  return out;
}

function balanced(text: string): boolean {
  let quote = '';
  let depth = 0;
  for (const c of text) {
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '(') depth++;
    else if (c === ')' && --depth < 0) return false;
  }
  return quote === '' && depth === 0;
}
