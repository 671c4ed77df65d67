/** A signed PGP text without its armour: what the person wrote, and the marks around it. Null when there is none. */
export function withoutArmour(text: string): { text: string; armour: string } | null {
  if (!text.startsWith('-----BEGIN PGP SIGNED MESSAGE-----')) return null;
  const blank = /\r?\n[ \t]*\r?\n/.exec(text.slice(0, 2_000));
  const end = text.indexOf('\n-----BEGIN PGP SIGNATURE-----');
  if (!blank || end < 0) return null;
  const from = blank.index + blank[0].length;
  return {
    text: text.slice(from, end).replace(/^- /gm, '').trimEnd(),
    armour: text.slice(0, blank.index) + text.slice(end),
  };
}
