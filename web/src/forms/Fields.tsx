import type { FormField, FormSettings } from '@hearten/contract';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { Check, Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { RowTools } from '../ui/RowTools.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';

const kinds: Record<FormField['kind'], string> = {
  line: t('A line'),
  text: t('Text of several lines'),
  number: t('A number'),
  date: t('A date'),
  choice: t('One of several'),
  tick: t('A tick'),
};
type Save = (fields: FormField[]) => Promise<void>;

/** Letters that a program can name it by; another one where it is taken. */
const nameFor = (label: string, taken: readonly string[]): string => {
  const base =
    label
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '')
      .slice(0, 30) || 'field';
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}_${n}`;
    if (!['name', 'email', 'subject', 'message', ...taken].includes(name)) return name;
  }
};

const Edit = ({
  one,
  fields,
  save,
  onClose,
}: {
  one: FormField | null;
  fields: FormField[];
  save: Save;
  onClose: () => void;
}) => {
  const [kind, setKind] = useState<FormField['kind']>(one?.kind ?? 'line');
  const form = useSubmit(async (data) => {
    const label = String(data.get('label')).trim();
    const next: FormField = {
      name:
        one?.name ??
        nameFor(
          label,
          fields.map(({ name }) => name),
        ),
      kind,
      label,
      help: String(data.get('help')).trim(),
      required: data.has('required'),
      choices: String(data.get('choices') ?? '')
        .split('\n')
        .map((choice) => choice.trim())
        .filter(Boolean),
    };
    await save(one ? fields.map((field) => (field.name === one.name ? next : field)) : [...fields, next]);
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={one ? one.label : t('New question')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('Question')}>
          <input className="input" name="label" dir="auto" required maxLength={120} defaultValue={one?.label ?? ''} />
        </Field>
        <Field label={t('How it is answered')}>
          <select
            className="input"
            name="kind"
            value={kind}
            onChange={(e) => setKind(e.target.value as FormField['kind'])}
          >
            {Object.entries(kinds).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        {kind === 'choice' ? (
          <Field label={t('To choose from')} help={t('A line each.')}>
            <textarea
              className="input"
              name="choices"
              dir="auto"
              required
              rows={4}
              defaultValue={one?.choices.join('\n') ?? ''}
            />
          </Field>
        ) : null}
        <Field label={t('Help below it')} optional>
          <input className="input" name="help" dir="auto" maxLength={300} defaultValue={one?.help ?? ''} />
        </Field>
        <Check name="required" label={t('It has to be answered')} defaultChecked={one?.required ?? false} />
        <FormError error={form.error} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Save')}
        </Feet>
      </form>
    </Dialog>
  );
};

/** What is asked beside the message, in its order. */
export const Fields = ({
  settings,
  save,
  disabled,
}: {
  settings: FormSettings;
  save: (part: Partial<FormSettings>) => Promise<void>;
  disabled: boolean;
}) => {
  const { fields } = settings;
  const [editing, setEditing] = useState<FormField | 'new' | null>(null);
  const put: Save = (next) => save({ fields: next });
  const swap = (at: number, by: number) => {
    const next = [...fields];
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + by, 0, moved);
    put(next).catch((error) => tellProblem(error));
  };
  const remove = async (one: FormField) => {
    try {
      await put(fields.filter(({ name }) => name !== one.name));
      tell(t('Removed: {what}', { what: one.label }), {
        label: t('Undo'),
        run: () => void put(fields).catch((error) => tellProblem(error)),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="card pad">
      <div className="row">
        <h2 className="grow">{t('Questions of your own')}</h2>
        {disabled ? null : (
          <button type="button" className="btn sm" onClick={() => setEditing('new')}>
            <Plus className="i s14" /> {t('Add a question')}
          </button>
        )}
      </div>
      {fields.length === 0 ? (
        <p className="help">{t('An order number, a product, a size: what you would ask first anyway.')}</p>
      ) : (
        <ul className="formasks">
          {fields.map((one, n) => (
            <li key={one.name}>
              <span className="grow">
                <bdi className="medium">{one.label}</bdi>
                <span className="xs ink2">
                  {one.required ? t('{kind}, has to be answered', { kind: kinds[one.kind] }) : kinds[one.kind]}
                </span>
              </span>
              {disabled ? null : (
                <RowTools
                  name={one.label}
                  up={n === 0 ? null : () => swap(n, -1)}
                  down={n === fields.length - 1 ? null : () => swap(n, 1)}
                  edit={() => setEditing(one)}
                  remove={() => void remove(one)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {editing ? (
        <Edit
          key={editing === 'new' ? '' : editing.name}
          one={editing === 'new' ? null : editing}
          fields={fields}
          save={put}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </div>
  );
};
