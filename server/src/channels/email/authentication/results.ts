/** One line of an Authentication-Results header: `dkim=pass (good) header.d=example.com`. */
export type Line = { method: string; result: string; comment: string; said: Record<string, string> };
/** `host` is null where the header names none, as Microsoft writes it. */
export type Results = { host: string | null; lines: Line[] };

const MOST = 50; // lines of one header; real ones have five

/** Splits at semicolons that stand in no comment and in no quotes; comments come out apart. */
function segments(value: string): { text: string; comment: string }[] {
  const out: { text: string; comment: string }[] = [];
  let text = '';
  let comment = '';
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const c = value[i] as string;
    if (c === '\\' && (quoted || depth > 0)) {
      i++;
      if (quoted) text += value[i] ?? '';
    } else if (quoted) {
      if (c === '"') quoted = false;
      else text += c;
    } else if (c === '(') {
      depth++;
      comment += ' ';
    } else if (c === ')' && depth > 0) {
      depth--;
      if (depth === 0) text += ' ';
    } else if (depth > 0) comment += c;
    else if (c === '"') quoted = true;
    else if (c === ';') {
      out.push({ text: text.trim(), comment: comment.trim() });
      text = '';
      comment = '';
      if (out.length > MOST) return out;
    } else text += c;
  }
  out.push({ text: text.trim(), comment: comment.trim() });
  return out.filter((segment) => segment.text !== '');
}

/** Reads one header as RFC 8601 writes it, with the liberties that large hosts take. Never throws. */
export function readResults(value: string): Results {
  const all = segments(value);
  const [first] = all;
  if (!first) return { host: null, lines: [] };
  const named = !/^[\w.-]+(\/\d+)?\s*=/.test(first.text);
  const host = named ? (first.text.split(/\s+/)[0] ?? '').toLowerCase() : null;
  const lines = (named ? all.slice(1) : all).flatMap(({ text, comment }): Line[] => {
    const pairs = [...text.replace(/\s*=\s*/g, '=').matchAll(/([^\s=]+)=(\S*)/g)];
    const [head, ...rest] = pairs;
    if (!head) return [];
    const said: Record<string, string> = Object.create(null);
    for (const [, name = '', what = ''] of rest) said[name.toLowerCase()] ??= what.toLowerCase();
    return [
      {
        method: (head[1] as string).toLowerCase().replace(/\/\d+$/, ''),
        result: (head[2] as string).toLowerCase(),
        comment: comment.toLowerCase(),
        said,
      },
    ];
  });
  return { host, lines };
}
