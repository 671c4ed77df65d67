import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { safeLink } from '../../../base/html.ts';
import { type Picture, pictureOf } from './addresses.ts';
import { ATTRIBUTES, DROPPED, TAGS, VOID } from './allowed.ts';
import { cleanDeclarations, cleanSheet } from './css.ts';
import { leadsElsewhere } from './leads.ts';

export type SanitiseOptions = {
  /** Address to load a remote picture from (our proxy). Absent: remote pictures stay away, their address in data-remote. */
  remoteImage?: (url: string) => string | null;
  /** Address of an inline picture, by Content-ID. */
  cidImage?: (contentId: string) => string | null;
};

export type Sanitised = {
  html: string;
  hasRemoteImages: boolean;
  /** Invisible pictures that only report that a mail was opened; they are never loaded. */
  trackers: number;
};

const MAX_DEPTH = 200;
/** The mail's own styles must not be able to hide this: an inline !important goes before all of them. */
const MARK =
  'all:initial!important;display:inline!important;padding:0 4px!important;margin:0 2px!important;border-radius:4px!important;background:#fff1c2!important;color:#5c3b00!important;font:12px/1.5 system-ui,sans-serif!important';

type Tag = { name: string; attributes: Map<string, string> };

/**
 * Mail HTML → HTML that can be drawn. Every element and attribute that comes out stands on a list and is written anew
 * with everything escaped, so no second parsing can make more of it than the first. One pass, well-formed.
 */
export function sanitise(html: string, options: SanitiseOptions = {}): Sanitised {
  const result: Sanitised = { html: '', hasRemoteImages: false, trackers: 0 };
  const out: string[] = [];
  const open: string[] = [];
  let tag: Tag | null = null;
  let attribute = '';
  let value = '';
  let dropping = '';
  let nested = 0;
  let sheet: string | null = null;
  let link: { href: string; words: string } | null = null;
  const show = (picture: Picture): string | null => {
    if (picture.kind === 'data') return picture.url;
    if (picture.kind === 'cid') return options.cidImage?.(picture.url) ?? null;
    result.hasRemoteImages = true;
    return options.remoteImage?.(picture.url) ?? null;
  };
  const inStyle = (url: string): string | null => {
    const picture = pictureOf(url);
    return picture && picture.kind !== 'data' ? show(picture) : null;
  };
  const begin = (done: Tag) => {
    const name = done.name === 'image' ? 'img' : done.name;
    if (dropping !== '') {
      if (name === dropping) nested++;
      return;
    }
    if (name === 'style') sheet = '';
    else if (DROPPED.has(name)) {
      dropping = name;
      nested = 0;
    } else if (TAGS.has(name)) {
      const written = writeAttributes(name, done.attributes, show, inStyle, result);
      if (written === null) return;
      // Browsers end a link where the next begins; so must the words it is judged by.
      if (name === 'a' && open.includes('a')) close(open.lastIndexOf('a'));
      if (VOID.has(name)) out.push(`<${name}${written}>`);
      else if (open.length < MAX_DEPTH) {
        open.push(name);
        out.push(`<${name}${written}>`);
        const href = name === 'a' ? safeLink(done.attributes.get('href') ?? '') : null;
        if (href !== null) link = { href, words: '' };
      }
    }
  };
  const end = (raw: string) => {
    const name = raw.toLowerCase();
    if (name === 'style' && sheet !== null) {
      const css = cleanSheet(sheet, inStyle);
      sheet = null;
      if (css !== '' && dropping === '') out.push(`<style>${css}</style>`);
      return;
    }
    if (dropping !== '') {
      if (name === dropping && nested-- === 0) dropping = '';
      return;
    }
    const at = open.lastIndexOf(name);
    if (at < 0) return;
    close(at);
  };
  const close = (down: number) => {
    while (open.length > down) {
      const last = open.pop();
      out.push(`</${last}>`);
      if (last !== 'a' || link === null) continue;
      const elsewhere = leadsElsewhere(link.words, link.href);
      if (elsewhere !== null) out.push(`<small style="${MARK}">leads to ${escapeText(elsewhere)}</small>`);
      link = null;
    }
  };
  const text = (s: string) => {
    if (sheet !== null) sheet += s;
    else if (dropping === '') {
      if (link !== null && link.words.length < 400) link.words += s;
      out.push(escapeText(s));
    }
  };
  const events: TokenizerCallbacks = {
    onopentagname: (from, to) => {
      tag = { name: html.slice(from, to).toLowerCase(), attributes: new Map() };
    },
    onattribname: (from, to) => {
      attribute = html.slice(from, to).toLowerCase();
      value = '';
    },
    onattribdata: (from, to) => {
      value += html.slice(from, to);
    },
    onattribentity: (code) => {
      value += String.fromCodePoint(code);
    },
    onattribend: () => {
      if (tag && tag.attributes.size < 60 && !tag.attributes.has(attribute)) tag.attributes.set(attribute, value);
      value = '';
    },
    onopentagend: () => {
      if (tag) begin(tag);
      tag = null;
    },
    onselfclosingtag: () => {
      // in HTML the slash means nothing, except for foreign elements
      if (tag && tag.name !== 'svg' && tag.name !== 'math') begin(tag);
      tag = null;
    },
    onclosetag: (from, to) => end(html.slice(from, to)),
    ontext: (from, to) => text(html.slice(from, to)),
    ontextentity: (code) => text(String.fromCodePoint(code)),
    oncdata: () => undefined,
    oncomment: () => undefined,
    ondeclaration: () => undefined,
    onprocessinginstruction: () => undefined,
    onend: () => undefined,
  };
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, events);
  tokenizer.write(html);
  tokenizer.end();
  close(0);
  result.html = out.join('');
  return result;
}

/** The attributes as text, each re-written; null when the element is not to be shown at all. */
function writeAttributes(
  name: string,
  attributes: Map<string, string>,
  show: (picture: Picture) => string | null,
  inStyle: (url: string) => string | null,
  result: Sanitised,
): string | null {
  let written = '';
  const add = (key: string, v: string) => {
    written += ` ${key}="${escapeAttribute(v)}"`;
  };
  if (name === 'img') {
    if (isTracker(attributes)) {
      result.trackers++;
      return null;
    }
    const picture = pictureOf(attributes.get('src') ?? '');
    const src = picture ? show(picture) : null;
    if (src !== null) add('src', src);
    else if (picture?.kind === 'remote') add('data-remote', picture.url);
    else if (!attributes.get('alt')) return null;
  }
  for (const [key, v] of attributes) {
    if (key === 'style') {
      const css = cleanDeclarations(v, inStyle);
      if (css !== '') add('style', css);
    } else if (key === 'href') {
      const link = name === 'a' ? safeLink(v) : null;
      if (link !== null)
        written += ` href="${escapeAttribute(link)}" target="_blank" rel="noopener noreferrer nofollow"`;
    } else if (key === 'background') {
      const picture = pictureOf(v);
      const src = picture && picture.kind !== 'data' ? show(picture) : null;
      if (src !== null) add('background', src);
    } else if (ATTRIBUTES.has(key) && v.length <= 2_000) add(key, v);
  }
  return written;
}

/** One pixel or less on a side, or hidden: nothing a person would miss. */
function isTracker(attributes: Map<string, string>): boolean {
  if (!/^\s*(https?:)?\/\//i.test(attributes.get('src') ?? '')) return false;
  const style = (attributes.get('style') ?? '').slice(0, 2_000);
  const tiny = (v: string | undefined): boolean => v !== undefined && /^\s*[01](px)?\s*$/.test(v);
  if (tiny(attributes.get('width')) && tiny(attributes.get('height'))) return true;
  if (/(^|[;\s])width\s*:\s*[01]px/i.test(style) && /(^|[;\s])height\s*:\s*[01]px/i.test(style)) return true;
  return /display\s*:\s*none/i.test(style) && (tiny(attributes.get('width')) || tiny(attributes.get('height')));
}

function escapeText(s: string): string {
  return /[&<>]/.test(s) ? s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') : s;
}

function escapeAttribute(s: string): string {
  return s
    .replace(/&/g, '&amp;')
    .replace(/"/g, '&quot;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/`/g, '&#96;');
}
