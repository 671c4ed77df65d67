import type { Opened } from '@hearten/contract';
import { useSyncExternalStore } from 'react';
import { later } from '../ui/later.tsx';
import { bond } from './bond.ts';

const Dialogs = later(async () => (await import('./bonds/index.tsx')).Dialogs);
const Strip = later(async () => (await import('./bonds/index.tsx')).Below);
export const wantBonds = Dialogs.want;

/** Merging, linking, splitting: a dialog, while one is open. */
export const Bonds = () => {
  const now = useSyncExternalStore(bond.watch, bond.get);
  return now ? <Dialogs key={`${now.what}${now.row.id}`} now={now} /> : null;
};

/** What stands above and below a conversation, when there is anything. */
export const Below = ({ opened }: { opened: Opened }) =>
  opened.parent || opened.children.length > 0 ? <Strip opened={opened} /> : null;
