import { type Sign, sign } from '../../conversations/index.ts';
import { domainOf } from './address.ts';
import type { ParsedMail } from './parse/index.ts';

/**
 * What a mail itself shows that speaks for spam: what the mail host noted in its headers, and how it is made. The host's word only ever
 * adds: whoever sends a mail can write "not spam" into it, and who writes "spam" harms only themselves.
 */
export const signsOf = (mail: ParsedMail): Sign[] => [...hosts(mail), ...built(mail)];

const HOST = 5; // what a mail host calls spam is spam, unless somebody is known here or the workspace is careful
const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** One reason at most, the heaviest: several headers of one host are one opinion. */
function hosts({ headers }: ParsedMail): Sign[] {
  const first = (name: string): string => headers[name]?.[0]?.trim() ?? '';
  const marked = (header: string, why: string, points = HOST): Sign[] => [
    sign('host', points, 'host-marked', { header, value: short(why) }),
  ];
  if (/^yes\b/i.test(first('x-spam-status'))) return marked('X-Spam-Status', first('x-spam-status'));
  for (const [name, shown] of [
    ['x-spam-flag', 'X-Spam-Flag'],
    ['x-barracuda-spam-flag', 'X-Barracuda-Spam-Flag'],
    ['x-spam', 'X-Spam'],
  ] as const)
    if (/^(yes|true)\b/i.test(first(name))) return marked(shown, first(name));
  if (/^fail\b/i.test(first('x-ses-spam-verdict'))) return marked('X-SES-Spam-Verdict', first('x-ses-spam-verdict'));
  if (/^fail\b/i.test(first('x-ses-virus-verdict')))
    return [sign('host', HOST + 1, 'host-virus', { header: 'X-SES-Virus-Verdict: FAIL' })];
  if (first('x-gm-spam') === '1') return marked('X-Gm-Spam', '1');
  if (first('x-gm-phishy') === '1') return marked('X-Gm-Phishy', '1', HOST + 1);
  if (/^(add header|rewrite subject|reject|quarantine)/i.test(first('x-rspamd-action')))
    return marked('X-Rspamd-Action', first('x-rspamd-action'));
  const forefront = first('x-forefront-antispam-report');
  // Microsoft's confidence: -1 is let through by a rule, 5 and 6 are spam, 9 is certain.
  const level = Number(
    /^-?\d+$/.exec(first('x-ms-exchange-organization-scl'))?.[0] ?? /\bSCL:(-?\d+)/.exec(forefront)?.[1],
  );
  if (level >= 5) return [sign('host', level >= 7 ? HOST + 1 : HOST, 'host-level', { level })];
  if (/\bSFV:(SPM|SKB)\b/.test(forefront)) return marked('X-Forefront-Antispam-Report', forefront);
  return [];
}

const programs = /\.(exe|scr|com|pif|bat|cmd|vbs|vbe|js|jse|wsf|hta|msi|jar|ps1|lnk|iso|img|vhd)$/i;
const pretends = /\.(pdf|docx?|xlsx?|jpe?g|png|txt|zip)\.[a-z0-9]{2,4}$/i;

/** How it is made: each of these is rare in honest mail, and each can be said in a sentence. */
function built(mail: ParsedMail): Sign[] {
  const out: Sign[] = [];
  const from = mail.from?.address ?? '';
  const domain = domainOf(from);
  const named = /\b[\w.+-]{1,64}@([\w-]+\.)+[a-z]{2,}/i.exec(mail.from?.name ?? '')?.[0];
  if (named && domainOf(named) !== domain) out.push(sign('name', 2, 'name-address', { address: short(named) }));
  const answers = mail.replyTo[0]?.address;
  if (answers && domain && mail.kind === 'message' && !mail.isList && domainOf(answers) !== domain)
    out.push(sign('reply-to', 0.7, 'answers-elsewhere', { address: short(answers) }));
  for (const file of mail.attachments) {
    const name = file.filename ?? '';
    if (!programs.test(name)) continue;
    out.push(
      pretends.test(name)
        ? sign('program', 4, 'hidden-program', { file: short(name) })
        : sign('program', 2.5, 'program', { file: short(name) }),
    );
    break;
  }
  const { text, link } = linkOf(mail);
  if (link) out.push(sign('link', 2.5, 'link-elsewhere', { shown: short(text), link: short(link) }));
  const bare = /https?:\/\/(\d{1,3}(?:\.\d{1,3}){3})[/:\s]/.exec(`${mail.text.slice(0, 20_000)} `)?.[1];
  if (bare) out.push(sign('address', 1.5, 'bare-address', { address: bare }));
  const mixed = mixedWord(`${mail.subject} ${mail.from?.name ?? ''}`);
  if (mixed) out.push(sign('letters', 2, 'mixed-letters', { word: short(mixed) }));
  if (mail.messageId === null && mail.kind === 'message') out.push(sign('message-id', 0.8, 'no-message-id'));
  if (mail.to.length + mail.cc.length > 20)
    out.push(sign('many', 1, 'many-addresses', { n: mail.to.length + mail.cc.length }));
  const letters = mail.subject.replace(/[^A-Za-z]/g, '');
  if (letters.length >= 12 && letters === letters.toUpperCase()) out.push(sign('capitals', 0.6, 'capitals'));
  if (/[!?$€£]{3,}/.test(mail.subject)) out.push(sign('shouting', 0.5, 'shouting'));
  return out;
}

const href = /\bhref\s*=\s*["']?https?:\/\/([^"'\s/?#:>]{1,255})/i;
const seen = /^\s*(?:https?:\/\/)?([a-z0-9][a-z0-9.-]{1,200}\.[a-z]{2,24})\b/i;
/** These put themselves before every link of the mails they guard. */
const guards =
  /(^|\.)(safelinks\.protection\.outlook\.com|urldefense\.(com|proofpoint\.com)|linkprotect\.cudasvc\.com|mimecast(protect)?\.com|google\.[a-z.]+)$/;
const ANCHORS = 100;
/** A link whose words are an address of another house than the one it leads to. Lists count clicks, and show so many. */
function linkOf({ html, isList }: ParsedMail): { text: string; link: string } {
  let at = html === null || isList ? -1 : html.indexOf('<a ');
  for (let n = 0; html !== null && at >= 0 && n < ANCHORS; n++, at = html.indexOf('<a ', at + 3)) {
    const end = html.indexOf('>', at);
    if (end < 0) break;
    if (end - at > 4_000) continue;
    const leads = href.exec(html.slice(at, end))?.[1]?.toLowerCase();
    const shows = seen.exec(html.slice(end + 1, end + 260))?.[1]?.toLowerCase();
    if (leads && shows && house(leads) !== house(shows) && !guards.test(leads)) return { text: shows, link: leads };
  }
  return { text: '', link: '' };
}
/** The last two names, three where the last but one is as short as in co.uk. */
function house(host: string): string {
  const parts = host.replace(/^www\./, '').split('.');
  return parts.slice((parts.at(-2)?.length ?? 9) <= 3 && parts.length > 2 ? -3 : -2).join('.');
}

/** Latin letters together with Cyrillic or Greek ones in one word, as in "раypal". */
function mixedWord(text: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII holds no such word, and most subjects are plain
  if (/^[\x00-\x7f]*$/.test(text)) return null;
  for (const [word] of text.matchAll(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{4,}/gu))
    if (/\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word)) return word;
  return null;
}
