/** The key an armoured OpenPGP signature says it was made with, as people write it; null when it can't be read. */
export function signingKey(armoured: string): string | null {
  const m = /-----BEGIN PGP SIGNATURE-----([\s\S]{1,20000}?)-----END PGP SIGNATURE-----/.exec(armoured);
  if (!m) return null;
  const body = (m[1] ?? '').replace(/\r/g, '').replace(/^[\s\S]{0,2000}?\n[ \t]*\n/, '');
  const packet = Buffer.from(body.replace(/^=.{4}$/m, '').replace(/[^A-Za-z0-9+/=]/g, ''), 'base64');
  return keyIn(packet);
}

/** A signature packet (RFC 9580 5.2): version, kind, algorithms, then the subpackets that name the key. */
function keyIn(packet: Buffer): string | null {
  const first = packet[0] ?? 0;
  const length = packet[1] ?? 0;
  const from = (first & 0x40) === 0 ? [2, 3, 5, 1][first & 3] : length < 192 ? 2 : length < 224 ? 3 : 6;
  if (from === undefined || (first & 0x80) === 0) return null;
  const version = packet[from];
  if (version !== 4 && version !== 5 && version !== 6) return null;
  const wide = version === 6;
  let at = from + 4;
  for (let area = 0; area < 2; area++) {
    const size = wide ? uint(packet, at, 4) : uint(packet, at, 2);
    at += wide ? 4 : 2;
    const found = keyAmong(packet.subarray(at, at + size));
    if (found) return found;
    at += size;
  }
  return null;
}

function keyAmong(area: Buffer): string | null {
  let short: string | null = null;
  for (let at = 0; at + 2 <= area.length; ) {
    const one = area[at] ?? 0;
    const wide = one >= 192;
    const size = wide ? ((one - 192) << 8) + (area[at + 1] ?? 0) + 192 : one;
    const from = at + (wide ? 2 : 1);
    if (one >= 255 || size === 0) return short;
    const kind = (area[from] ?? 0) & 0x7f;
    if (kind === 33 && size > 10) return grouped(area.subarray(from + 2, from + size));
    if (kind === 16 && size === 9) short = grouped(area.subarray(from + 1, from + 9));
    at = from + size;
  }
  return short;
}

const grouped = (bytes: Buffer): string =>
  bytes
    .toString('hex')
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, '$1 ');
const uint = (bytes: Buffer, at: number, size: number): number =>
  at + size <= bytes.length ? bytes.readUIntBE(at, size) : 0;
