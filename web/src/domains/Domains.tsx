import type { DomainFinding, MailDomain } from '@hearten/contract';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, CircleHelp, RotateCw, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { useMay } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';
import { Keys } from './Keys.tsx';
import { Line } from './Line.tsx';

export const domainsQuery = queryOptions({
  queryKey: ['domains'],
  queryFn: async () => (await api('GET /domains')).items,
  staleTime: 30_000,
});

const abouts = {
  spf: { title: t('SPF'), what: t('Which servers may send for this domain') },
  dkim: { title: t('DKIM'), what: t('A signature that proves where a mail comes from') },
  dmarc: { title: t('DMARC'), what: t('What receivers do with mail that proves nothing') },
  mx: { title: t('MX'), what: t('Where mail to this domain goes') },
} as const;
const states = {
  good: { icon: CircleCheck, tone: 'ok', label: t('In order') },
  improve: { icon: TriangleAlert, tone: 'risk', label: t('Can be better') },
  wrong: { icon: CircleAlert, tone: 'breach', label: t('Wrong') },
  unknown: { icon: CircleHelp, tone: '', label: t('Not known') },
} as const;

const Finding = ({ finding }: { finding: DomainFinding }) => {
  const { title, what } = abouts[finding.about];
  const { icon: Icon, tone, label } = states[finding.state];
  const missing = finding.state === 'wrong' && finding.found.length === 0;
  return (
    <section className="stack tight" aria-label={title}>
      <div className="row">
        <h3>{title}</h3>
        <span className="xs ink3 grow wide-only">{what}</span>
        <span className={`chip ${tone}`}>
          <Icon className="i s13" />
          {missing ? t('Missing') : label}
        </span>
      </div>
      <p className="wrap">{reasonWords(finding)}</p>
      {finding.found.length > 0 ? (
        <details>
          <summary className="xs ink2">{t('What stands there now')}</summary>
          {finding.found.map((text) => (
            <code className="dnstext" dir="ltr" key={text}>
              {text}
            </code>
          ))}
        </details>
      ) : null}
      {finding.line ? <Line line={finding.line} /> : null}
    </section>
  );
};

const Domain = ({ domain: one }: { domain: MailDomain }) => {
  const client = useQueryClient();
  const may = useMay()('inbox.write');
  const [busy, setBusy] = useState(false);
  const asked = useRef(false);
  const check = async () => {
    setBusy(true);
    try {
      await api('POST /domains/:domain/check', { params: { domain: one.domain } });
      await client.invalidateQueries({ queryKey: ['domains'] });
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  // Looked at for the first time: nobody should have to press a button to see something.
  const first = may && one.checkedAt === null;
  useEffect(() => {
    if (!first || asked.current) return;
    asked.current = true;
    void check();
  });
  return (
    <section className="card pad stack" aria-label={one.domain}>
      <div className="row">
        <div className="grow">
          <h2>
            <bdi>{one.domain}</bdi>
          </h2>
          <p className="xs ink2 wrap">
            {one.addresses.join(', ')}
            {one.checkedAt ? ` · ${t('checked {when}', { when: ago(one.checkedAt) })}` : ''}
          </p>
        </div>
        {may ? (
          <button type="button" className={`btn${busy ? ' busy' : ''}`} onClick={() => void check()}>
            <RotateCw className="i s14" /> {one.checkedAt ? t('Check again') : t('Check')}
          </button>
        ) : null}
      </div>
      {busy && one.findings.length === 0 ? <SkeletonRows count={4} /> : null}
      {one.findings.map((finding) => (
        <Finding key={finding.about} finding={finding} />
      ))}
      <Keys domain={one} />
    </section>
  );
};

/** What the DNS of the domains we send from says, and the lines that put it right. */
export const Domains = () => {
  useTitle(t('Domains'));
  const query = useQuery(domainsQuery);
  return (
    <>
      <Head
        title={t('Domains')}
        lead={t(
          'Whether your answers arrive depends on a few lines in the DNS of the domains they come from. Here is what stands there, and what should.',
        )}
        help={t(
          'Mail servers ask the DNS of your domain who may send for it. SPF names the servers, DKIM holds the key that signs, DMARC says what happens to the rest. The lines to set are shown to be copied; Hearten looks again by itself and never changes your DNS.',
        )}
      />
      {query.isPending ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? (
        <Empty
          title={t('No domain yet')}
          sun
          action={
            <Link className="btn primary" to="/settings/inboxes">
              {t('Inboxes')}
            </Link>
          }
        >
          {t('A domain stands here once an inbox sends from it.')}
        </Empty>
      ) : null}
      {query.data?.map((one) => (
        <Domain key={one.domain} domain={one} />
      ))}
    </>
  );
};
