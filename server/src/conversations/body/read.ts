import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { safeLink } from '../../base/html.ts';
import {
  type Block,
  type Body,
  DEEPEST,
  DROPPED,
  LINES,
  MARKS,
  type Mark,
  PICTURE,
  type Span,
  WIDEST,
} from './schema.ts';

/** A block that is open: where its children go, and what it becomes when it ends. */
type Open = { tag: string; blocks: Block[]; end: (blocks: Block[]) => void };
type Tag = { name: string; attributes: Map<string, string> };

/** HTML that somebody sent as the body of a message → what of it a body may hold. Everything else loses its tags and keeps its words. */
export function readHtml(html: string): Body {
  const body: Body = [];
  const open: Open[] = [{ tag: '', blocks: body, end: () => undefined }];
  let line: Span[] | null = null;
  let code: string | null = null;
  let marks: { tag: string; mark: Mark }[] = [];
  let link: string | null = null;
  let tag: Tag | null = null;
  let attribute = '';
  let value = '';
  let dropping = '';
  let nested = 0;

  const top = (): Open => open.at(-1) as Open;
  const spansNow = (): Span[] => {
    line ??= [];
    return line;
  };
  const endLine = (): void => {
    if (line) top().blocks.push({ type: 'line', spans: line });
    line = null;
  };
  /** Deeper than anybody reads, what is in it stands where it is. */
  const begin = (at: string, end: Open['end']): Open | null => {
    endLine();
    if (open.length > DEEPEST) return null;
    const one = { tag: at, blocks: [], end };
    open.push(one);
    return one;
  };
  const close = (at: string): void => {
    const depth = open.findLastIndex((one) => one.tag === at);
    if (depth < 1) return;
    endLine();
    while (open.length > depth) {
      const done = open.pop() as Open;
      done.end(done.blocks);
    }
  };
  const lists = new Map<Open, Block[][]>();
  const list = (at: string, from: number | null): void => {
    const items: Block[][] = [];
    const home = top();
    const begun = begin(at, (blocks) => {
      // What stands in the list but in none of its items comes after them.
      if (blocks.length > 0) items.push(blocks);
      if (items.length > 0) home.blocks.push({ type: 'list', from, items });
    });
    if (begun) lists.set(begun, items);
  };
  const item = (): void => {
    if (top().tag === 'li') close('li');
    const items = lists.get(top());
    if (!items) endLine();
    else
      begin('li', (blocks) => {
        items.push(blocks.length > 0 ? blocks : [{ type: 'line', spans: [] }]);
      });
  };
  const start = ({ name, attributes }: Tag): void => {
    if (dropping !== '') {
      if (name === dropping) nested++;
      return;
    }
    const mark = MARKS.get(name);
    if (code !== null) return;
    if (DROPPED.has(name)) {
      dropping = name;
      nested = 0;
    } else if (mark) {
      // There are a few kinds only; of a hundred thousand open ones each word would ask anew which it has.
      if (marks.length < DEEPEST * 2) marks.push({ tag: name, mark });
    } else if (name === 'a') link = safeLink(attributes.get('href') ?? '');
    else if (name === 'br') {
      // The line ends here; behind the last words of a paragraph that says nothing more.
      spansNow();
      endLine();
    } else if (name === 'img') {
      const picture = pictureIn(attributes);
      if (picture) spansNow().push(picture);
    } else if (name === 'pre') {
      endLine();
      code = '';
    } else if (name === 'blockquote') {
      const home = top();
      begin(name, (blocks) => {
        if (blocks.length > 0) home.blocks.push({ type: 'quote', blocks });
      });
    } else if (name === 'ul') list(name, null);
    else if (name === 'ol') list(name, whole(attributes.get('start'), 1, 99_999) ?? 1);
    else if (name === 'li') item();
    else if (LINES.has(name)) {
      endLine();
      // An empty paragraph is an empty line; other boxes only part lines.
      if (name === 'p') line = [];
    }
  };
  const end = (name: string): void => {
    if (dropping !== '') {
      if (name === dropping && nested-- === 0) dropping = '';
      return;
    }
    if (name === 'pre' && code !== null) {
      top().blocks.push({ type: 'code', text: code.replace(/^\n/, '') });
      code = null;
    } else if (code !== null) return;
    else if (MARKS.has(name)) {
      const at = marks.findLastIndex((one) => one.tag === name);
      if (at >= 0) marks = marks.toSpliced(at, 1);
    } else if (name === 'a') link = null;
    else if (name === 'blockquote' || name === 'ul' || name === 'ol' || name === 'li') close(name);
    else if (LINES.has(name)) endLine();
  };
  const text = (raw: string): void => {
    if (dropping !== '') return;
    if (code !== null) {
      code += raw.replace(/\r\n?/g, '\n');
      return;
    }
    const words = raw.replace(/[\r\n]+/g, ' ');
    // What stands between the elements of a page is no line.
    if (line === null && words.trim() === '') return;
    const spans = spansNow();
    const last = spans.at(-1);
    const now = [...new Set(marks.map((one) => one.mark))];
    if (last?.type === 'words' && last.href === link && last.marks.join() === now.join()) last.text += words;
    else spans.push({ type: 'words', text: words, marks: now, href: link });
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
    onattribentity: (point) => {
      value += String.fromCodePoint(point);
    },
    onattribend: () => {
      if (tag && tag.attributes.size < 30 && !tag.attributes.has(attribute)) tag.attributes.set(attribute, value);
    },
    onopentagend: () => {
      if (tag) start(tag);
      tag = null;
    },
    onselfclosingtag: () => {
      if (tag && tag.name !== 'svg' && tag.name !== 'math') start(tag);
      tag = null;
    },
    onclosetag: (from, to) => end(html.slice(from, to).toLowerCase()),
    ontext: (from, to) => text(html.slice(from, to)),
    ontextentity: (point) => text(String.fromCodePoint(point)),
    oncdata: () => undefined,
    oncomment: () => undefined,
    ondeclaration: () => undefined,
    onprocessinginstruction: () => undefined,
    onend: () => undefined,
  };
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, events);
  tokenizer.write(html);
  tokenizer.end();
  if (code !== null) end('pre');
  endLine();
  while (open.length > 1) {
    const done = open.pop() as Open;
    done.end(done.blocks);
  }
  return body;
}

const whole = (raw: string | undefined, least: number, most: number): number | null => {
  const n = /^\d{1,6}$/.test(raw ?? '') ? Number(raw) : Number.NaN;
  return n >= least && n <= most ? n : null;
};
function pictureIn(attributes: Map<string, string>): Span | null {
  const upload = PICTURE.exec(attributes.get('src')?.trim() ?? '')?.[1]?.toLowerCase();
  const alt = (attributes.get('alt') ?? '').replace(/\s+/g, ' ').trim().slice(0, 500);
  if (upload) {
    const width = whole(attributes.get('width'), 8, WIDEST);
    // A height alone says nothing.
    const height = width === null ? null : whole(attributes.get('height'), 1, 20_000);
    return { type: 'picture', upload, alt, width, height };
  }
  // A picture from elsewhere is not loaded by us, and not by whoever reads it either; what it says of itself stays.
  return alt ? { type: 'words', text: alt, marks: [], href: null } : null;
}

/** Plain text as a body: a line each. */
export const readText = (text: string): Body =>
  text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map(
      (line): Block => ({ type: 'line', spans: line ? [{ type: 'words', text: line, marks: [], href: null }] : [] }),
    );
