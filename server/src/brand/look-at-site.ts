import type { SeenSite } from '@hearten/contract';
import { Parser } from 'htmlparser2';
import { textOf } from '../base/errors.ts';
import type { Outbound } from '../base/outbound.ts';

const MOST = 200 * 1024; // bytes of a logo
const PATIENCE = 6_000; // ms: somebody waits

/** What a site says of itself in its head: read, never drawn. It is fetched by the guarded way out, as every address a person typed. */
export async function lookAtSite(outbound: Outbound, typed: string): Promise<SeenSite> {
  const address = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
  const got = await outbound(address, {
    timeout: PATIENCE,
    maxBytes: 3 * 1024 * 1024,
    headers: { accept: 'text/html' },
  });
  const head = readHead(got.body.toString('utf8'));
  const logo = await pictureOf(outbound, got.url, head.icons);
  return {
    site: typed,
    name: head.name || null,
    colour: colourIn(head.colour),
    logo,
    language: /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(head.language) ? head.language : null,
  };
}

type Head = { name: string; colour: string; language: string; icons: string[] };
/** The head of a page, whatever else it holds. Touch icons come first: they are square and large. */
export function readHead(html: string): Head {
  const icons: { href: string; size: number }[] = [];
  const told = { site: '', title: '', colour: '', language: '' };
  let inTitle = false;
  const parser = new Parser({
    onopentag: (name, a) => {
      if (name === 'html') told.language = a.lang ?? '';
      if (name === 'title') inTitle = true;
      if (name === 'meta' && a.name?.toLowerCase() === 'theme-color' && !told.colour) told.colour = a.content ?? '';
      if (name === 'meta' && a.property === 'og:site_name') told.site = a.content ?? '';
      const rel = a.rel?.toLowerCase() ?? '';
      if (name === 'link' && a.href && /\bicon\b|apple-touch-icon/.test(rel)) {
        const size = Number(/^(\d+)x/i.exec(a.sizes ?? '')?.[1] ?? 16) + (rel.includes('apple') ? 1000 : 0);
        icons.push({ href: a.href, size });
      }
    },
    ontext: (text) => {
      // A title of half a million spaces would keep the search for its sides busy for minutes.
      if (inTitle) told.title = (told.title + text.slice(0, 300)).slice(0, 300);
    },
    onclosetag: (name) => {
      if (name === 'title') inTitle = false;
    },
  });
  parser.end(html.slice(0, 500_000));
  // "Lamps for long evenings | Northwind Lamps": the company is the shorter side.
  const sides = told.title.split(/\s+[|–—·-]\s+/).toSorted((a, b) => a.length - b.length);
  return {
    name: (told.site || sides[0] || '').replace(/\s+/g, ' ').trim().slice(0, 100),
    colour: told.colour,
    language: told.language,
    icons: [...icons.toSorted((a, b) => b.size - a.size).map((icon) => icon.href), '/favicon.ico'],
  };
}

/** `#fa0` and `#FFAA00` in the one form that is kept; names and functions of colours are nobody's brand. */
function colourIn(text: string): string | null {
  const found = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1]?.toLowerCase();
  if (!found) return null;
  return `#${found.length === 3 ? [...found].map((digit) => digit + digit).join('') : found}`;
}

/** By what the bytes are, not by what the server calls them. */
const kinds: [type: string, begins: RegExp][] = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/gif', /^47494638/],
  ['image/webp', /^52494646.{8}57454250/],
  ['image/x-icon', /^00000100/],
];
async function pictureOf(outbound: Outbound, base: string, icons: string[]): Promise<string | null> {
  for (const href of icons.slice(0, 3)) {
    const url = URL.parse(href, base);
    if (!url) continue;
    try {
      const { status, body } = await outbound(url.href, {
        timeout: PATIENCE,
        maxBytes: MOST,
        headers: { accept: 'image/*' },
      });
      const start = body.subarray(0, 12).toString('hex');
      const type = status === 200 && kinds.find(([, begins]) => begins.test(start))?.[0];
      if (type) return `data:${type};base64,${body.toString('base64')}`;
    } catch (error) {
      // A site without this picture still has a name; the next one is tried.
      if (!textOf(error)) throw error;
    }
  }
  return null;
}
