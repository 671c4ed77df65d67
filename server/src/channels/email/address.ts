import { domainToASCII } from 'node:url';
import type { Seal } from '../../base/seal.ts';

/** RFC 5321 4.5.3.1.1: what stands before the @ has 64 octets at most. */
const LOCAL_PART = 64;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const token = /^(.*)\+c\.([a-z2-7]{26})\.([a-z2-7]{16})$/;

export const lower = (address: string): string => address.trim().toLowerCase();
const split = (address: string): [local: string, domain: string] => {
  const at = address.lastIndexOf('@');
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
};
/** support+anything@example.com → support@example.com */
export function withoutPlus(address: string): string {
  const [local, domain] = split(lower(address));
  const plus = local.indexOf('+');
  return plus > 0 ? `${local.slice(0, plus)}@${domain}` : lower(address);
}
/** One spelling for all that name the same mailbox: case, quotes, composed letters, a domain in Unicode or in ASCII, a dot at its end. */
function spelled(address: string): [local: string, domain: string] {
  const [local, domain] = split(address.trim().normalize('NFC'));
  const bare = /^".*"$/s.test(local) ? local.slice(1, -1).replace(/\\(.)/gs, '$1') : local;
  const ascii = domainToASCII(domain.replace(/\.$/, ''));
  return [bare.toLowerCase(), ascii || domain.toLowerCase()];
}
/**
 * Which addresses come to one of these inboxes: its own, and with anything after a plus. Where the inbox has a plus itself, only
 * the names of conversations come back to it under another one.
 */
export function oursAmong(inboxes: string[]): (address: string) => boolean {
  const own = inboxes.map(spelled);
  return (address) => {
    const [local, domain] = spelled(address);
    const named = token.exec(local)?.[1];
    return own.some(
      ([mine, at]) =>
        at === domain && (local === mine || local.startsWith(`${mine}+`) || named === mine.replace(/(?<=.)\+.*$/, '')),
    );
  };
}
export const domainOf = (address: string): string => split(lower(address))[1];

/** A uuid in 26 letters and digits that survive mail servers which change case. */
function short(id: string): string {
  let rest = BigInt(`0x${id.replaceAll('-', '')}`) << 2n;
  let out = '';
  for (let i = 0; i < 26; i++) {
    out = alphabet[Number(rest & 31n)] + out;
    rest >>= 5n;
  }
  return out;
}
function long(text: string): string {
  let value = 0n;
  for (const letter of text) value = (value << 5n) | BigInt(alphabet.indexOf(letter));
  const hex = (value >> 2n).toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
const told = (workspaceId: string, conversationId: string): string => `${workspaceId}:${conversationId}`;

/**
 * The inbox's address with a signed name of the conversation after a plus, so that an answer finds home even when a mail
 * program drops References. Null when the inbox's own name is so long that the whole would not be a valid address.
 */
export function replyAddress(seal: Seal, workspaceId: string, address: string, conversationId: string): string | null {
  const [local, domain] = split(address);
  const plus = local.indexOf('+');
  const base = plus > 0 ? local.slice(0, plus) : local;
  const made = `${base}+c.${short(conversationId)}.${seal.sign('reply', told(workspaceId, conversationId))}`;
  return made.length > LOCAL_PART ? null : `${made}@${domain}`;
}

/** The conversation that one of these addresses names with a signature of this workspace; anything else names nothing. */
export function conversationNamed(seal: Seal, workspaceId: string, addresses: Iterable<string>): string | null {
  for (const address of addresses) {
    const found = token.exec(split(lower(address))[0]);
    if (!found) continue;
    const conversationId = long(found[2] as string);
    if (seal.signed('reply', told(workspaceId, conversationId), found[3] as string)) return conversationId;
  }
  return null;
}

/** The address without the name of a conversation, if it carries one. */
export function withoutToken<A extends { address: string }>(a: A): A {
  return token.test(split(lower(a.address))[0]) ? { ...a, address: withoutPlus(a.address) } : a;
}
