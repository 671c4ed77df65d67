import type { Filed } from '@hearten/contract';
import { useRef, useState } from 'react';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { hundredths, withShare } from './shares.ts';
import { percent } from './told.ts';

type Share = { id: string; weight: number };
/** How much of a conversation each of its problems has: its costs are split so. One is set, and the others keep to each other. */
export const Shares = ({ items, save, can }: { items: Filed[]; save: (shares: Share[]) => void; can: boolean }) => {
  const problems = items.flatMap(({ problem, weight }) => (problem ? [{ ...problem, weight }] : []));
  const [open, setOpen] = useState(false);
  const [now, setNow] = useState<number[]>([]);
  // While a number is typed the others are parted anew from what they were before.
  const before = useRef<number[]>([]);
  if (problems.length < 2) return null;
  const start = (): void => {
    setNow(hundredths(problems.map((one) => one.weight)));
    setOpen(true);
  };
  const shown = problems.map((one) => percent(one.weight)).join(' · ');
  return (
    <>
      <button type="button" className="chip" disabled={!can} title={t('Change the shares')} onClick={start}>
        <span className="sr">{t('Shares')}</span> {shown}
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('How much of it was about what?')}>
        <form
          className="form"
          onSubmit={(e) => {
            e.preventDefault();
            setOpen(false);
            save(problems.map((one, i) => ({ id: one.id, weight: (now[i] ?? 1) / 100 })));
          }}
        >
          <div className="sharebar" aria-hidden="true">
            {problems.map((one, i) => (
              <i key={one.id} style={{ flexGrow: now[i] ?? 1 }} />
            ))}
          </div>
          {problems.map((one, i) => (
            <label key={one.id} className="shareline">
              <bdi className="grow">{one.name}</bdi>
              <input
                className="input"
                type="number"
                inputMode="numeric"
                min={1}
                max={101 - problems.length}
                required
                value={now[i] ?? 1}
                onFocus={() => {
                  before.current = now;
                }}
                onChange={(e) => {
                  if (e.target.value !== '') setNow(withShare(before.current, i, Number(e.target.value)));
                }}
              />
              <span aria-hidden="true">%</span>
            </label>
          ))}
          <p className="help">
            {t('Together they are always 100 %. Each problem counts this part of the conversation.')}
          </p>
          <div className="feet">
            <button type="button" className="btn quiet" onClick={() => setNow(hundredths(problems.map(() => 1)))}>
              {t('Equal shares')}
            </button>
            <button type="submit" className="btn primary">
              {t('Save')}
            </button>
          </div>
        </form>
      </Dialog>
    </>
  );
};
