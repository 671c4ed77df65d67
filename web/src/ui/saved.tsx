import { Check as Tick } from 'lucide-react';
import { cloneElement, type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { composing } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { Problem, said } from '../problem.ts';
import { Field } from './form.tsx';
import { tell } from './toast.tsx';

type How<T> = { label: string; value: T; save: (value: T) => Promise<unknown>; name?: string };

/**
 * One thing that is kept as soon as it is chosen: a quiet "Saved" beside it, the former value one click away, and what is wrong under
 * it. What could not be saved stays as it was typed, and nothing else is lost by it.
 */
export const useSaved = <T,>({ label, value, save, name = '' }: How<T>) => {
  const [error, setError] = useState<string>();
  const [fresh, setFresh] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const before = useRef(value);
  before.current = value;
  useEffect(() => () => clearTimeout(timer.current), []);
  const keep = async (next: T, undoable = true): Promise<boolean> => {
    const former = before.current;
    setError(undefined);
    try {
      await save(next);
    } catch (cause) {
      setError((cause instanceof Problem && cause.errors[name]) || said(cause));
      return false;
    }
    setFresh(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setFresh(false), 2500);
    if (undoable) tell(t('Saved: {what}', { what: label }), { label: t('Undo'), run: () => void keep(former, false) });
    else tell(t('Back to what it was: {what}', { what: label }));
    return true;
  };
  return { keep, error, setError, fresh };
};

/** "Saved", for the two seconds in which one looks. The toast beside it tells it to screen readers. */
const Mark = ({ fresh }: { fresh: boolean }) =>
  fresh ? (
    <span className="kept" aria-hidden="true">
      <Tick className="i s13" /> {t('Saved')}
    </span>
  ) : null;

type ControlProps = {
  id?: string;
  value?: string;
  name?: string;
  onChange?: (e: { target: { value: string } }) => void;
  onBlur?: () => void;
  onKeyDown?: (e: React.KeyboardEvent) => void;
};
type Line = How<string> & {
  help?: ReactNode;
  optional?: boolean;
  /** What is wrong with it before anyone is asked; undefined when nothing is. */
  wrong?: (value: string) => string | undefined;
  /** Told at each stroke, for a preview. */
  onDraft?: (value: string) => void;
  children: ReactElement<ControlProps>;
};

/** Typed text: kept when one leaves the field or presses Enter in a line; Escape puts back what was. */
export const SavedText = ({ help, optional = false, wrong, onDraft, children, ...how }: Line) => {
  const saved = useSaved(how);
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? how.value;
  const change = (next: string | null) => {
    setDraft(next);
    onDraft?.(next ?? how.value);
  };
  const leave = async () => {
    if (draft === null) return;
    const trouble = wrong?.(draft);
    if (draft === how.value || trouble) {
      saved.setError(trouble);
      if (!trouble) change(null);
      return;
    }
    if (await saved.keep(draft)) setDraft((now) => (now === draft ? null : now));
  };
  // Left by a key or the browser's way back, a field does not hear that it is left.
  const left = useRef(leave);
  left.current = leave;
  useEffect(() => () => void left.current(), []);
  const many = children.type === 'textarea';
  return (
    <div className="saved">
      <Field label={how.label} help={help} optional={optional} error={saved.error}>
        {cloneElement(children, {
          name: how.name,
          value: text,
          onChange: (e) => change(e.target.value),
          onBlur: () => void leave(),
          onKeyDown: (e) => {
            if (composing(e.nativeEvent)) return;
            if (e.key === 'Enter' && (!many || e.metaKey || e.ctrlKey)) {
              e.preventDefault();
              void leave();
            }
            if (e.key === 'Escape' && draft !== null) {
              e.stopPropagation();
              change(null);
              saved.setError(undefined);
            }
          },
        })}
      </Field>
      <Mark fresh={saved.fresh} />
    </div>
  );
};

type PickProps = { id?: string; name?: string; value?: string; onPick?: (value: string) => void };
/** One of several: kept when it is chosen. The control takes `value` and `onPick`. */
export const SavedPick = ({
  help,
  children,
  ...how
}: How<string> & { help?: ReactNode; children: ReactElement<PickProps> }) => {
  const saved = useSaved(how);
  return (
    <div className="saved">
      <Field label={how.label} help={help} error={saved.error}>
        {cloneElement(children as ReactElement<PickProps & { 'aria-describedby'?: string }>, {
          name: how.name,
          value: how.value,
          onPick: (next: string) => void saved.keep(next),
        })}
      </Field>
      <Mark fresh={saved.fresh} />
    </div>
  );
};

/** On or off. */
export const SavedCheck = ({ help, disabled, ...how }: How<boolean> & { help?: string; disabled?: boolean }) => {
  const saved = useSaved(how);
  const id = useId();
  return (
    <div className="saved">
      <label className="check" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          name={how.name}
          checked={how.value}
          disabled={disabled}
          aria-describedby={saved.error ? `${id}-about` : undefined}
          onChange={(e) => void saved.keep(e.target.checked)}
        />
        <span>
          {how.label}
          {help ? <span className="help"> {help}</span> : null}
        </span>
      </label>
      {saved.error ? (
        <span className="help err" id={`${id}-about`} role="alert">
          {saved.error}
        </span>
      ) : null}
      <Mark fresh={saved.fresh} />
    </div>
  );
};
