import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { said } from '../problem.ts';
import { makeStore } from './store.ts';

type Toast = {
  id: number;
  text: string;
  act?: { label: string; run: () => void };
  bad: boolean;
  about: string | undefined;
};
let last = 0;
const store = makeStore<Toast[]>([]);
const drop = (id: number) => store.set(store.get().filter((t) => t.id !== id));

/** Says what happened, with the way back when there is one. Stays longer when it can be taken back. */
export const tell = (text: string, act?: Toast['act'], bad = false, about?: string) => {
  const id = ++last;
  store.set([...store.get().slice(-2), { id, text, act, bad, about }]);
  setTimeout(() => drop(id), bad ? 12_000 : act ? 8_000 : 4_000);
};
/** What was told about something that is no longer so. */
export const untell = (about: string) => {
  if (store.get().some((t) => t.about === about)) store.set(store.get().filter((t) => t.about !== about));
};
export const tellProblem = (error: unknown, retry?: () => void) =>
  tell(said(error), retry && { label: 'Try again', run: retry }, true);
/** `z`: takes back the last thing that can be taken back. */
export const undoLast = () => {
  const found = store.get().findLast((t) => t.act?.label === 'Undo');
  if (!found) return;
  drop(found.id);
  found.act?.run();
};

export const Toasts = () => {
  const shown = useSyncExternalStore(store.watch, store.get);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((t) => (
        <div className="toast" key={t.id}>
          <span className="grow wrap">{t.text}</span>
          {t.act ? (
            <button
              type="button"
              className="act"
              onClick={() => {
                drop(t.id);
                t.act?.run();
              }}
            >
              {t.act.label}
            </button>
          ) : (
            <button type="button" className="act" aria-label="Dismiss" onClick={() => drop(t.id)}>
              <X className="i s14" />
            </button>
          )}
        </div>
      ))}
    </div>
  );
};
