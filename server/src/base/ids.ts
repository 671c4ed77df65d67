import { randomBytes, randomFillSync } from 'node:crypto';
import { clock } from './clock.ts';

// Chance is asked for in helpings: each call into the system costs more than the bytes.
const chance = Buffer.alloc(4096);
let used = chance.length;
function random16(): Buffer {
  if (used === chance.length) {
    randomFillSync(chance);
    used = 0;
  }
  used += 16;
  return Buffer.from(chance.subarray(used - 16, used));
}

let last = 0;
let sequence = 0;

/** A uuid version 7 (RFC 9562 5.7), ascending within this process even inside one millisecond. */
export function newId(): string {
  const now = clock();
  if (now > last) {
    last = now;
    sequence = randomBytes(2).readUInt16BE() & 0x3ff;
  } else if (++sequence > 0xfff) {
    last++;
    sequence = 0;
  }
  const bytes = random16();
  bytes.writeUIntBE(last, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The smallest id of that moment: what is below it was made before. */
export function firstIdOf(at: number): string {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** When an id was made, in ms. */
export const madeAt = (id: string): number => Number.parseInt(id.slice(0, 13).replace('-', ''), 16);

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isId = (text: unknown): text is string => typeof text === 'string' && shape.test(text);
