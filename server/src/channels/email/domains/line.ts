import type { DnsLine } from '@hearten/contract';

/** A line to copy. Name servers keep texts in pieces of 255; most forms split them, zone files want them split. */
export function txtLine(name: string, value: string): DnsLine {
  const parts = value.match(/.{1,250}/g) ?? [];
  return { name, type: 'TXT', value, pieces: parts.length > 1 ? parts.map((part) => `"${part}"`).join(' ') : null };
}
