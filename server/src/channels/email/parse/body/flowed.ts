/**
 * RFC 3676 format=flowed: a line that ends in a space goes on in the next one of the same quote depth. Quote marks are
 * kept ("> "), the signature line "-- " never flows.
 */
export function unflow(text: string, delSp: boolean): string {
  const out: string[] = [];
  let held: string | null = null;
  let heldDepth = 0;
  for (const line of text.split('\n')) {
    const raw = line.endsWith('\r') ? line.slice(0, -1) : line;
    let depth = 0;
    while (raw[depth] === '>') depth++;
    let content = raw.slice(depth);
    if (content.startsWith(' ')) content = content.slice(1);
    const signature = content === '-- ' || content === '--';
    const flows = !signature && content.endsWith(' ');
    if (held !== null && (depth !== heldDepth || signature)) {
      out.push(quoted(heldDepth, held));
      held = null;
    }
    const joined: string = held === null ? content : held + content;
    if (flows) {
      held = delSp ? joined.slice(0, -1) : joined;
      heldDepth = depth;
    } else {
      out.push(quoted(depth, joined));
      held = null;
    }
  }
  if (held !== null) out.push(quoted(heldDepth, held));
  return out.join('\n');
}

function quoted(depth: number, content: string): string {
  return depth === 0 ? content : `${'>'.repeat(depth)} ${content}`;
}
