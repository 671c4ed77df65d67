import { domainToUnicode } from 'node:url';

/**
 * Where a link really leads, when its words or its letters say something else; null when they don't. Words that look like an
 * address must be that address, and letters of another alphabet are shown as machines read them (xn--…).
 */
export function leadsElsewhere(words: string, link: string): string | null {
  const target = targetOf(link);
  if (target === null) return null;
  if (isDisguised(target)) return target;
  const said = saidIn(words);
  return said === null || related(said, target) ? null : target;
}

/** A host as it is looked up, or the address of a mail. */
function targetOf(link: string): string | null {
  if (/^mailto:/i.test(link)) {
    const address = link.slice(7).split('?')[0]?.toLowerCase() ?? '';
    return address.includes('@') ? address : null;
  }
  try {
    const url = new URL(link);
    return /^https?:$/.test(url.protocol) ? url.hostname : null;
  } catch {
    // no address a browser would follow either
    return null;
  }
}

/** раураl.com under a Latin ending: nobody types it, and nobody can tell it from the other. */
function isDisguised(host: string): boolean {
  if (!host.includes('xn--')) return false;
  const shown = domainToUnicode(host);
  const latinEnd = /\.[a-z]+$/.test(shown);
  return shown === '' || (latinEnd && /\p{L}/u.test(shown.replace(/\p{Script=Latin}/gu, '')));
}

/** The address a link's words look like; null when they are words. */
function saidIn(words: string): string | null {
  const said = words.trim();
  if (said.length > 300 || /\s/.test(said)) return null;
  if (/^[^@/]+@[^@/]+\.[^@/]+$/.test(said)) return said.toLowerCase();
  const m = /^(?:https?:\/\/)?([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,24})(?:[:/?#].*)?$/iu.exec(said);
  if (!m || (!/^https?:/i.test(said) && /\.(pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|txt|csv|html?|js|py)$/i.test(said)))
    return null;
  try {
    return new URL(`http://${m[1]}`).hostname;
  } catch {
    // not the name of any host, so it claims nothing
    return null;
  }
}

/** shop.example and www.shop.example are one place for whoever reads; so are two names of one owner. */
function related(said: string, target: string): boolean {
  if (said === target || target.endsWith(`.${said}`) || said.endsWith(`.${target}`)) return true;
  return !said.includes('@') && !target.includes('@') && owner(said) === owner(target);
}

/** The last two labels, three where the last two are short ones such as co.uk. */
function owner(host: string): string {
  const labels = host.split('.');
  const short = labels.length > 2 && (labels.at(-1)?.length ?? 0) <= 3 && (labels.at(-2)?.length ?? 0) <= 3;
  return labels.slice(short ? -3 : -2).join('.');
}
