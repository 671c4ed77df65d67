import type { AuditArea, AuditEntry } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Head } from '../ui/Head.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { More } from '../ui/More.tsx';
import { full } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';
import { areas, called, doneTo, factsOf } from './audit.ts';

type Asked = { area?: AuditArea; actorId?: string; since?: string; before?: string };
/** A day as the person means it: from its first moment here to the first of the next. */
const dayStart = (day: string, plus = 0): string | undefined => {
  const [y, m, d] = day.split('-').map(Number);
  return y && m && d ? new Date(y, m - 1, d + plus).toISOString() : undefined;
};

/** Whoever is to prove once more who they are can do so in the page; a file that is fetched by itself could only fail. */
async function take(query: Asked & { format: 'csv' | 'jsonl' }): Promise<void> {
  try {
    const { url } = await api('GET /audit/file', { query });
    Object.assign(document.createElement('a'), { href: url, download: '' }).click();
  } catch (error) {
    tellProblem(error);
  }
}

/** Who did what to settings, people, keys and data. It is read and taken away as a file; nobody can change it. */
export const AuditLog = () => {
  useTitle(t('Audit log'));
  const [area, setArea] = useState('');
  const [who, setWho] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const asked: Asked = {
    ...(area ? { area: area as AuditArea } : {}),
    ...(who ? { actorId: who } : {}),
    ...(dayStart(from) ? { since: dayStart(from) } : {}),
    ...(dayStart(to, 1) ? { before: dayStart(to, 1) } : {}),
  } as Asked;
  const people = useQuery({ queryKey: ['people'], queryFn: async () => (await api('GET /people')).items });
  const query = useInfiniteQuery({
    queryKey: ['audit', asked],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => api('GET /audit', { query: { ...asked, cursor: pageParam, limit: 50 } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((p) => p.items) ?? [];
  const filtered = Object.keys(asked).length > 0;
  return (
    <>
      <Head
        title={t('Audit log')}
        lead={t('Who changed settings, people and keys, and who took data out. Nobody can change what stands here.')}
        help={t(
          'Each change of a setting stands here with what it was before and after; of a password or key only that it changed. Exports, erasures, files that were opened and sign-ins stand here too. What customers wrote never does. Kept for as long as “Privacy and retention” says.',
        )}
      />
      <search className="row auditfilter" aria-label={t('Which entries')}>
        <select className="input" aria-label={t('What')} value={area} onChange={(e) => setArea(e.target.value)}>
          <option value="">{t('Everything')}</option>
          {Object.entries(areas).map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        <select className="input" aria-label={t('Who')} value={who} onChange={(e) => setWho(e.target.value)}>
          <option value="">{t('Everyone')}</option>
          {people.data?.map((p) => (
            <option key={p.id} value={p.id}>
              {p.name}
            </option>
          ))}
        </select>
        <label className="row">
          <span className="xs ink2">{t('From')}</span>
          <input className="input" type="date" value={from} onChange={(e) => setFrom(e.target.value)} />
        </label>
        <label className="row">
          <span className="xs ink2">{t('Until')}</span>
          <input className="input" type="date" value={to} onChange={(e) => setTo(e.target.value)} />
        </label>
        <button type="button" className="btn" onClick={() => void take({ ...asked, format: 'csv' })}>
          <Download className="i s14" /> {t('As CSV')}
        </button>
        <button type="button" className="btn" onClick={() => void take({ ...asked, format: 'jsonl' })}>
          <Download className="i s14" /> {t('As JSON lines')}
        </button>
      </search>
      {query.isPending ? <SkeletonRows /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 ? (
        <Empty title={filtered ? t('Nothing like that happened') : t('Nothing has happened yet')}>
          {filtered ? t('Choose other days, or everyone.') : null}
        </Empty>
      ) : null}
      {items.length > 0 ? (
        <div className="card rowsof audit">
          {items.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </div>
      ) : null}
      <More of={query} label={t('Older ones')} />
    </>
  );
};

const Entry = ({ entry }: { entry: AuditEntry }) => (
  <div>
    <div className="grow stack tight" style={{ gap: 2 }}>
      <span className="row" style={{ flexWrap: 'wrap' }}>
        <bdi className="strong">{called(entry)}</bdi>
        <span className="chip">{doneTo(entry)}</span>
        {entry.about.name ? <bdi className="wrap">{entry.about.name}</bdi> : null}
      </span>
      {factsOf(entry).map(({ name, was, now }) => (
        <span key={name} className="xs ink2 wrap" dir="ltr">
          {was === null ? `${name}: ${now}` : `${name}: ${was} → ${now}`}
        </span>
      ))}
      <span className="xs ink3">
        <time dateTime={entry.at}>{full(entry.at)}</time>
        {entry.ip ? <bdi title={entry.agent}> · {entry.ip}</bdi> : null}
      </span>
    </div>
  </div>
);
