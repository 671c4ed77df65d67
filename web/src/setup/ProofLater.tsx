import { useSyncExternalStore } from 'react';
import { later } from '../ui/later.tsx';
import { proving } from './proof.ts';

const Proof = later(async () => (await import('./Proof.tsx')).Proof);

/** Stands by; comes up before what a stranger at an open screen could do harm with. */
export const ProofLater = () => {
  const done = useSyncExternalStore(proving.watch, proving.get);
  return done ? <Proof done={done} /> : null;
};
