import { labelOf, separatorOf } from './quote-header.ts';
import { FORWARD_SUBJECT } from './words.ts';

const LINES = 300;
const BLOCK = 12;
const ADDRESS = /[^\s<>()"'[\]:;,]{1,64}@[^\s<>()"'[\]:;,]{1,200}\.[^\s<>()"'[\]:;,.]{2,63}/;

/** Whom a forwarded mail is from, as the mail program that forwarded it wrote above it, in whatever language; null when this is no forward. */
export function forwardedFrom(subject: string, text: string): { address: string; name: string } | null {
  if (!FORWARD_SUBJECT.test(subject)) return null;
  const lines = text.split('\n', LINES);
  const apart = lines.findIndex((line) => ['forwarded', 'original'].includes(separatorOf(line) ?? ''));
  for (let i = Math.max(apart, 0); i < lines.length && (apart < 0 || i <= apart + BLOCK); i++) {
    const found = labelOf(lines[i] ?? '');
    if (found?.label !== 'from') continue;
    // Without a line that parts it, only a whole block of From, Date, To and Subject is one.
    const near = lines.slice(Math.max(0, i - 2), i + BLOCK).map((line) => labelOf(line)?.label);
    if (apart < 0 && ['date', 'to', 'subject'].filter((label) => near.some((n) => n === label)).length < 2) continue;
    const value = `${found.value} ${labelOf(lines[i + 1] ?? '') ? '' : (lines[i + 1] ?? '')}`;
    const address = ADDRESS.exec(value)?.[0];
    if (!address) return null;
    const name = value
      .slice(0, value.indexOf(address))
      .replace(/mailto:?/i, '')
      .replace(/[<>[\]"()*]/g, '')
      .trim();
    return { address, name: name.slice(0, 200) };
  }
  return null;
}
