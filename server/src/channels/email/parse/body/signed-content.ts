/** The object id of signed data, 1.2.840.113549.1.7.2, as it stands in DER. */
const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex');
const MAX_DEPTH = 20;

type Node = { tag: number; from: number; to: number; indefinite: boolean };

/**
 * The mail inside an opaquely signed S/MIME part. Only unwrapped, not verified: CMS SignedData holds the content as
 * one octet string or as a row of pieces. Null when this isn't signed data.
 */
export function signedContent(der: Buffer): Buffer | null {
  const outer = nodeAt(der, 0, der.length);
  if (outer?.tag !== 0x30 || !der.subarray(outer.from, outer.from + SIGNED_DATA.length).equals(SIGNED_DATA))
    return null;
  const explicit = nodeAt(der, outer.from + SIGNED_DATA.length, outer.to);
  const signedData = explicit && nodeAt(der, explicit.from, explicit.to);
  if (!signedData) return null;
  const children = childrenOf(der, signedData, 6);
  const info = children.find((node, i) => i >= 2 && node.tag === 0x30);
  const content = info && childrenOf(der, info, 2)[1];
  if (!content) return null;
  const pieces: Buffer[] = [];
  gather(der, content, pieces, 0);
  return pieces.length === 0 ? null : Buffer.concat(pieces);
}

function gather(der: Buffer, node: Node, pieces: Buffer[], depth: number): void {
  if (node.tag === 0x04) {
    pieces.push(der.subarray(node.from, node.to));
    return;
  }
  if (depth < MAX_DEPTH && (node.tag & 0x20) !== 0) {
    for (const child of childrenOf(der, node, 100_000)) gather(der, child, pieces, depth + 1);
  }
}

function childrenOf(der: Buffer, parent: Node, max: number): Node[] {
  const out: Node[] = [];
  let pos = parent.from;
  while (pos < parent.to && out.length < max) {
    const node = nodeAt(der, pos, parent.to);
    if (!node || (node.tag === 0 && node.to === node.from)) break;
    out.push(node);
    pos = node.to + (node.indefinite ? 2 : 0);
  }
  return out;
}

function nodeAt(der: Buffer, pos: number, end: number, depth = 0): Node | null {
  const tag = der[pos];
  const first = der[pos + 1];
  if (tag === undefined || first === undefined || pos + 2 > end || (tag & 0x1f) === 0x1f) return null;
  if (first < 0x80) return within({ tag, from: pos + 2, to: pos + 2 + first, indefinite: false }, end);
  if (first === 0x80) return indefinite(der, tag, pos + 2, end, depth);
  const bytes = first & 0x7f;
  if (bytes > 4 || pos + 2 + bytes > end) return null;
  const from = pos + 2 + bytes;
  return within({ tag, from, to: from + der.readUIntBE(pos + 2, bytes), indefinite: false }, end);
}

/** Length not given: the node ends at two zero bytes on its own level. */
function indefinite(der: Buffer, tag: number, from: number, end: number, depth: number): Node | null {
  if (depth > MAX_DEPTH) return null;
  let pos = from;
  while (pos + 2 <= end) {
    if (der[pos] === 0 && der[pos + 1] === 0) return { tag, from, to: pos, indefinite: true };
    const child = nodeAt(der, pos, end, depth + 1);
    if (!child) return null;
    pos = child.to + (child.indefinite ? 2 : 0);
  }
  return null;
}

const within = (node: Node, end: number): Node | null => (node.to <= end ? node : null);
