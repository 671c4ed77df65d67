/** The same text always gives the same numbers: what a seed makes can be made again. */
export type Random = {
  /** 0 ≤ x < 1 */
  next: () => number;
  /** A whole number from low to high, both included. */
  whole: (low: number, high: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(list: readonly T[]) => T;
  /** The first of a list far more often than the last, as words in real text are. */
  zipf: <T>(list: readonly T[]) => T;
  /** How far down a list of this length `zipf` reaches. */
  rank: (length: number) => number;
  bytes: (length: number) => Buffer;
};

/** sfc32 (public domain), begun from a hash of the text. */
export function randomFrom(text: string): Random {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  for (const letter of `${text}\0`) {
    a = Math.imul(a ^ (letter.codePointAt(0) as number), 0x85ebca6b);
    b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35);
    c = (c + (b >>> 16)) | 0;
  }
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 16; i++) word();
  const next = (): number => word() / 4294967296;
  const rank = (length: number): number => Math.min(length - 1, Math.floor((length + 1) ** next()) - 1);
  return {
    next,
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] as (typeof list)[number],
    zipf: (list) => list[rank(list.length)] as (typeof list)[number],
    rank,
    bytes: (length) => {
      const out = Buffer.allocUnsafe(length);
      let i = 0;
      for (; i + 4 <= length; i += 4) out.writeUInt32LE(word(), i);
      for (; i < length; i++) out[i] = word() & 255;
      return out;
    },
  };
}

/** A uuid of version 7 for a moment, from given chance. */
export function idAt(random: Random, ms: number): string {
  const bytes = random.bytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
