import type { ConversationRow } from '@hearten/contract';
import { api } from '../api.ts';
import { isUnreachable, Problem } from '../problem.ts';
import { type keepReading, keptThread } from './kept.ts';

const gap = 200;
const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Brings the newest 200 conversations to this device: two lists, then only the threads that are missing or have changed, one after the
 * other with a rest between them, while the tab is looked at and the reader doesn't save data.
 */
export const sweep = (keeping: ReturnType<typeof keepReading>): (() => void) => {
  let over = false;
  const run = async (): Promise<void> => {
    const saving = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
    if (saving) return;
    const first = await api('GET /conversations', { query: { view: 'all', limit: 100 } });
    const second = first.next
      ? await api('GET /conversations', { query: { view: 'all', limit: 100, cursor: first.next } })
      : { items: [] as ConversationRow[] };
    for (const row of await keeping.keepRows([...first.items, ...second.items])) {
      if (over || !navigator.onLine) return;
      const had = await keptThread(row.id);
      if (had && had.conversation.version >= row.version) continue;
      while (document.visibilityState !== 'visible' && !over) await rest(2000);
      if (over) return;
      try {
        await keeping.keepThread(await api('GET /conversations/:id', { params: { id: row.id } }));
      } catch (error) {
        // Gone, or not ours any more: the next one. Everything else may pass, and the next sweep finds it.
        if (!(error instanceof Problem) || error.status !== 404) throw error;
      }
      await rest(gap);
    }
  };
  const quietly = (): void =>
    void run().catch((error: unknown) => {
      if (!isUnreachable(error) && !(error instanceof Problem))
        console.warn('Nothing more is kept on this device.', error);
    });
  const begin = setTimeout(quietly, 4000);
  const again = setInterval(quietly, 15 * 60_000);
  return () => {
    over = true;
    clearTimeout(begin);
    clearInterval(again);
  };
};
