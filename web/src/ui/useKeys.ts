import { useEffect, useRef, useSyncExternalStore } from 'react';
import { type ActionId, about } from '../keys/catalogue.ts';
import { chosen, keyOf } from '../keys/chosen.ts';
import { type Binding, bind } from '../keys/manager.ts';
import { shown } from '../keys/stroke.ts';

/** Offers actions to keys and palette while the component is on screen; what they do is always the latest. */
export const useKeys = (bindings: Binding[]) => {
  const latest = useRef(bindings);
  latest.current = bindings;
  const names = bindings.map((b) => `${b.id}${b.when === false ? '-' : ''}${b.words ?? ''}`).join('|');
  // biome-ignore lint/correctness/useExhaustiveDependencies: bound again only when the set of actions changes
  useEffect(
    () =>
      bind(
        latest.current.map((b, i) => ({
          ...b,
          run: () => {
            latest.current[i]?.run();
          },
        })),
      ),
    [names],
  );
};

export const useChosen = () => useSyncExternalStore(chosen.watch, chosen.get);
/** The key of an action as this person has it: empty when there is none, or when single keys are off. */
export const useKeyOf = (id: ActionId | undefined): string => {
  const by = useChosen();
  if (!id) return '';
  const keys = keyOf(id, by) || (about(id).always?.[0] ?? '');
  return by.on || keys.startsWith('Mod+') ? keys : '';
};
/** "Assign (A)": what a button is for, and its key. */
export const useHint = (words: string, id: ActionId): string => {
  const keys = useKeyOf(id);
  return keys ? `${words} (${shown(keys).join(' ')})` : words;
};
