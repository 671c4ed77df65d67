import type { DomainFinding } from '@hearten/contract';
import type { Dns } from '../../../base/dns.ts';
import { txtLine } from './line.ts';
import { textsOf } from './spf.ts';

const policies: Record<string, string> = {
  none: 'so receivers only report what fails and deliver it all the same',
  quarantine: 'so what fails goes to spam',
  reject: 'so what fails is turned away',
};
const tagsOf = (record: string): Map<string, string> =>
  new Map(
    record.split(';').flatMap((part): [string, string][] => {
      const at = part.indexOf('=');
      return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]];
    }),
  );

/** The record of the domain itself, or of the nearest one above it. */
async function nearest(dns: Dns, domain: string): Promise<{ at: string; records: string[] }> {
  const labels = domain.split('.');
  for (let skip = 0; labels.length - skip >= 2; skip++) {
    const at = labels.slice(skip).join('.');
    const records = (await textsOf(dns, `_dmarc.${at}`)).filter((text) => /^v=DMARC1\s*(;|$)/i.test(text));
    if (records.length > 0) return { at, records };
  }
  return { at: domain, records: [] };
}

/** What receivers are to do with mail that claims this domain and proves nothing. */
export async function lookAtDmarc(dns: Dns, domain: string): Promise<DomainFinding> {
  const { at, records } = await nearest(dns, domain);
  const finding = (state: DomainFinding['state'], text: string, value: string | null): DomainFinding => ({
    about: 'dmarc',
    state,
    text,
    found: records,
    line: value === null ? null : txtLine(`_dmarc.${domain}`, value),
  });
  const begin = `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`;
  const [record] = records;
  if (!record)
    return finding(
      'wrong',
      'There is no DMARC record: anyone can write in this domain’s name, and big providers want one. Begin with p=none, which changes nothing but brings reports; later quarantine, then reject.',
      begin,
    );
  if (records.length > 1)
    return finding('wrong', 'There are several DMARC records, and receivers then take none. Keep one.', record);
  const tags = tagsOf(record);
  const policy = ((at === domain ? undefined : tags.get('sp')) ?? tags.get('p') ?? '').toLowerCase();
  const what = policies[policy];
  if (!what) return finding('wrong', 'It has no policy that receivers know (p=none, quarantine or reject).', begin);
  const strict = ['adkim', 'aspf'].filter((tag) => tags.get(tag)?.toLowerCase() === 's');
  const said = `${at === domain ? 'The policy is' : `The policy comes from ${at} and is`} ${policy}, ${what}.${
    strict.length > 0
      ? ' It is strict about names: what signs and sends must carry exactly this domain; ours does.'
      : ''
  }`;
  const reports = [...(tags.get('rua') ?? '').matchAll(/mailto:[^,\s!]+@([^,\s!]+)/gi)].map((one) => one[1] as string);
  if (reports.length === 0)
    return finding(
      'improve',
      `${said} Reports go nowhere: name an address (rua) that gets them.`,
      added(record, domain),
    );
  for (const to of reports) {
    const near = to.toLowerCase() === at || to.toLowerCase().endsWith(`.${at}`) || at.endsWith(`.${to.toLowerCase()}`);
    if (near) continue;
    const agreed = (await textsOf(dns, `${at}._report._dmarc.${to}`)).some((text) => /^v=DMARC1/i.test(text));
    if (!agreed)
      return finding(
        'improve',
        `${said} Reports go to ${to}, which has not said that it takes them, so receivers send none. There it needs a record at ${at}._report._dmarc.${to}.`,
        null,
      );
  }
  if (policy === 'none')
    return finding(
      'improve',
      `${said} When the reports show that all your own mail passes, go on to quarantine.`,
      record.replace(/\bp\s*=\s*none/i, 'p=quarantine'),
    );
  return finding('good', said, null);
}
const added = (record: string, domain: string): string =>
  `${record.replace(/;?\s*$/, '')}; rua=mailto:postmaster@${domain}`;
