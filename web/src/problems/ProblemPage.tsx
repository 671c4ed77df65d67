import type { BodyInput, KnownProblem, Reply } from '@hearten/contract';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft, Check, Merge, X } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { Mailings } from '../mailings/Mailings.tsx';
import { useMay, useMe } from '../me.ts';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { Pick } from '../ui/Pick.tsx';
import { SavedPick, SavedText } from '../ui/saved.tsx';
import { date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { causes, fixes, problemQuery, problemsQuery, shown, states } from './data.ts';
import { Issue } from './Issue.tsx';
import { putBack } from './putBack.ts';
import { Rate } from './Rate.tsx';
import './problems.css';
import { More } from '../ui/More.tsx';

type Change = Omit<BodyInput<'PATCH /problems/:id'>, 'saw'>;
/** A select as `SavedPick` wants its control. */
const Choice = ({
  value = '',
  onPick,
  all,
  none,
  ...rest
}: {
  value?: string;
  onPick?: (value: string) => void;
  all: (readonly [string, string])[];
  none?: string;
}) => (
  <select className="input" {...rest} value={value} onChange={(e) => onPick?.(e.target.value)}>
    {none === undefined ? null : <option value="">{none}</option>}
    {all.map(([id, label]) => (
      <option key={id} value={id}>
        {label}
      </option>
    ))}
  </select>
);

/** The last day a fix can have shipped on, wherever the desk is. */
const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

const useSave = (id: string) => {
  const client = useQueryClient();
  return async (change: Change): Promise<void> => {
    // As it is on screen at this moment: what somebody else changed meanwhile is refused, and fetched.
    const saw = client.getQueryData(problemQuery(id).queryKey)?.version;
    try {
      await shown(client, await api('PATCH /problems/:id', { params: { id }, body: { ...change, saw } }));
    } catch (error) {
      await client.invalidateQueries({ queryKey: problemQuery(id).queryKey });
      throw error;
    }
  };
};

const Known = ({ one }: { one: KnownProblem }) => {
  const may = useMay();
  const save = useSave(one.id);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const text = (
    name: 'name' | 'step' | 'remedy' | 'prevention' | 'workaround' | 'answer' | 'link',
    label: string,
    rows = 1,
    help?: string,
  ) => (
    <SavedText
      label={label}
      name={name}
      help={help}
      optional={name !== 'name'}
      value={one[name]}
      save={(value) => save({ [name]: value })}
      wrong={name === 'name' ? (value) => (value.trim() ? undefined : t('A name is missing.')) : undefined}
    >
      {rows > 1 ? (
        <textarea className="input" dir="auto" rows={rows} maxLength={name === 'answer' ? 20_000 : 5000} />
      ) : (
        <input className="input" dir={name === 'link' ? 'ltr' : 'auto'} maxLength={name === 'link' ? 2000 : 200} />
      )}
    </SavedText>
  );
  const owners = (people ?? []).filter((p) => p.active || p.id === one.ownerId).map((p) => [p.id, p.name] as const);
  const over = one.state === 'fixed' || one.state === 'verified';
  const stateChoices = Object.entries(states)
    .filter(([id]) => id !== 'verified' || one.state === 'verified')
    .map(([id, { label }]) => [id, label] as const);
  return (
    <fieldset className="form card pad" disabled={!may('problem.write') || one.mergedInto !== null}>
      {text('name', t('What the customer could not do'))}
      <div className="form two">
        <SavedPick label={t('State')} name="state" value={one.state} save={(state) => save({ state } as Change)}>
          <Choice all={stateChoices} />
        </SavedPick>
        <SavedPick
          label={t('Owner')}
          name="ownerId"
          value={one.ownerId ?? ''}
          help={t('Confirms what others file here.')}
          save={(id) => save({ ownerId: id || null })}
        >
          <Choice all={owners} none={t('Nobody')} />
        </SavedPick>
        <SavedPick
          label={t('Cause')}
          name="cause"
          value={one.cause ?? ''}
          save={(cause) => save({ cause: cause || null } as Change)}
        >
          <Choice all={Object.entries(causes)} none={t('Not known yet')} />
        </SavedPick>
        <SavedPick
          label={t('Kind of fix')}
          name="fix"
          value={one.fix ?? ''}
          save={(fix) => save({ fix: fix || null } as Change)}
        >
          <Choice all={Object.entries(fixes)} none={t('Not known yet')} />
        </SavedPick>
        <SavedText
          label={t('Shipped on')}
          name="shippedOn"
          optional={!over}
          value={one.shippedOn ?? ''}
          save={(day) => save({ shippedOn: day || null })}
          wrong={(day) => (over && !day ? t('What is fixed was fixed on a day: name it.') : undefined)}
        >
          <input className="input" type="date" max={tomorrow()} />
        </SavedText>
        {text('step', t('Step of the journey'), 1, t('Such as choosing, paying, setting up, using.'))}
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={one.wish}
          onChange={(e) => void save({ wish: e.target.checked }).catch((error) => tellProblem(error))}
        />
        <span>{t('A wish: not there yet, and on the board of wishes')}</span>
      </label>
      {text('workaround', t('What helps until then'), 2, t('Shown in every conversation about it.'))}
      {text('answer', t('Prepared answer'), 4, t('Put into the text with one click.'))}
      {text('remedy', t('How we make it good'), 2)}
      {text('prevention', t('How we prevent it'), 2)}
      {text('link', t('Link to the issue'))}
    </fieldset>
  );
};

type Page = Reply<'GET /problems/:id/conversations'>;
const Conversations = ({ one }: { one: KnownProblem }) => {
  const { id } = one;
  const client = useQueryClient();
  // As the server has it: its owner, or who may change problems.
  const me = useMe().person.id;
  const changes = useMay()('problem.write');
  const can = changes || one.ownerId === me;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState(false);
  const { weeks } = useSearch({ from: '/app/problems/$id' });
  const query = useInfiniteQuery({
    queryKey: ['problems', 'conversations', id, open, weeks],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page> =>
      api('GET /problems/:id/conversations', {
        params: { id },
        query: {
          cursor: pageParam,
          limit: 50,
          ...(open ? { provisional: 'true' } : {}),
          ...(weeks ? { weeks: String(weeks) } : {}),
        },
      }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const waiting = items.filter((item) => item.provisional).map((item) => item.id);
  const picked = waiting.filter((item) => chosen.has(item));
  const all = picked.length === 0;
  const decide = async (right: boolean): Promise<void> => {
    const ids = all ? waiting : picked;
    try {
      const body = { conversationIds: ids, right };
      const { decided, problem } = await api('POST /problems/:id/confirm', { params: { id }, body });
      setChosen(new Set());
      await shown(client, problem);
      await client.invalidateQueries({ queryKey: ['problems', 'conversations', id] });
      tell(
        decided === 0
          ? t('Somebody decided that already')
          : right
            ? t('{n, plural, one {# confirmed} other {# confirmed}}', { n: decided })
            : t('{n, plural, one {# taken out} other {# taken out}}', { n: decided }),
        // Where somebody else decided about some of them, it is not known about which: nothing of theirs is taken back.
        decided === ids.length
          ? { label: t('Undo'), run: () => void putBack(client, { id, conversations: ids, right }) }
          : undefined,
      );
    } catch (error) {
      tellProblem(error);
    }
  };
  const count = picked.length || waiting.length;
  return (
    <section className="card pad">
      <div className="row wraps">
        <h2 className="grow">
          {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
        </h2>
        {one.provisional ? (
          <label className="check">
            <input type="checkbox" checked={open} onChange={(e) => setOpen(e.target.checked)} />
            <span>{t('Only those to confirm: {n}', { n: one.provisional })}</span>
          </label>
        ) : null}
      </div>
      {weeks ? (
        <p className="row wraps ink2">
          {t('{n, plural, one {In the last week} other {In the last # weeks}}', { n: weeks })}
          <Link className="link" to="/problems/$id" params={{ id }} search={{}}>
            {t('Show all')}
          </Link>
        </p>
      ) : null}
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 ? (
        <Empty title={t('No conversation is filed here')}>
          {t('File one with the chip under its subject, or with a key.')}
        </Empty>
      ) : null}
      {can && waiting.length ? (
        <div className="row wraps">
          <button type="button" className="btn sm" onClick={() => void decide(true)}>
            <Check className="i s14" />{' '}
            {all
              ? t('{n, plural, one {Confirm #} other {Confirm all #}}', { n: count })
              : t('{n, plural, one {Confirm #} other {Confirm #}}', { n: count })}
          </button>
          <button type="button" className="btn quiet sm" onClick={() => void decide(false)}>
            <X className="i s14" />{' '}
            {all
              ? t('{n, plural, one {Take # out} other {Take all # out}}', { n: count })
              : t('{n, plural, one {Take # out} other {Take # out}}', { n: count })}
          </button>
        </div>
      ) : null}
      <ul className={`problemconvs${can && waiting.length ? ' choosing' : ''}`}>
        {items.map((item) => (
          <li key={item.id}>
            {can && item.provisional ? (
              <input
                type="checkbox"
                aria-label={t('Choose #{number}', { number: item.number })}
                checked={chosen.has(item.id)}
                onChange={(e) => {
                  const next = new Set(chosen);
                  if (e.target.checked) next.add(item.id);
                  else next.delete(item.id);
                  setChosen(next);
                }}
              />
            ) : null}
            <Link className="link cut grow" to="/c/$number" params={{ number: String(item.number) }}>
              <bdi dir="ltr">#{item.number}</bdi> <bdi dir="auto">{item.subject || t('No subject')}</bdi>
            </Link>
            {item.provisional ? <span className="chip">{t('provisional')}</span> : null}
            <bdi className="xs ink3 cut wide-only">{item.customer}</bdi>
            <span className="xs ink3">{date(item.createdAt)}</span>
          </li>
        ))}
      </ul>
      <More of={query} />
    </section>
  );
};

const Merging = ({ one }: { one: KnownProblem }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ ...problemsQuery, enabled: open });
  const back = async (id: string): Promise<void> => {
    try {
      await shown(client, await api('POST /problems/:id/unmerge', { params: { id } }));
      await client.invalidateQueries({ queryKey: ['problems'] });
      tell(t('The two problems are apart again'));
    } catch (error) {
      tellProblem(error);
    }
  };
  const merge = async (into: string): Promise<void> => {
    setOpen(false);
    try {
      await shown(client, await api('POST /problems/:id/merge', { params: { id: one.id }, body: { into } }));
      await navigate({ to: '/problems/$id', params: { id: into } });
      tell(t('Merged: {name}', { name: one.name }), { label: t('Undo'), run: () => void back(one.id) });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="row wraps">
      {one.mergedInto === null ? (
        <Pick
          open={open}
          onOpen={setOpen}
          label={t('Merge into another problem')}
          placeholder={t('Words of its name')}
          choices={(data?.items ?? []).filter((o) => o.id !== one.id).map((o) => ({ id: o.id, label: o.name }))}
          pick={(choice) => void merge(choice.id)}
          trigger={
            <button type="button" className="btn quiet sm">
              <Merge className="i s14" /> {t('Merge into another problem')}
            </button>
          }
        />
      ) : null}
      {one.merged.map((other) => (
        <button key={other.id} type="button" className="btn quiet sm" onClick={() => void back(other.id)}>
          {t('Take out again: {name}', { name: other.name })}
        </button>
      ))}
    </div>
  );
};

/** One problem: what is known of it, and the conversations that were about it. */
export const ProblemPage = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const may = useMay();
  const query = useQuery(problemQuery(id));
  const one = query.data;
  useTitle(one?.name || t('Problem'));
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <Link to="/problems" className="link row">
            <ArrowLeft className="i s14 flip" /> {t('Problems')}
          </Link>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {one ? (
            <>
              <div className="row wraps">
                <h1 className="grow">
                  <bdi dir="auto">{one.name}</bdi>
                </h1>
                <span className={`chip ${states[one.state].tone}`}>{states[one.state].label}</span>
              </div>
              {one.mergedInto ? (
                <p className="lead">
                  <Link className="link" to="/problems/$id" params={{ id: one.mergedInto }}>
                    {t('It was merged into another problem; go there')}
                  </Link>
                </p>
              ) : (
                <p className="lead">
                  {t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })} ·{' '}
                  {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
                </p>
              )}
              {one.mergedInto ? null : <Rate key={`rate-${one.id}`} id={one.id} state={one.state} />}
              <Issue one={one} />
              <Mailings one={one} />
              <Conversations key={one.id} one={one} />
              <Known key={`known-${one.id}`} one={one} />
              {may('problem.write') ? <Merging one={one} /> : null}
            </>
          ) : null}
        </div>
      </main>
    </div>
  );
};
