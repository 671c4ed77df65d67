import type { Me } from '@hearten/contract';
import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { forgetLeft } from '../conversations/compose/left.ts';
import { dropAllUnkept, dropUnkept, goOnWith, keepAll, unkeptOf } from '../conversations/unkept.ts';
import { Problem } from '../problem.ts';
import { nowLeaving } from '../setup/again.ts';
import { makeStore } from '../ui/store.ts';
import { tellProblem } from '../ui/toast.tsx';
import { forgetReading } from './kept.ts';

/** Words that the server could not take: whoever leaves says what becomes of them. */
export type Leaving = { count: number; out: (keep: boolean) => Promise<void> };
export const leaving = makeStore<Leaving | null>(null);

/** What this device held from before, and no field has gone on with: it goes to the server, too, or is there already. */
const keepHeld = async (person: string): Promise<void> => {
  for (const { conversation: id, held } of await unkeptOf(person))
    try {
      const opened = await api('GET /conversations/:id', { params: { id } });
      const { files, html, text, ...rest } = goOnWith(held, held.kind === 'note' ? opened.noteDraft : opened.draft);
      const body = { ...rest, ...(html === null ? { text } : { html }), attachments: files.map((file) => file.id) };
      await api('PUT /conversations/:id/draft', { params: { id }, body });
      dropUnkept(person, id, held.kind);
    } catch (error) {
      // It stays held, and is told of before anybody is signed out.
      if (!(error instanceof Problem)) throw error;
    }
};

/**
 * Signs out, wherever that was asked for: what was written goes to the server first, and nothing of anybody's mail stays on this device.
 * Where the server does not take some of it, nobody is signed out before they have said what is to become of it.
 */
export const leave = async (client: QueryClient, { person }: Me, then: () => void): Promise<void> => {
  const out = async (keep: boolean): Promise<void> => {
    let there: string | undefined;
    nowLeaving(true);
    try {
      there = (await api('POST /sign-out')).url;
    } catch (error) {
      nowLeaving(false);
      return tellProblem(error);
    }
    if (!keep) dropAllUnkept(person.id);
    forgetLeft();
    // A browser that keeps nothing here has nothing to forget.
    await forgetReading().catch(() => undefined);
    client.clear();
    nowLeaving(false); // nobody is here now who could be asked
    // At the company's provider one is signed out, too; it leads back.
    if (there) location.assign(there);
    else then();
  };
  await keepAll();
  await keepHeld(person.id);
  const count = (await unkeptOf(person.id)).length;
  if (count === 0) await out(false);
  else leaving.set({ count, out });
};
