import { useSyncExternalStore } from 'react';
import { makeStore } from './store.ts';

/** The zones beside the conversation, and whether this device shows them. It is the device's: its screen decides. */
export type Zone = 'rail' | 'list' | 'context';
const zones: Zone[] = ['rail', 'list', 'context'];
const shown = makeStore<Record<Zone, boolean>>(
  Object.fromEntries(zones.map((z) => [z, localStorage.getItem(`hearten.zone.${z}`) !== 'off'])) as Record<
    Zone,
    boolean
  >,
);
export const toggleZone = (zone: Zone) => {
  const now = { ...shown.get(), [zone]: !shown.get()[zone] };
  localStorage.setItem(`hearten.zone.${zone}`, now[zone] ? 'on' : 'off');
  shown.set(now);
};
export const useZones = () => useSyncExternalStore(shown.watch, shown.get);
