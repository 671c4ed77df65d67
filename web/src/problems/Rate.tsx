import type { ContactRate, ProblemState } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';
import { rateQuery, states } from './data.ts';
import { figure, onDay, RateChart } from './RateChart.tsx';
import { percent, told } from './told.ts';

const based = (rate: ContactRate): string =>
  rate.base === 'tracked'
    ? t('Customers a week, of 1,000 who were seen on pages or told of by the API')
    : rate.base === 'orders'
      ? t('Customers a week, for each 1,000 orders that your shop told of')
      : rate.base === 'entered'
        ? t('Customers a week, of 1,000 active ones by the number that was entered')
        : t('Customers a week: it is not known of how many, so there is no rate');

/** All of the last weeks have a number that counts before one that is entered. */
const counted = ({ base, weeks }: ContactRate): boolean =>
  base === 'tracked' || (base === 'orders' && weeks.slice(-13).every((one) => one.customers !== null));

/** How many customers it reaches each week, and whether the fix ended it. */
export const Rate = ({ id, state }: { id: string; state: ProblemState }) => {
  const may = useMay();
  const query = useQuery(rateQuery(id));
  const rate = query.data;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (!rate) return <SkeletonRows count={3} />;
  const last = rate.weeks.at(-1);
  const words = told(rate.finding, { ...rate, state });
  return (
    <section className="card pad rate">
      <h2>{t('Contact rate')}</h2>
      <p className="sm ink2">{based(rate)}</p>
      {last && rate.weeks.length > 1 ? (
        <>
          <RateChart rate={rate} label={`${based(rate)}. ${words}`} />
          <p className="ratekey xs ink3" aria-hidden="true">
            <span className="k rate">{t('This problem')}</span>
            {rate.base ? <span className="k band">{t('90 % interval')}</span> : null}
            {rate.weeks.some((one) => one.expected !== null) ? (
              <span className="k without">{t('Without the fix, as other problems and the season have it')}</span>
            ) : null}
          </p>
        </>
      ) : (
        <p className="ink2">{t('The chart begins when two whole weeks are over.')}</p>
      )}
      <p>{words}</p>
      {last ? <Table rate={rate} /> : null}
      {may('problem.write') && !counted(rate) ? <Active id={id} /> : null}
      <Life rate={rate} />
    </section>
  );
};

const Table = ({ rate }: { rate: ContactRate }) => (
  <details>
    <summary>{t('As a table')}</summary>
    <div className="ratetable">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('Week of')}</th>
            <th scope="col">{t('Customers')}</th>
            <th scope="col">{t('Of all filed')}</th>
            {rate.base === 'orders' ? <th scope="col">{t('Orders')}</th> : null}
            {rate.base ? <th scope="col">{rate.base === 'orders' ? t('For 1,000') : t('Of 1,000')}</th> : null}
            {rate.base ? <th scope="col">{t('90 % interval')}</th> : null}
            {rate.base ? <th scope="col">{t('Without the fix')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {rate.weeks.toReversed().map((one) => (
            <tr key={one.week}>
              <th scope="row">{onDay(one.week)}</th>
              <td>{number(one.reporters)}</td>
              <td>{one.share === null ? '–' : percent(one.share)}</td>
              {rate.base === 'orders' ? <td>{one.customers === null ? '–' : number(one.customers)}</td> : null}
              {rate.base ? <td>{one.rate === null ? '–' : figure(one.rate)}</td> : null}
              {rate.base ? (
                <td>{one.low === null || one.high === null ? '–' : `${figure(one.low)} – ${figure(one.high)}`}</td>
              ) : null}
              {rate.base ? <td>{one.expected === null ? '–' : figure(one.expected)}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);

/** The denominator by hand, where nothing tells who is active. */
const Active = ({ id }: { id: string }) => {
  const client = useQueryClient();
  const form = useSubmit(async (data) => {
    const body = { from: String(data.get('from')), customers: Number(data.get('customers')) };
    await api('PUT /active-customers', { body });
    await client.invalidateQueries({ queryKey: rateQuery(id).queryKey });
    tell(t('The rate is counted anew'));
  });
  return (
    <details>
      <summary>{t('Enter how many customers are active')}</summary>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <div className="form two">
          <Field
            label={t('Active customers a week')}
            help={t('The same for all problems, until another number follows.')}
          >
            <input className="input" name="customers" type="number" min={1} max={2_000_000_000} required />
          </Field>
          <Field label={t('From the week of')}>
            <input className="input" name="from" type="date" required />
          </Field>
        </div>
        <FormError error={form.error} fields={['customers', 'from']} />
        <div className="feet">
          <Submit busy={form.busy}>{t('Save')}</Submit>
        </div>
      </form>
    </details>
  );
};

type Step = ContactRate['life'][number];
function whyOf({ state, why }: Step): string | null {
  if (!why) return null;
  if (why.unchanged)
    return t('The fix changed nothing that can be measured in {weeks, plural, one {# week} other {# weeks}}', {
      weeks: why.weeks ?? 0,
    });
  if (why.issue) return state === 'fixed' ? t('Its issue was closed') : t('Its issue was opened again');
  const parts = {
    ...{ ratio: percent(why.ratio ?? 0), low: percent(why.low ?? 0), high: percent(why.high ?? 0) },
    weeks: why.weeks ?? 0,
  };
  if (why.unproven)
    return t(
      '{ratio} of what was to be expected, {low} to {high}, over {weeks, plural, one {# week} other {# weeks}}: not sure enough to be verified',
      parts,
    );
  if (state === 'verified')
    return t(
      '{ratio} of what was to be expected, {low} to {high}, over {weeks, plural, one {# week} other {# weeks}}',
      parts,
    );
  return t(
    'It is back: {reporters} customers in {weeks, plural, one {# week} other {# weeks}}, where {usual} were usual since the fix',
    {
      reporters: number(why.reporters ?? 0),
      weeks: why.weeks ?? 0,
      usual: number(why.usual ?? 0),
    },
  );
}
const Life = ({ rate }: { rate: ContactRate }) => {
  const may = useMay();
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  if (rate.life.length === 0) return null;
  const whoOf = ({ byId, why }: Step): string =>
    byId ? (people?.find((one) => one.id === byId)?.name ?? '') : why ? 'Hearten' : '';
  return (
    <>
      <h3>{t('What became of it')}</h3>
      <ol className="lifeline">
        {rate.life.map((step) => (
          <li key={step.at}>
            <span className={`chip ${states[step.state].tone}`}>{states[step.state].label}</span>
            <span className="xs ink3">{onDay(step.at)}</span>
            <bdi className="xs ink3">{whoOf(step)}</bdi>
            {step.state === 'fixed' && step.shippedOn ? (
              <span className="xs ink3">{t('shipped on {date}', { date: onDay(step.shippedOn) })}</span>
            ) : null}
            {step.why ? <span className="sm grow">{whyOf(step)}</span> : null}
          </li>
        ))}
      </ol>
    </>
  );
};
