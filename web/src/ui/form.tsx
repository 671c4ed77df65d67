import { CircleAlert, Copy } from 'lucide-react';
import {
  cloneElement,
  type FormEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { t } from '../language/index.ts';
import { Problem } from '../problem.ts';
import { Said } from './kit.tsx';
import { tell, tellProblem } from './toast.tsx';

type ControlProps = { id?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean };
/** A label, a control, and either help or what is wrong with it. */
export const Field = ({
  label,
  help,
  error,
  children,
  optional = false,
}: {
  label: string;
  help?: ReactNode;
  error?: string;
  children: ReactElement<ControlProps>;
  optional?: boolean;
}) => {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional ? <span className="ink3"> {t('(optional)')}</span> : null}
      </label>
      {cloneElement(children, {
        id,
        'aria-describedby': help || error ? about : undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {error ? (
        <span className="help err" id={about} role="alert">
          <CircleAlert className="i s13" />
          {error}
        </span>
      ) : help ? (
        <span className="help" id={about}>
          {help}
        </span>
      ) : null}
    </div>
  );
};

/** Sends a form once at a time and keeps what went wrong, whole and by field. */
export const useSubmit = (run: (data: FormData) => Promise<void>) => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const submit = async (e?: FormEvent<HTMLFormElement>) => {
    e?.preventDefault();
    if (busy) return;
    // With the name of the button that was pressed, when it has one.
    const data = new FormData(e?.currentTarget, (e?.nativeEvent as SubmitEvent | undefined)?.submitter);
    setBusy(true);
    setError(null);
    try {
      await run(data);
    } catch (cause) {
      setError(cause);
      // Closed while it was on its way: what went wrong is said all the same.
      if (!here.current) tellProblem(cause);
    } finally {
      setBusy(false);
    }
  };
  const fields = error instanceof Problem ? error.errors : {};
  return { busy, error, submit, setError, fields };
};

/** The general complaint; what belongs to a field on screen is said there. */
export const FormError = ({ error, fields = [] }: { error: unknown; fields?: string[] }) => {
  if (error instanceof Problem) {
    const named = Object.keys(error.errors);
    if (named.length > 0 && named.every((n) => fields.includes(n))) return null;
    const rest = named.filter((n) => !fields.includes(n)).map((n) => error.errors[n]);
    // The whole sentence names every field; where one of them stands under its own, only the others are said here.
    if (rest.length > 0 && rest.length < named.length) return <Said error={new Error(rest.join(' '))} />;
  }
  return <Said error={error} />;
};

export const Submit = ({
  busy,
  children,
  className = 'btn primary',
}: {
  busy: boolean;
  children: ReactNode;
  className?: string;
}) => (
  <button type="submit" className={`${className}${busy ? ' busy' : ''}`} aria-busy={busy || undefined}>
    {children}
  </button>
);

/** How a dialog ends: with nothing, or with what it is for. */
export const Feet = ({
  busy,
  onClose,
  danger = false,
  children,
}: {
  busy: boolean;
  onClose: () => void;
  danger?: boolean;
  children: ReactNode;
}) => (
  <div className="feet">
    <button type="button" className="btn quiet" onClick={onClose}>
      {t('Cancel')}
    </button>
    <Submit busy={busy} className={danger ? 'btn danger' : 'btn primary'}>
      {children}
    </Submit>
  </div>
);

/** Something to hand over: selectable, with a button that copies it. */
export const CopyLine = ({ value, label }: { value: string; label: string }) => (
  <div className="copy">
    <input
      className="input"
      readOnly
      dir="ltr"
      value={value}
      aria-label={label}
      onFocus={(e) => e.currentTarget.select()}
    />
    <button
      type="button"
      className="btn"
      onClick={() =>
        void navigator.clipboard.writeText(value).then(
          () => tell(t('Copied')),
          () => tell(t('Your browser did not allow copying. Select the text and copy it yourself.')),
        )
      }
    >
      <Copy className="i s14" /> {t('Copy')}
    </button>
  </div>
);

export const Check = ({
  name,
  label,
  help,
  ...rest
}: {
  name?: string;
  label: string;
  help?: string;
  checked?: boolean;
  defaultChecked?: boolean;
  onChange?: (on: boolean) => void;
  disabled?: boolean;
  type?: 'checkbox' | 'radio';
  value?: string;
}) => (
  <label className="check">
    <input
      type={rest.type ?? 'checkbox'}
      name={name}
      value={rest.value}
      checked={rest.checked}
      defaultChecked={rest.defaultChecked}
      disabled={rest.disabled}
      onChange={(e) => rest.onChange?.(e.target.checked)}
    />
    <span>
      {label}
      {help ? <span className="help"> {help}</span> : null}
    </span>
  </label>
);
