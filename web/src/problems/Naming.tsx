import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';

/** Asks for the name of something new, and for nothing else: all the rest is known later. */
export const Naming = (props: {
  title: string;
  question: string;
  make: (name: string) => Promise<unknown>;
  onClose: () => void;
}) => {
  const form = useSubmit(async (data) => {
    await props.make(String(data.get('name')));
  });
  return (
    <Dialog open onClose={props.onClose} title={props.title}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={props.question}>
          <input className="input" name="name" dir="auto" maxLength={200} required />
        </Field>
        <FormError error={form.error} fields={['name']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={props.onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Make it')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};
