import { t } from '../language/index.ts';
import { Field } from '../ui/form.tsx';

/** The second step, once the first one was right. */
export const CodeField = ({ help = t('From your authenticator app, or one of your recovery codes.') }) => (
  <Field label={t('Code')} help={help}>
    <input
      className="input num"
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      required
      autoFocus
      dir="ltr"
    />
  </Field>
);
