import type { Customer, MergePreview, WholeCustomer } from '@hearten/contract';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, ArrowRight, Search } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { FormError } from '../ui/form.tsx';
import { Avatar, Failed, SkeletonRows } from '../ui/kit.tsx';
import { languageName } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { duplicatesQuery } from './Duplicates.tsx';
import { keep, useFields } from './data.ts';
import { shownValue } from './fields.ts';
import { closeMerge } from './merging.ts';

const named = (tag: string | null) => tag && languageName(tag);
const placed = (zone: string | null) => zone?.replaceAll('_', ' ') ?? null;
const nameOf = (c: Customer) => c.name || (c.handles[0]?.value ?? '');

/** Two customers who are one person: choose the other, see what they become, merge; and take it back. */
export const MergeCustomers = ({ customer, from }: { customer: WholeCustomer; from: string | null }) => {
  const [other, setOther] = useState(from);
  return (
    <Dialog open onClose={closeMerge} title={t('Merge customers')} wide>
      {other === null ? (
        <Choose customer={customer} choose={setOther} />
      ) : (
        <Preview from={other} into={customer.id} again={() => setOther(null)} />
      )}
    </Dialog>
  );
};

const Choose = ({ customer, choose }: { customer: WholeCustomer; choose: (id: string) => void }) => {
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const { data: alike = [] } = useQuery(duplicatesQuery(customer.id));
  const found = useQuery({
    queryKey: ['customers', 'merge', q],
    queryFn: async () => (await api('GET /customers', { query: { q, limit: 10 } })).items,
    enabled: q.length > 1,
    placeholderData: keepPreviousData,
  });
  const shown = (q.length > 1 ? (found.data ?? []) : alike).filter((one) => one.id !== customer.id);
  const box = useRef<HTMLDivElement>(null);
  /** The arrows go from the field through those that were found; Enter in the field takes the first. */
  const step = (e: KeyboardEvent<HTMLElement>) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const all = [...(box.current?.querySelectorAll<HTMLElement>('input, button.hit') ?? [])];
    const next = by && all[all.indexOf(document.activeElement as HTMLElement) + by];
    if (!next) return;
    e.preventDefault();
    next.focus();
  };
  return (
    <div ref={box} className="stack tight">
      <p className="ink2">{t('Who is the same person as {name}?', { name: nameOf(customer) })}</p>
      <div className="search">
        <Search className="i" />
        <input
          className="input"
          type="search"
          aria-label={t('Find a customer')}
          placeholder={t('A name or an address')}
          value={text}
          onChange={(e) => setText(e.target.value)}
          onKeyDown={(e) => {
            step(e);
            if (e.key === 'Enter' && shown[0] && !found.isFetching) choose(shown[0].id);
          }}
        />
      </div>
      {shown.length === 0 ? (
        <p className="ink3">
          {q.length > 1 ? t('Nobody called “{q}”', { q }) : t('Nobody looks alike. Find them by name or address.')}
        </p>
      ) : null}
      <ul className="hits">
        {shown.map((one) => (
          <li key={one.id}>
            <button type="button" className="hit" onClick={() => choose(one.id)} onKeyDown={step}>
              <span className="row">
                <Avatar name={nameOf(one)} id={one.id} />
                <bdi className="medium cut">{nameOf(one)}</bdi>
                <bdi className="xs ink3 cut grow">{one.handles.map((h) => h.value).join(', ')}</bdi>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
};

const Preview = ({ from, into, again }: { from: string; into: string; again: () => void }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [turned, setTurned] = useState(false);
  const [goes, stays] = turned ? [into, from] : [from, into];
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const preview = useQuery({
    queryKey: ['customer', goes, 'merge', stays],
    queryFn: () => api('GET /customers/:id/merge', { params: { id: goes }, query: { into: stays } }),
    staleTime: 0,
  });
  const countOf = (id: string) => ({
    queryKey: ['count', id],
    queryFn: () => api('GET /conversations/count', { query: { view: 'all', customerId: id } }),
  });
  const count = useQuery(countOf(goes)).data?.count;
  const merge = async () => {
    setBusy(true);
    try {
      const one = await api('POST /customers/:id/merge', { params: { id: goes }, body: { into: stays } });
      keep(client, one);
      closeMerge();
      if (turned && location.pathname.startsWith('/customers/'))
        await navigate({ to: '/customers/$id', params: { id: stays } });
      await client.invalidateQueries({ queryKey: ['customer'] });
      tell(t('{from} and {into} are one customer', { from: nameOf(p?.from as Customer), into: nameOf(one) }), {
        label: t('Undo'),
        run: () =>
          void api('POST /customers/:id/unmerge', { params: { id: goes } }).then(
            () => client.invalidateQueries({ queryKey: ['customer'] }),
            tellProblem,
          ),
      });
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };
  const p = preview.data;
  // The one that was chosen is on screen no more: what follows is looking at it, and Enter.
  const yes = useRef<HTMLButtonElement>(null);
  const there = p !== undefined;
  useEffect(() => {
    if (there) yes.current?.focus();
  }, [there]);
  if (preview.isError) return <Failed error={preview.error} retry={() => void preview.refetch()} />;
  if (!p) return <SkeletonRows count={3} />;
  return (
    <>
      <div className="pair">
        <Side customer={p.from} says={t('goes')} />
        <button
          type="button"
          className="btn icon"
          aria-label={t('Keep the other one instead')}
          title={t('Keep the other one instead')}
          onClick={() => setTurned(!turned)}
        >
          <ArrowLeftRight className="i" />
        </button>
        <Side customer={p.into} says={t('stays')} />
      </div>
      <After preview={p} count={count} />
      <FormError error={error} />
      <div className="feet">
        <button type="button" className="btn quiet" onClick={again}>
          {t('Choose another')}
        </button>
        <button
          ref={yes}
          type="submit"
          className={`btn primary${busy ? ' busy' : ''}`}
          disabled={busy}
          onClick={() => void merge()}
        >
          {t('Merge')}
        </button>
      </div>
    </>
  );
};

const Side = ({ customer, says }: { customer: Customer; says: string }) => (
  <div className="card pad side">
    <Avatar name={nameOf(customer)} id={customer.id} size={36} />
    <span className="stack tight grow">
      <bdi className="medium cut">{nameOf(customer)}</bdi>
      <bdi className="xs ink3 cut">{customer.handles[0]?.value}</bdi>
    </span>
    <span className="chip">{says}</span>
  </div>
);

const After = ({ preview: p, count }: { preview: MergePreview; count: number | undefined }) => {
  const fields = useFields('customer');
  const plain: [string, string, string | null, string | null][] = [
    ['name', t('Name'), nameOf(p.from), nameOf(p.into)],
    ['role', t('Role'), p.from.role, p.into.role],
    ['company', t('Company'), p.from.company?.name ?? null, p.into.company?.name ?? null],
    ['language', t('Language'), named(p.from.language), named(p.into.language)],
    ['timeZone', t('Time zone'), placed(p.from.timeZone), placed(p.into.timeZone)],
  ];
  const own = fields.map(
    (field) =>
      [
        `fields.${field.key}`,
        field.label,
        shownValue(field, p.from.fields[field.key]),
        shownValue(field, p.into.fields[field.key]),
      ] as const,
  );
  return (
    <div className="stack tight">
      <h3>{t('What they become')}</h3>
      <dl className="det wide">
        <div>
          <dt>{t('Addresses')}</dt>
          <dd>
            <bdi dir="ltr">{p.after.handles.map((h) => h.value).join(', ')}</bdi>
          </dd>
        </div>
        {[...plain, ...own]
          .filter(([, , a, b]) => a !== null || b !== null)
          .map(([key, label, a, b]) => (
            <div key={key}>
              <dt>{label}</dt>
              <dd>
                <bdi dir="auto">{b ?? a}</bdi>
                {p.differs.includes(key) ? (
                  <span className="ink3 xs">
                    {' '}
                    {t('(not “{value}”; it comes back when the merge is taken back)', { value: a })}
                  </span>
                ) : b === null ? (
                  <span className="ink3 xs">
                    {' '}
                    <ArrowRight className="i s13 flip" aria-hidden="true" /> {t('comes over')}
                  </span>
                ) : null}
              </dd>
            </div>
          ))}
      </dl>
      <p className="ink2">
        {t(
          '{count, plural, =0 {No conversation} one {# conversation} other {# conversations}} and {notes, plural, =0 {no note} one {# note} other {# notes}} of {name} come over. Nothing is sent to anyone.',
          { count: count ?? 0, notes: p.notes, name: nameOf(p.from) },
        )}
      </p>
    </div>
  );
};
