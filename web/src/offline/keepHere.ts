import { makeStore } from '../ui/store.ts';
import { forgetReading } from './kept.ts';

const name = 'hearten.keep';
const store = makeStore(localStorage.getItem(name) !== 'no');
/** Whether this device keeps the last conversations, to be read without a connection. A choice of the device, whoever is signed in. */
export const keepsHere = { get: store.get, watch: store.watch };

// Another tab switched it.
addEventListener('storage', (e) => {
  if (e.key === name) store.set(e.newValue !== 'no');
});

/** Switched off, what was kept goes at once. Words that one wrote here and nobody has yet stay: they are kept nowhere else. */
export const setKeepsHere = async (on: boolean): Promise<void> => {
  if (on) localStorage.removeItem(name);
  else localStorage.setItem(name, 'no');
  store.set(on);
  const worker = await navigator.serviceWorker?.getRegistration();
  worker?.active?.postMessage({ type: 'keep', on });
  if (!on) await forgetReading();
};
