import type { DomainFinding, Reason, ReasonCode } from '@hearten/contract';
import type { Dns } from '../../../base/dns.ts';
import { worded } from '../../../base/reasons.ts';
import { txtLine } from './line.ts';
import { textsOf } from './spf.ts';

const policies: Record<string, ReasonCode> = {
  none: 'policy-none',
  quarantine: 'policy-quarantine',
  reject: 'policy-reject',
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
  const finding = (state: DomainFinding['state'], why: Reason, value: string | null): DomainFinding => ({
    about: 'dmarc',
    state,
    ...worded(why),
    found: records,
    line: value === null ? null : txtLine(`_dmarc.${domain}`, value),
  });
  const begin = `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`;
  const [record] = records;
  if (!record) return finding('wrong', { code: 'dmarc-none' }, begin);
  if (records.length > 1) return finding('wrong', { code: 'dmarc-many' }, record);
  const tags = tagsOf(record);
  const policy = ((at === domain ? undefined : tags.get('sp')) ?? tags.get('p') ?? '').toLowerCase();
  const what = policies[policy];
  if (!what) return finding('wrong', { code: 'dmarc-no-policy' }, begin);
  const strict = ['adkim', 'aspf'].filter((tag) => tags.get(tag)?.toLowerCase() === 's');
  const policyWhy: Reason = { code: what };
  const from: Reason = at === domain ? policyWhy : { code: 'policy-above', values: { domain: at, why: policyWhy } };
  const why: Reason = strict.length > 0 ? { code: 'policy-strict', values: { why: from } } : from;
  const reports = [...(tags.get('rua') ?? '').matchAll(/mailto:[^,\s!]+@([^,\s!]+)/gi)].map((one) => one[1] as string);
  if (reports.length === 0)
    return finding('improve', { code: 'reports-nowhere', values: { why } }, added(record, domain));
  for (const to of reports) {
    const near = to.toLowerCase() === at || to.toLowerCase().endsWith(`.${at}`) || at.endsWith(`.${to.toLowerCase()}`);
    if (near) continue;
    const agreed = (await textsOf(dns, `${at}._report._dmarc.${to}`)).some((text) => /^v=DMARC1/i.test(text));
    if (!agreed)
      return finding(
        'improve',
        { code: 'reports-not-taken', values: { why, to, record: `${at}._report._dmarc.${to}` } },
        null,
      );
  }
  if (policy === 'none')
    return finding(
      'improve',
      { code: 'policy-next', values: { why } },
      record.replace(/\bp\s*=\s*none/i, 'p=quarantine'),
    );
  return finding('good', why, null);
}
const added = (record: string, domain: string): string =>
  `${record.replace(/;?\s*$/, '')}; rua=mailto:postmaster@${domain}`;
