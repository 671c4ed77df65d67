import type { CustomerField, FieldKind } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Eye, EyeOff } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { fieldsQuery } from './data.ts';
import { InPlace } from './InPlace.tsx';

type About = CustomerField['about'];
const kinds: Record<FieldKind, string> = {
  text: t('Text'),
  number: t('Number'),
  date: t('Date'),
  'yes-no': t('Yes or no'),
  choice: t('One of a list'),
  link: t('Link'),
};
const lists: { about: About; title: string; lead: string }[] = [
  { about: 'customer', title: t('Of customers'), lead: t('They stand in the panel beside every conversation.') },
  { about: 'company', title: t('Of companies'), lead: t('They stand on the company’s page.') },
];
const listOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

/** Settings → Customer fields: what this team wants to know of a customer, beyond name and address. */
export const Fields = () => {
  useTitle(t('Customer fields'));
  const query = useQuery(fieldsQuery);
  const can = useMay()('workspace.write');
  const items = query.data ?? [];
  return (
    <>
      <h1>{t('Customer fields')}</h1>
      <p className="lead">
        {t(
          'What your team wants to know of a customer or company beyond name and address: a plan, a size, a date. Values are changed where they stand, and by the API.',
        )}
      </p>
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 ? (
        <Empty title={t('No fields yet')}>
          {t('Begin with the one thing you look up elsewhere most often while you answer.')}
        </Empty>
      ) : null}
      {lists.map(({ about, title, lead }) => {
        const own = items.filter((field) => field.about === about);
        return own.length === 0 ? null : (
          <section key={about} className="stack">
            <div>
              <h2>{title}</h2>
              <p className="lead">{lead}</p>
            </div>
            <ul className="card rowsof">
              {own.map((field, n) => (
                <Row key={field.id} field={field} place={n} last={n === own.length - 1} can={can} />
              ))}
            </ul>
          </section>
        );
      })}
      {can ? <Add /> : null}
    </>
  );
};

type Change = { label?: string; choices?: string[]; place?: number; archived?: boolean };
const Row = ({ field, place, last, can }: { field: CustomerField; place: number; last: boolean; can: boolean }) => {
  const client = useQueryClient();
  const put = async (body: Change, back?: Change): Promise<void> => {
    await api('PATCH /customer-fields/:id', { params: { id: field.id }, body });
    await client.invalidateQueries({ queryKey: fieldsQuery.queryKey });
    if (back) tell(t('Saved'), { label: t('Undo'), run: () => void put(back).catch((error) => tellProblem(error)) });
  };
  const press = (body: Change, back?: Change) => void put(body, back).catch((error) => tellProblem(error));
  return (
    <li className={field.archived ? 'is-off' : ''}>
      <span className="grow stack tight">
        <span className="medium">
          <InPlace
            label={t('Name of the field')}
            can={can}
            value={field.label}
            shown={<bdi dir="auto">{field.label}</bdi>}
            save={async (label) => (label ? put({ label }, { label: field.label }) : undefined)}
          />
        </span>
        {field.kind === 'choice' ? (
          <span className="xs ink2">
            <InPlace
              label={t('Choices, with commas between')}
              can={can}
              value={field.choices.join(', ')}
              shown={<bdi dir="auto">{field.choices.join(', ')}</bdi>}
              save={(text) => put({ choices: listOf(text.replaceAll(/[,،、]/g, '\n')) }, { choices: field.choices })}
            />
          </span>
        ) : null}
      </span>
      <span className="xs ink3 wide-only">{kinds[field.kind]}</span>
      <code className="xs ink3 wide-only" title={t('How the API calls it')}>
        {field.key}
      </code>
      {can ? (
        <>
          <button
            type="button"
            className="btn quiet icon sm"
            aria-label={t('Move {label} up', { label: field.label })}
            disabled={place === 0}
            onClick={() => press({ place: place - 1 })}
          >
            <ArrowUp className="i s14" />
          </button>
          <button
            type="button"
            className="btn quiet icon sm"
            aria-label={t('Move {label} down', { label: field.label })}
            disabled={last}
            onClick={() => press({ place: place + 1 })}
          >
            <ArrowDown className="i s14" />
          </button>
          <button
            type="button"
            className="btn quiet icon sm"
            aria-label={
              field.archived
                ? t('Show {label} again', { label: field.label })
                : t('Put {label} away', { label: field.label })
            }
            title={field.archived ? t('Show it again') : t('Put it away; its values stay')}
            onClick={() => press({ archived: !field.archived }, { archived: field.archived })}
          >
            {field.archived ? <EyeOff className="i s14" /> : <Eye className="i s14" />}
          </button>
        </>
      ) : null}
    </li>
  );
};

const Add = () => {
  const client = useQueryClient();
  const [kind, setKind] = useState<FieldKind>('text');
  const form = useRef<HTMLFormElement>(null);
  const submit = useSubmit(async (data) => {
    const made = await api('POST /customer-fields', {
      body: {
        about: String(data.get('about')) as About,
        label: String(data.get('label')).trim(),
        kind,
        choices: listOf(String(data.get('choices') ?? '')),
      },
    });
    await client.invalidateQueries({ queryKey: fieldsQuery.queryKey });
    form.current?.reset();
    setKind('text');
    tell(t('“{label}” is a field now', { label: made.label }), {
      label: t('Undo'),
      run: () =>
        void api('PATCH /customer-fields/:id', { params: { id: made.id }, body: { archived: true } }).then(
          () => client.invalidateQueries({ queryKey: fieldsQuery.queryKey }),
          tellProblem,
        ),
    });
  });
  return (
    <form ref={form} className="form card pad" onSubmit={(e) => void submit.submit(e)}>
      <h2>{t('Add a field')}</h2>
      <Field label={t('Name')} error={submit.fields.label}>
        <input className="input" name="label" required maxLength={60} dir="auto" autoComplete="off" />
      </Field>
      <div className="two">
        <Field label={t('Of')}>
          <select className="input" name="about" defaultValue="customer">
            <option value="customer">{t('Customers')}</option>
            <option value="company">{t('Companies')}</option>
          </select>
        </Field>
        <Field label={t('Kind')} help={t('It stays what it is; the name may change.')}>
          <select className="input" value={kind} onChange={(e) => setKind(e.target.value as FieldKind)}>
            {Object.entries(kinds).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </Field>
      </div>
      {kind === 'choice' ? (
        <Field label={t('Choices')} help={t('One a line.')} error={submit.fields.choices}>
          <textarea className="input" name="choices" rows={4} dir="auto" required />
        </Field>
      ) : null}
      <FormError error={submit.error} fields={['label', 'choices']} />
      <div className="feet">
        <Submit busy={submit.busy}>{t('Add')}</Submit>
      </div>
    </form>
  );
};
