import type { BodyInput, ProblemState, Wish } from '@hearten/contract';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowLeft, ChevronDown, Plus, Send } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Problem } from '../problem.ts';
import { Item, Menu } from '../ui/float.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Naming } from './Naming.tsx';
import { WishPlot } from './WishPlot.tsx';
import './problems.css';

const wishesQuery = (fieldId: string | undefined) =>
  queryOptions({
    queryKey: ['problems', 'wishes', fieldId ?? null],
    queryFn: () => api('GET /wishes', { query: fieldId ? { fieldId } : {} }),
  });

/** What a wish can be, in the words of a board; each is a state of the problem it is. */
const choices = { known: t('Considered'), fixing: t('Planned'), fixed: t('Shipped'), wont: t('No') };
type Choice = keyof typeof choices;
const choiceOf = (state: ProblemState): Choice =>
  state === 'found' ? 'known' : state === 'verified' ? 'fixed' : state;

const NewWish = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const make = async (name: string): Promise<void> => {
    await api('POST /problems', { body: { name, wish: true } });
    await client.invalidateQueries({ queryKey: ['problems'] });
    onClose();
  };
  return (
    <Naming title={t('New wish')} question={t('What would customers like to do?')} make={make} onClose={onClose} />
  );
};

const Row = ({
  one,
  place,
  fieldId,
  label,
}: {
  one: Wish;
  place: number;
  fieldId: string | undefined;
  label: string | undefined;
}) => {
  const client = useQueryClient();
  const may = useMay();
  const is = choiceOf(one.state);
  const write = async (body: BodyInput<'PATCH /problems/:id'>): Promise<number | null> => {
    try {
      return (await api('PATCH /problems/:id', { params: { id: one.id }, body })).version;
    } catch (error) {
      tellProblem(error);
      return null;
    } finally {
      await client.invalidateQueries({ queryKey: ['problems'] });
    }
  };
  const choose = async (state: Choice): Promise<void> => {
    if (state === is) return;
    const saw = await write({ state, saw: one.version });
    if (saw === null) return;
    // The day of the fix went with the state, and comes back with it. Only Hearten says that a fix is verified, so it asks anew.
    const before = { state: one.state === 'verified' ? 'fixed' : one.state, shippedOn: one.shippedOn } as const;
    tell(t('{name}: {state}', { name: one.name, state: choices[state] }), {
      label: t('Undo'),
      run: () => void write({ ...before, saw }),
    });
  };
  const behind = fieldId ? { field: fieldId } : {};
  return (
    <li className="wish">
      <span className="wishplace" aria-hidden="true">
        {place}
      </span>
      <div className="grow problemline">
        <Link to="/problems/$id" params={{ id: one.id }} className="link strong">
          <bdi dir="auto">{one.name}</bdi>
        </Link>
        <span className="sm ink2 wishnumbers">
          <Link className="link" to="/problems/wishes/$id" params={{ id: one.id }} search={behind}>
            {t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })}
          </Link>
          <Link className="link" to="/problems/$id" params={{ id: one.id }} search={{}}>
            {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
          </Link>
          {label && one.value !== null ? (
            <Link
              className="link"
              to="/problems/wishes/$id"
              params={{ id: one.id }}
              search={{ ...behind, only: 'valued' }}
            >
              {t('{label} {sum} ({n} known)', { label, sum: number(one.value), n: one.valued })}
            </Link>
          ) : null}
          <Link
            className="link"
            to="/problems/wishes/$id"
            params={{ id: one.id }}
            search={{ ...behind, only: 'unhappy' }}
          >
            {t('{n} of {felt} unhappy', { n: one.unhappy, felt: one.felt })}
          </Link>
        </span>
      </div>
      <span className="problemshare" title={t('Weight')}>
        <i style={{ inlineSize: `${Math.max(2, one.weight * 100)}%` }} aria-hidden="true" />
        <span className="sr">{t('Weight')}</span>
        <span className="xs">{number(one.weight * 100)}</span>
      </span>
      {may('problem.write') ? (
        <Menu
          align="end"
          trigger={
            <button
              type="button"
              className="btn sm"
              aria-label={t('{name}: {state}', {
                name: t('What becomes of {name}', { name: one.name }),
                state: choices[is],
              })}
            >
              {choices[is]} <ChevronDown className="i s14" />
            </button>
          }
        >
          {(Object.keys(choices) as Choice[]).map((id) => (
            <Item key={id} is={id === is} run={() => void choose(id)}>
              {choices[id]}
            </Item>
          ))}
        </Menu>
      ) : (
        <span className="chip">{choices[is]}</span>
      )}
      {is === 'fixed' && may('conversation.write') ? (
        <Link className="btn sm" to="/problems/$id/tell/$kind" params={{ id: one.id, kind: 'fixed' }}>
          <Send className="i s14 flip" /> {t('Tell who asked')}
        </Link>
      ) : null}
    </li>
  );
};

/** What customers ask for that is not there yet, the weightiest first. */
export const Wishes = () => {
  useTitle(t('Wishes'));
  const { field } = useSearch({ from: '/app/problems/wishes' });
  const navigate = useNavigate();
  const may = useMay();
  const query = useQuery(wishesQuery(field));
  const [making, setMaking] = useState(false);
  const { data } = query;
  // A kept link may name a field that is not there any more: asking again says the same, the board without it is there.
  const refused = field !== undefined && query.error instanceof Problem && query.error.status === 400;
  const add = may('problem.file') ? (
    <button type="button" className="btn primary" onClick={() => setMaking(true)}>
      <Plus className="i" /> {t('New wish')}
    </button>
  ) : null;
  return (
    <div className="sheet">
      <main className="page wide" id="main">
        <div className="in">
          <div className="row wraps">
            <div className="grow">
              <Link to="/problems" className="link xs row">
                <ArrowLeft className="i s14 flip" /> {t('Problems')}
              </Link>
              <h1>{t('Wishes')}</h1>
              <p className="lead">
                {t('What customers ask for that is not there yet. Filed like problems, the weightiest first.')}
              </p>
            </div>
            {data?.items.length ? add : null}
          </div>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? (
            <Failed error={query.error} retry={refused ? undefined : () => void query.refetch()}>
              {refused ? (
                <Link className="btn" to="/problems/wishes" search={{}}>
                  {t('Wishes')}
                </Link>
              ) : null}
            </Failed>
          ) : null}
          {data?.items.length === 0 ? (
            <Empty title={t('No wishes yet')} sun action={add ?? undefined}>
              {t('File a conversation under what the customer would like to do, or call a problem a wish on its page.')}
            </Empty>
          ) : null}
          {data && data.items.length > 0 ? (
            <>
              <div className="row wraps">
                <p className="sm ink2 grow">
                  {t(
                    'The weight is a wish’s share of all customers who ask, of what they are worth, and of those who were unhappy: each counts as much.',
                  )}
                </p>
                {data.fields.length > 0 ? (
                  <label className="row">
                    <span className="sm ink2 wishby">{t('Worth by')}</span>
                    <select
                      className="input narrow"
                      value={data.field?.id ?? ''}
                      onChange={(e) =>
                        void navigate({ to: '/problems/wishes', search: { field: e.target.value }, replace: true })
                      }
                    >
                      {data.fields.map((one) => (
                        <option key={one.id} value={one.id}>
                          {one.label}
                        </option>
                      ))}
                    </select>
                  </label>
                ) : null}
              </div>
              <WishPlot items={data.items} label={data.field?.label ?? null} />
              <ol className="card wishlist">
                {data.items.map((one, i) => (
                  <Row key={one.id} one={one} place={i + 1} fieldId={data.field?.id} label={data.field?.label} />
                ))}
              </ol>
            </>
          ) : null}
        </div>
      </main>
      {making ? <NewWish onClose={() => setMaking(false)} /> : null}
    </div>
  );
};
