import type { Audience, OwnQuestion, Survey, SurveyDraft, SurveyKind, SurveyWay } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useMemo, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { kinds, shown, surveyQuery, ways } from './data.ts';
import { Preview } from './Preview.tsx';
import { Questions } from './Questions.tsx';
import { Whom } from './Whom.tsx';
import './surveys.css';

const nobodyLeftOut: Audience = { channels: [], brandIds: [], teamIds: [], tags: [], problemIds: [], languages: [] };
type Form = Required<
  Pick<Survey, 'name' | 'kind' | 'moment' | 'way' | 'delayHours' | 'everyDays' | 'share' | 'intro'>
> & {
  audience: Audience;
  questions: OwnQuestion[];
};
const fresh: Form = {
  ...{ name: '', kind: 'csat', moment: 'resolved', way: 'mail', delayHours: 24, everyDays: 90, share: 100, intro: '' },
  ...{ audience: nobodyLeftOut, questions: [] },
};
const delays = [0, 1, 4, 24, 72, 168];
/** Without empty lines among the answers, and without what belongs to another kind that was tried before. */
const tidy = (questions: OwnQuestion[]): OwnQuestion[] =>
  questions.map((q) => ({
    ...q,
    choices: q.kind === 'choice' ? q.choices.filter((c) => c.trim()) : [],
    ...(q.kind === 'scale' ? {} : { low: '', high: '' }),
  }));
/** What can be asked already: a question that is being written is not. */
const ready = (form: Form): SurveyDraft => ({
  ...form,
  name: form.name.trim() || '…',
  questions: tidy(form.questions).filter((q) => q.text.trim() && (q.kind !== 'choice' || q.choices.length > 1)),
});

const Editing = ({ of }: { of: Survey | null }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState<Form>(of ?? fresh);
  const put = (more: Partial<Form>): void => setForm((now) => ({ ...now, ...more }));
  const fixed = (of?.asked ?? 0) > 0;
  const draft = useMemo(() => ready(form), [form]);
  const submit = useSubmit(async () => {
    const { name, kind, moment, way, delayHours, everyDays, share, intro, audience } = form;
    const when = { name, moment, way, delayHours, everyDays, share, intro, audience };
    const asks = { kind, questions: tidy(form.questions) };
    const kept = of
      ? await api('PATCH /surveys/:id', {
          params: { id: of.id },
          body: { ...when, ...(fixed ? {} : asks), saw: of.version },
        })
      : await api('POST /surveys', { body: { ...when, ...asks } });
    await shown(client, kept);
    await navigate({ to: '/surveys/$id', params: { id: kept.id } });
  });
  return (
    <div className="surveyedit">
      <form className="form" onSubmit={(e) => void submit.submit(e)}>
        <Field label={t('Name')} help={t('For your team; customers do not see it.')}>
          <input
            className="input"
            dir="auto"
            maxLength={100}
            required
            value={form.name}
            onChange={(e) => put({ name: e.target.value })}
          />
        </Field>
        <fieldset className="field" disabled={fixed}>
          <legend>{t('What it asks')}</legend>
          {(Object.keys(kinds) as SurveyKind[]).map((kind) => (
            <label className="check" key={kind}>
              <input
                type="radio"
                name="kind"
                checked={form.kind === kind}
                onChange={() => put({ kind, moment: kind === 'nps' ? 'rhythm' : form.moment })}
              />
              <span>
                {kinds[kind].label}
                <span className="help"> {kinds[kind].about}</span>
              </span>
            </label>
          ))}
          {fixed ? (
            <p className="help">{t('Customers were asked already, so its questions stay as they are.')}</p>
          ) : null}
        </fieldset>
        <fieldset className="field">
          <legend>{t('When')}</legend>
          <label className="check">
            <input
              type="radio"
              name="moment"
              checked={form.moment === 'resolved'}
              onChange={() => put({ moment: 'resolved' })}
            />
            <span>{t('After a conversation was resolved')}</span>
          </label>
          {form.moment === 'resolved' ? (
            <select
              className="input narrow"
              aria-label={t('How long after')}
              value={form.delayHours}
              onChange={(e) => put({ delayHours: Number(e.target.value) })}
            >
              {[...new Set([...delays, form.delayHours])]
                .sort((a, b) => a - b)
                .map((n) => (
                  <option key={n} value={n}>
                    {n === 0
                      ? t('At once')
                      : n < 48
                        ? t('{n, plural, one {After # hour} other {After # hours}}', { n })
                        : t('{n, plural, one {After # day} other {After # days}}', { n: Math.round(n / 24) })}
                  </option>
                ))}
            </select>
          ) : null}
          <label className="check">
            <input
              type="radio"
              name="moment"
              checked={form.moment === 'rhythm'}
              onChange={() => put({ moment: 'rhythm' })}
            />
            <span>
              {t('On a rhythm')}
              <span className="help">
                {' '}
                {t(
                  'Everybody who wrote within a year and was answered, once nothing of theirs is open; a hundred an hour at most.',
                )}
              </span>
            </span>
          </label>
          {form.moment === 'rhythm' ? (
            <label className="row">
              <span>{t('Days between')}</span>
              <input
                className="input narrow"
                type="number"
                min={14}
                max={730}
                required
                value={form.everyDays}
                onChange={(e) => put({ everyDays: Number(e.target.value) })}
              />
            </label>
          ) : null}
        </fieldset>
        <fieldset className="field">
          <legend>{t('By which way')}</legend>
          {(Object.keys(ways) as SurveyWay[]).map((way) => (
            <label className="check" key={way}>
              <input type="radio" name="way" checked={form.way === way} onChange={() => put({ way })} />
              <span>
                {ways[way].label}
                <span className="help"> {ways[way].about}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Whom audience={form.audience} put={(audience) => put({ audience })} />
        <Field label={t('How many of them, in 100')} help={t('Who is left out by this is listed, too.')}>
          <input
            className="input narrow"
            type="number"
            min={1}
            max={100}
            required
            value={form.share}
            onChange={(e) => put({ share: Number(e.target.value) })}
          />
        </Field>
        {form.way === 'chat' ? null : (
          <Field
            label={t('First words')}
            optional
            help={t('Before the question, in words of yours. Empty, it greets in the customer’s language.')}
          >
            <textarea
              className="input"
              dir="auto"
              rows={3}
              maxLength={1000}
              value={form.intro}
              onChange={(e) => put({ intro: e.target.value })}
            />
          </Field>
        )}
        <Questions questions={form.questions} put={(questions) => put({ questions })} fixed={fixed} />
        <FormError error={submit.error} />
        <div className="feet">
          <Link to={of ? '/surveys/$id' : '/surveys'} params={{ id: of?.id ?? '' }} className="btn quiet">
            {t('Cancel')}
          </Link>
          <Submit busy={submit.busy}>{of ? t('Save') : t('Make it')}</Submit>
        </div>
        {of ? null : <p className="help">{t('It asks nobody until you switch it on.')}</p>}
      </form>
      <Preview draft={draft} />
    </div>
  );
};

/** Makes a survey or changes one, beside the mail, the page and whom it would have asked. */
export const EditSurvey = () => {
  const { id } = useParams({ strict: false }) as { id?: string };
  const query = useQuery({ ...surveyQuery(id ?? ''), enabled: id !== undefined });
  const title = id ? t('Change the survey') : t('New survey');
  useTitle(title);
  return (
    <div className="sheet">
      <main className="page wide" id="main">
        <div className="in">
          <div>
            <Link to="/surveys" className="link xs row">
              <ArrowLeft className="i s14 flip" /> {t('Surveys')}
            </Link>
            <h1>{title}</h1>
          </div>
          {id && query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {!id || query.data ? <Editing key={id ?? 'new'} of={query.data ?? null} /> : null}
        </div>
      </main>
    </div>
  );
};
