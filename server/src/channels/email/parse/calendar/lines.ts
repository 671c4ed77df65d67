/** One property of a calendar file: `ATTENDEE;CN="Ada":mailto:ada@x.example`. */
export type Property = { name: string; params: Record<string, string>; value: string };
/** BEGIN:X … END:X with what stands directly in it. */
export type Component = { name: string; properties: Property[]; parts: Component[] };

const MAX_LINES = 20_000;
const MAX_DEPTH = 6;

/** Reads a calendar file (RFC 5545) as a tree; what is no property is passed over. */
export function readCalendar(text: string): Component {
  const root: Component = { name: '', properties: [], parts: [] };
  const open = [root];
  for (const line of unfold(text)) {
    const property = readProperty(line);
    if (!property) continue;
    const here = open.at(-1) ?? root;
    if (property.name === 'BEGIN') {
      const part: Component = { name: property.value.trim().toUpperCase(), properties: [], parts: [] };
      here.parts.push(part);
      if (open.length <= MAX_DEPTH) open.push(part);
    } else if (property.name === 'END') {
      if (open.length > 1 && here.name === property.value.trim().toUpperCase()) open.pop();
    } else here.properties.push(property);
  }
  return root;
}

/** Long lines are continued after a line break and a blank. */
function unfold(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (lines.length >= MAX_LINES) break;
    if ((line.startsWith(' ') || line.startsWith('\t')) && lines.length > 0) lines[lines.length - 1] += line.slice(1);
    else if (line !== '') lines.push(line);
  }
  return lines;
}

function readProperty(line: string): Property | null {
  const colon = outsideQuotes(line, ':', 0);
  if (colon < 0) return null;
  const head = line.slice(0, colon);
  const params: Record<string, string> = Object.create(null);
  let at = outsideQuotes(head, ';', 0);
  const name = (at < 0 ? head : head.slice(0, at)).trim().toUpperCase();
  if (!/^[A-Z0-9-]{1,60}$/.test(name)) return null;
  while (at >= 0) {
    const next = outsideQuotes(head, ';', at + 1);
    const piece = head.slice(at + 1, next < 0 ? undefined : next);
    const equals = piece.indexOf('=');
    if (equals > 0)
      params[piece.slice(0, equals).trim().toUpperCase()] = piece
        .slice(equals + 1)
        .trim()
        .replace(/^"|"$/g, '')
        .replace(/\^n/g, ' ')
        .replace(/\^'/g, '"')
        .replace(/\^\^/g, '^');
    at = next;
  }
  return { name, params, value: line.slice(colon + 1) };
}

function outsideQuotes(text: string, sign: string, from: number): number {
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (!quoted && text[i] === sign) return i;
  }
  // a quote that is never closed must not hide the whole line
  return quoted ? text.indexOf(sign, from) : -1;
}

export const propertyOf = (component: Component, name: string): Property | undefined =>
  component.properties.find((p) => p.name === name);

/** A text value: `\n`, `\,` and `\;` as they are meant. */
export function textOf(component: Component, name: string): string {
  const value = propertyOf(component, name)?.value ?? '';
  return value.replace(/\\([nN,;\\:])/g, (_, c: string) => (c === 'n' || c === 'N' ? '\n' : c)).trim();
}
