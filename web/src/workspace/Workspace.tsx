import { useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { useMay, useMe } from '../me.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { useTitle } from '../ui/kit.tsx';
import { Languages, Zones } from '../ui/places.tsx';
import { tell } from '../ui/toast.tsx';
import { Ages } from './Ages.tsx';

export const Workspace = () => {
  useTitle('Workspace');
  const { workspace } = useMe();
  const may = useMay()('workspace.write');
  const client = useQueryClient();
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '').trim();
    await api('PATCH /workspace', {
      body: { name: text('name'), language: text('language'), timeZone: text('timeZone') },
    });
    await client.invalidateQueries({ queryKey: ['me'] });
    tell('Saved');
  });
  return (
    <>
      <div>
        <h1>Workspace</h1>
        <p className="lead">What everyone here shares.</p>
      </div>
      <form className="form card pad" onSubmit={(e) => void form.submit(e)}>
        <fieldset disabled={!may}>
          <Field label="Name" help="Customers may see it in mails." error={form.fields.name}>
            <input className="input" name="name" dir="auto" defaultValue={workspace.name} required maxLength={200} />
          </Field>
          <div className="form two">
            <Field label="Language" help="For mails that Hearten itself writes.">
              <Languages name="language" value={workspace.language} />
            </Field>
            <Field label="Time zone" help="For whoever has none of their own.">
              <Zones name="timeZone" value={workspace.timeZone} />
            </Field>
          </div>
        </fieldset>
        <FormError error={form.error} fields={['name']} />
        {may ? (
          <div className="feet">
            <Submit busy={form.busy}>Save</Submit>
          </div>
        ) : null}
      </form>
      <Ages />
    </>
  );
};
