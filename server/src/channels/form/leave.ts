import { randomUUID } from 'node:crypto';
import { clock } from '../../base/clock.ts';
import { isId } from '../../base/ids.ts';
import { hash, type Seal } from '../../base/seal.ts';

/**
 * Leave to send one message by a form: signed, so that nothing is kept for who only looks, and worth a little work, so that a thousand
 * cost a machine what one person never notices. It says how much, and when the form was opened.
 */
export type Leave = { formId: string; at: number; nonce: string; bits: number };

const LASTS = 24 * 3600_000;
const AHEAD = 60_000; // the clock of another process
/** Some 30,000 hashes: a tenth of a second on a desk, a second on an old phone, while somebody is typing. */
const USUAL = 15;
const MOST = 21;

/** The more comes in within an hour, the more work each is: twice as much for each doubling above thirty. */
export const bitsFor = (lastHour: number): number =>
  Math.min(MOST, USUAL + Math.max(0, Math.ceil(Math.log2(Math.max(1, lastHour) / 30))));

const worded = ({ formId, at, nonce, bits }: Leave): string => [formId, at.toString(36), nonce, bits].join('.');
export function giveLeave(seal: Seal, formId: string, bits: number): string {
  const text = worded({ formId, at: clock(), nonce: randomUUID(), bits });
  return `${text}.${seal.sign('form', text)}`;
}

/** `late`: it was once good. */
export function readLeave(seal: Seal, text: string): Leave | 'late' | null {
  const [formId = '', at = '', nonce = '', bits = '', signature = '', ...more] = text.split('.');
  const leave = { formId, at: Number.parseInt(at, 36), nonce, bits: Number(bits) };
  if (more.length > 0 || !isId(formId) || !isId(nonce) || !Number.isSafeInteger(leave.at)) return null;
  if (!seal.signed('form', worded(leave), signature)) return null;
  const age = clock() - leave.at;
  return age > LASTS || age < -AHEAD ? 'late' : leave;
}

/** Whether the work was done: the hash of the leave and the number begins with so many zeros. */
export function isDone(leave: string, { bits }: Leave, number: string): boolean {
  if (!/^\d{1,15}$/.test(number)) return false;
  const found = hash(`${leave}:${number}`);
  for (let bit = 0; bit < bits; bit++) if (((found[bit >> 3] as number) >> (7 - (bit & 7))) & 1) return false;
  return true;
}
