import { childrenOf, type DerNode, nodeAt } from './der.ts';

/** The object id of signed data, 1.2.840.113549.1.7.2, as it stands in DER. */
const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex');
const MAX_DEPTH = 20;

/** What SignedData consists of: version, digests, content, certificates, revocations, signers. Null when it is none. */
export function signedData(der: Buffer): DerNode[] | null {
  const outer = nodeAt(der, 0, der.length);
  if (outer?.tag !== 0x30 || !der.subarray(outer.from, outer.from + SIGNED_DATA.length).equals(SIGNED_DATA))
    return null;
  const explicit = nodeAt(der, outer.from + SIGNED_DATA.length, outer.to);
  const data = explicit && nodeAt(der, explicit.from, explicit.to);
  return data && childrenOf(der, data, 6);
}

/**
 * The mail inside an opaquely signed S/MIME part. Only unwrapped, not verified: CMS SignedData holds the content as
 * one octet string or as a row of pieces. Null when this isn't signed data.
 */
export function signedContent(der: Buffer): Buffer | null {
  const children = signedData(der);
  if (!children) return null;
  const info = children.find((node, i) => i >= 2 && node.tag === 0x30);
  const content = info && childrenOf(der, info, 2)[1];
  if (!content) return null;
  const pieces: Buffer[] = [];
  gather(der, content, pieces, 0);
  return pieces.length === 0 ? null : Buffer.concat(pieces);
}

function gather(der: Buffer, node: DerNode, pieces: Buffer[], depth: number): void {
  if (node.tag === 0x04) {
    pieces.push(der.subarray(node.from, node.to));
    return;
  }
  if (depth < MAX_DEPTH && (node.tag & 0x20) !== 0) {
    for (const child of childrenOf(der, node, 100_000)) gather(der, child, pieces, depth + 1);
  }
}
