/** A file typed into the text between "begin 644 name" and "end". Positions are character offsets in the latin1 text. */
export type Uuencoded = { filename: string; start: number; end: number };

/** Finds them in one pass over the lines. */
export function findUuencoded(text: string): Uuencoded[] {
  const found: Uuencoded[] = [];
  let at = text.startsWith('begin ') ? 0 : text.indexOf('\nbegin ') + 1;
  while (at > 0 || (at === 0 && text.startsWith('begin ') && found.length === 0)) {
    const eol = text.indexOf('\n', at);
    if (eol < 0) break;
    const m = /^begin [0-7]{3,4} (\S[^\r\n]{0,250})\r?$/.exec(text.slice(at, Math.min(eol, at + 280)));
    let next = eol;
    if (m) {
      const { end, stopped } = endOf(text, eol + 1);
      if (end > 0) found.push({ filename: (m[1] ?? '').trim(), start: at, end });
      // what made this one fail makes every "begin" before that place fail
      next = Math.max(eol, (end > 0 ? end : stopped) - 1);
    }
    const following = text.indexOf('\nbegin ', next);
    if (following < 0) break;
    at = following + 1;
  }
  return found;
}

/** Where the line "end" stops; -1 and the place of the trouble when the lines between don't look encoded. */
function endOf(text: string, from: number): { end: number; stopped: number } {
  let pos = from;
  while (pos < text.length) {
    let eol = text.indexOf('\n', pos);
    if (eol < 0) eol = text.length;
    const stop = text[eol - 1] === '\r' ? eol - 1 : eol;
    if (stop - pos === 3 && text.startsWith('end', pos)) return { end: eol, stopped: eol };
    const length = ((text.charCodeAt(pos) || 32) - 32) & 63;
    if (stop > pos && stop - pos > 70 + length) return { end: -1, stopped: pos };
    if (stop > pos && Math.ceil(length / 3) * 4 > stop - pos + 6) return { end: -1, stopped: pos };
    pos = eol + 1;
  }
  return { end: -1, stopped: text.length };
}
