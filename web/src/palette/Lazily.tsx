import { type ComponentType, useEffect, useSyncExternalStore } from 'react';
import { makeStore } from '../ui/store.ts';
import { opened } from './opened.ts';

type Parts = { Palette: ComponentType; KeySheet: ComponentType<{ open: boolean; onClose: () => void }> };
const parts = makeStore<Parts | null>(null);
const load = async () => {
  if (!parts.get()) parts.set(await import('./index.ts'));
};

/** Palette and sheet: not part of the first paint, but there before anyone presses their keys. */
export const Lazily = ({ sheet, closeSheet }: { sheet: boolean; closeSheet: () => void }) => {
  const have = useSyncExternalStore(parts.watch, parts.get);
  const wanted = useSyncExternalStore(opened.watch, opened.get);
  useEffect(() => {
    const timer = setTimeout(() => void load(), 1200);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (wanted || sheet) void load();
  }, [wanted, sheet]);
  if (!have) return null;
  return (
    <>
      {wanted ? <have.Palette key={wanted.asking ?? ''} /> : null}
      <have.KeySheet open={sheet} onClose={closeSheet} />
    </>
  );
};
