/** One value in DER or BER: its tag, and where what it holds begins and ends. `at` is where it begins itself. */
export type DerNode = { tag: number; at: number; from: number; to: number; indefinite: boolean };

const MAX_DEPTH = 20;

export function childrenOf(der: Buffer, parent: DerNode, max: number): DerNode[] {
  const out: DerNode[] = [];
  let pos = parent.from;
  while (pos < parent.to && out.length < max) {
    const node = nodeAt(der, pos, parent.to);
    if (!node || (node.tag === 0 && node.to === node.from)) break;
    out.push(node);
    pos = node.to + (node.indefinite ? 2 : 0);
  }
  return out;
}

export function nodeAt(der: Buffer, pos: number, end: number, depth = 0): DerNode | null {
  const tag = der[pos];
  const first = der[pos + 1];
  if (tag === undefined || first === undefined || pos + 2 > end || (tag & 0x1f) === 0x1f) return null;
  if (first < 0x80) return within({ tag, at: pos, from: pos + 2, to: pos + 2 + first, indefinite: false }, end);
  if (first === 0x80) return indefinite(der, tag, pos + 2, end, depth);
  const bytes = first & 0x7f;
  if (bytes > 4 || pos + 2 + bytes > end) return null;
  const from = pos + 2 + bytes;
  return within({ tag, at: pos, from, to: from + der.readUIntBE(pos + 2, bytes), indefinite: false }, end);
}

/** Length not given: the node ends at two zero bytes on its own level. */
function indefinite(der: Buffer, tag: number, from: number, end: number, depth: number): DerNode | null {
  if (depth > MAX_DEPTH) return null;
  let pos = from;
  while (pos + 2 <= end) {
    if (der[pos] === 0 && der[pos + 1] === 0) return { tag, at: from - 2, from, to: pos, indefinite: true };
    const child = nodeAt(der, pos, end, depth + 1);
    if (!child) return null;
    pos = child.to + (child.indefinite ? 2 : 0);
  }
  return null;
}

const within = (node: DerNode, end: number): DerNode | null => (node.to <= end ? node : null);
