/**
 * A plain text in pieces: what is a link and what is not. Only http(s) and mail addresses; punctuation after a link stays outside.
 * What stands before an @ is 64 letters at most (RFC 5321, 4.5.3.1.1), so that letters without end are looked at once.
 */
export type Piece = { text: string; href?: string };
const found = /\bhttps?:\/\/[^\s<>"']+|\bwww\.[^\s<>"']+\.[^\s<>"']+|\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/gi;

export const pieces = (text: string): Piece[] => {
  const out: Piece[] = [];
  let from = 0;
  for (const m of text.matchAll(found)) {
    let link = m[0].replace(/[.,;:!?…]+$/, '');
    // A closing bracket belongs to the link only when it was opened there.
    while (/[)\]}]$/.test(link) && !/[([{]/.test(link)) link = link.slice(0, -1);
    const href =
      link.includes('@') && !/^https?:/i.test(link)
        ? `mailto:${link}`
        : /^www\./i.test(link)
          ? `https://${link}`
          : link;
    if (m.index > from) out.push({ text: text.slice(from, m.index) });
    out.push({ text: link, href });
    from = m.index + link.length;
  }
  if (from < text.length) out.push({ text: text.slice(from) });
  return out;
};

/** Where a link leads, as machines read it: the host first, letters of other alphabets as xn--…. */
export const leadsTo = (href: string): string => {
  if (/^(mailto|tel):/i.test(href)) return href.replace(/\?.*$/, '');
  try {
    const url = new URL(href);
    const rest = url.pathname === '/' && !url.search ? '' : url.pathname + url.search;
    return url.host + (rest.length > 80 ? `${rest.slice(0, 80)}…` : rest);
  } catch {
    // what is no address leads nowhere
    return '';
  }
};

/** The first line, for a message that is folded to one. */
export const firstLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);

/** An excerpt with « » around what was found → pieces, never HTML. */
export const marked = (excerpt: string): { text: string; hit: boolean }[] => {
  const out: { text: string; hit: boolean }[] = [];
  let hit = false;
  for (const part of excerpt.split(/([«»])/)) {
    if (part === '«') hit = true;
    else if (part === '»') hit = false;
    else if (part) out.push({ text: part, hit });
  }
  return out;
};

/** Somebody of the team is named in what would go to the customer. */
export const mentionsTeam = (text: string, names: readonly string[]): string | null => {
  for (const m of text.matchAll(/(?:^|[\s(])@(\p{L}[\p{L}\p{M}'-]*)/gu)) {
    const said = m[1]?.toLowerCase();
    const hit = names.find((n) => n.toLowerCase().split(/\s+/)[0] === said);
    if (hit) return hit;
  }
  return null;
};

/** A text in pieces: who of the team is named in it, by the whole name where it stands there, else by the first. */
export const mentioned = (text: string, names: readonly string[]): { text: string; named: boolean }[] => {
  const sought = names
    .flatMap((name) => [name, name.split(/\s+/)[0] ?? ''])
    .filter(Boolean)
    .map((name) => name.toLowerCase())
    .sort((a, b) => b.length - a.length);
  const out: { text: string; named: boolean }[] = [];
  let from = 0;
  for (const { index: at } of text.matchAll(/(?<![\p{L}\p{N}_])@/gu)) {
    // "@an" is no name in "@anna": it ends where a word ends.
    const hit = sought.find(
      (name) =>
        text.slice(at + 1, at + 1 + name.length).toLowerCase() === name &&
        !/^[\p{L}\p{M}\p{N}_]/u.test(text.slice(at + 1 + name.length, at + 3 + name.length)),
    );
    if (!hit || at < from) continue;
    if (at > from) out.push({ text: text.slice(from, at), named: false });
    from = at + 1 + hit.length;
    out.push({ text: text.slice(at, from), named: true });
  }
  return from < text.length ? [...out, { text: text.slice(from), named: false }] : out;
};

/** `"Claire Dubois" <claire@x>, b@x; c@x` → addresses; what is no address comes back as text. */
export const addresses = (typed: string): { found: { address: string; name: string }[]; rest: string } => {
  const out: { address: string; name: string }[] = [];
  const rest: string[] = [];
  for (const part of typed.split(/[,;\n]+/)) {
    const m = /^\s*(?:"?([^"<]*?)"?\s*<)?\s*([^\s<>@]+@[^\s<>@]+\.[^\s<>@]+?)\s*>?\s*$/.exec(part);
    if (m?.[2]) out.push({ address: m[2], name: m[1]?.trim() ?? '' });
    else if (part.trim()) rest.push(part.trim());
  }
  return { found: out, rest: rest.join(', ') };
};
