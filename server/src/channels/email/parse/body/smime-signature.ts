import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import type { Address, Security } from '../types.ts';
import { childrenOf, type DerNode, nodeAt } from './der.ts';
import { signedData } from './signed-content.ts';

const DIGESTS: Record<string, string> = {
  '2b0e03021a': 'sha1',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};
const MESSAGE_DIGEST = '2a864886f70d010904';
const PSS = '2a864886f70d01010a';
const MAX_CERTIFICATES = 20;

type Found = Pick<Security, 'signer' | 'issuer' | 'fits'>;
const NOTHING: Found = { signer: null, issuer: null, fits: null };

/**
 * Who signed this (CMS SignedData), and whether the signature belongs to `content`. That somebody trustworthy vouches for
 * the certificate is another question, and not asked here.
 */
export function readSignature(der: Buffer, content: Buffer): Found {
  const children = signedData(der);
  if (!children) return NOTHING;
  const bag = children.find((node) => node.tag === 0xa0);
  const certificates = bag ? certificatesOf(der, bag) : [];
  const set = children.at(-1);
  const signer = set?.tag === 0x31 ? childrenOf(der, set, 1)[0] : undefined;
  if (!signer) return NOTHING;
  const parts = childrenOf(der, signer, 8);
  const own = certificates.find((c) => isNamed(der, parts[1], c)) ?? certificates[0];
  if (!own) return NOTHING;
  return { signer: nameOf(own), issuer: issuerOf(own), fits: fits(der, parts, own, content) };
}

function certificatesOf(der: Buffer, bag: DerNode): X509Certificate[] {
  return childrenOf(der, bag, MAX_CERTIFICATES).flatMap((node) => {
    try {
      return node.tag === 0x30 ? [new X509Certificate(der.subarray(node.at, node.to))] : [];
    } catch {
      // one that can't be read names nobody; the others may
      return [];
    }
  });
}

/** The signer is named by issuer and serial number. */
function isNamed(der: Buffer, node: DerNode | undefined, certificate: X509Certificate): boolean {
  if (node?.tag !== 0x30) return false;
  const serial = childrenOf(der, node, 2)[1];
  if (!serial) return false;
  const hex = der.subarray(serial.from, serial.to).toString('hex');
  return hex.replace(/^0+/, '') === certificate.serialNumber.toLowerCase().replace(/^0+/, '');
}

function fits(der: Buffer, parts: DerNode[], certificate: X509Certificate, content: Buffer): boolean | null {
  const digest = DIGESTS[oidIn(der, parts[2])];
  const signed = parts.find((node, i) => i > 2 && node.tag === 0xa0);
  const after = parts.slice(parts.findIndex((node) => node === (signed ?? parts[2])) + 1);
  const [algorithm, signature] = after;
  if (!digest || !algorithm || signature?.tag !== 0x04) return null;
  let bytes = content;
  if (signed) {
    const claimed = digestIn(der, signed);
    if (!claimed) return null;
    if (!createHash(digest).update(content).digest().equals(claimed)) return false;
    // what is signed is the set as such, whatever it is tagged within the message (RFC 5652 5.4)
    bytes = Buffer.from(der.subarray(signed.at, signed.to));
    bytes[0] = 0x31;
  }
  const pss = oidIn(der, algorithm) === PSS;
  try {
    // a certificate may be whole and its key broken: that shows only when the key is read
    const key = certificate.publicKey;
    return verify(
      digest,
      bytes,
      pss ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } : key,
      der.subarray(signature.from, signature.to),
    );
  } catch {
    // a kind of key this machine does not know: nobody has looked then
    return null;
  }
}

function oidIn(der: Buffer, node: DerNode | undefined): string {
  const oid = node && nodeAt(der, node.from, node.to);
  return oid?.tag === 0x06 ? der.subarray(oid.from, oid.to).toString('hex') : '';
}

function digestIn(der: Buffer, attributes: DerNode): Buffer | null {
  for (const attribute of childrenOf(der, attributes, 50)) {
    if (oidIn(der, attribute) !== MESSAGE_DIGEST) continue;
    const set = childrenOf(der, attribute, 2)[1];
    const value = set && nodeAt(der, set.from, set.to);
    return value?.tag === 0x04 ? der.subarray(value.from, value.to) : null;
  }
  return null;
}

function nameOf(certificate: X509Certificate): Address {
  const address =
    /(?:^|, )email:([^,\s]{3,320})/.exec(certificate.subjectAltName ?? '')?.[1] ??
    /^emailAddress=(.{3,320})$/m.exec(certificate.subject)?.[1] ??
    '';
  return { address, name: commonName(certificate.subject) };
}

const issuerOf = (certificate: X509Certificate): string | null =>
  commonName(certificate.issuer) || /^O=(.{1,200})$/m.exec(certificate.issuer)?.[1] || null;
const commonName = (subject: string): string => /^CN=(.{1,200})$/m.exec(subject)?.[1] ?? '';
