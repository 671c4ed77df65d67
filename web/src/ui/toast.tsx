import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { t } from '../language/index.ts';
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
const drop = (id: number) => store.set(store.get().filter((one) => one.id !== id));

const MOST = 3;
const leadsBack = ({ act }: Toast): boolean => act?.label === t('Undo');

/** Says what happened, with the way back when there is one. Stays longer when it can be taken back. */
export const tell = (text: string, act?: Toast['act'], bad = false, about?: string) => {
  const id = ++last;
  const there = [...store.get()];
  // What makes room is what leads nowhere back: a wave of news must not take away somebody's undo.
  if (there.length >= MOST)
    there.splice(
      Math.max(
        0,
        there.findIndex((one) => !leadsBack(one)),
      ),
      1,
    );
  store.set([...there, { id, text, act, bad, about }]);
  setTimeout(() => drop(id), bad ? 12_000 : act ? 8_000 : 4_000);
};
/** Something new from elsewhere: the newest stands in place of the one before, so that a wave of them is one line. */
export const tellNews = (text: string, act?: Toast['act']) => {
  untell(NEWS);
  tell(text, act, false, NEWS);
};
const NEWS = 'news';
/** What was told about something that is no longer so. */
export const untell = (about: string) => {
  if (store.get().some((one) => one.about === about)) store.set(store.get().filter((one) => one.about !== about));
};
export const tellProblem = (error: unknown, retry?: () => void) =>
  tell(said(error), retry && { label: t('Try again'), run: retry }, true);
/** `z`: takes back the last thing that can be taken back. */
export const undoLast = (): boolean => {
  const found = store.get().findLast(leadsBack);
  if (!found) return false;
  drop(found.id);
  found.act?.run();
  return true;
};

export const Toasts = () => {
  const shown = useSyncExternalStore(store.watch, store.get);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((one) => (
        <div className="toast" key={one.id}>
          <span className="grow wrap">{one.text}</span>
          {one.act ? (
            <button
              type="button"
              className="act"
              onClick={() => {
                drop(one.id);
                one.act?.run();
              }}
            >
              {one.act.label}
            </button>
          ) : (
            <button type="button" className="act" aria-label={t('Dismiss')} onClick={() => drop(one.id)}>
              <X className="i s14" />
            </button>
          )}
        </div>
      ))}
    </div>
  );
};
