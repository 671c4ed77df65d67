import type { Webhook } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { Problem } from '../problem.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { keepWebhook } from './data.ts';

/** Sent along with each, for a gate in front of the receiver. What they say is sealed: it can be replaced, and not be read again. */
export const Headers = ({ one }: { one: Webhook }) => {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const kept = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
  const label = t('Headers of your own');
  const form = useSubmit(async (data) => {
    const name = String(data.get('name')).trim();
    const others = one.headers.filter((other) => other.toLowerCase() !== name.toLowerCase());
    try {
      await keepWebhook(client, one.id, { headers: { ...kept(others), [name]: String(data.get('value')) } });
    } catch (error) {
      // The server names the header it is about; here that is the one being added.
      const said = error instanceof Problem ? error.errors[`headers.${name}`] : undefined;
      throw said && error instanceof Problem ? Object.assign(error, { errors: { name: said } }) : error;
    }
    setAdding(false);
    tell(t('Saved: {what}', { what: label }));
  });
  const remove = async (name: string) => {
    try {
      await keepWebhook(client, one.id, { headers: kept(one.headers.filter((other) => other !== name)) });
      tell(t('Saved: {what}', { what: label }));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section className="card pad stack" aria-label={label}>
      <div className="row wraps">
        <div className="grow">
          <h2>{label}</h2>
          <p className="xs ink2">
            {t('Sent along, for a gate in front of the receiver. A value is sealed and not shown again.')}
          </p>
        </div>
        {adding ? null : (
          <button type="button" className="btn sm" onClick={() => setAdding(true)}>
            <Plus className="i s14" /> {t('Add a header')}
          </button>
        )}
      </div>
      {one.headers.length > 0 ? (
        <ul className="hookheaders">
          {one.headers.map((name) => (
            <li key={name} className="row">
              <span className="grow">
                <code dir="ltr">{name}: •••</code>
              </span>
              <button
                type="button"
                className="btn quiet sm icon"
                aria-label={t('Remove {name}', { name })}
                title={t('Remove {name}', { name })}
                onClick={() => void remove(name)}
              >
                <X className="i s14" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {adding ? (
        <form className="form" onSubmit={(e) => void form.submit(e)}>
          <div className="form two">
            <Field label={t('Name')} error={form.fields.name}>
              <input className="input" name="name" dir="ltr" autoComplete="off" maxLength={60} required autoFocus />
            </Field>
            <Field label={t('Value')} error={form.fields.value}>
              <input
                className="input"
                name="value"
                type="password"
                dir="ltr"
                autoComplete="off"
                maxLength={2000}
                required
              />
            </Field>
          </div>
          <FormError error={form.error} fields={['name', 'value']} />
          <div className="feet">
            <button type="button" className="btn quiet" onClick={() => setAdding(false)}>
              {t('Cancel')}
            </button>
            <Submit busy={form.busy} className="btn">
              {t('Save')}
            </Submit>
          </div>
        </form>
      ) : null}
    </section>
  );
};
