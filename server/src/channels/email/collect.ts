import { arrive, type Fate } from './arrive.ts';
import type { Raw } from './incoming.ts';
import type { Room } from './room.ts';

const MOST = 50;
const MOST_BYTES = 24 * 1024 * 1024;
const WAIT = 2; // ms; mails that come in at the same moment share one disk write and one commit
const AT_ONCE = 2;

type Waiting = { raw: Raw; done: (fate: Fate) => void; failed: (error: unknown) => void };
type Line = { waiting: Waiting[]; running: number; timer: NodeJS.Timeout | null };
export type Collect = (workspaceId: string, raw: Raw) => Promise<Fate>;

/** Gathers mails that arrive one by one into batches: while one batch is being written, the next gathers by itself. */
export function collector(room: Room): Collect {
  const lines = new Map<string, Line>();
  const flush = (workspaceId: string, line: Line): void => {
    line.timer = null;
    while (line.running < AT_ONCE && line.waiting.length > 0) {
      let bytes = 0;
      let n = 0;
      for (const one of line.waiting) {
        if (n >= MOST || (n > 0 && bytes + one.raw.bytes.length > MOST_BYTES)) break;
        bytes += one.raw.bytes.length;
        n++;
      }
      const batch = line.waiting.splice(0, n);
      line.running++;
      arrive(
        room,
        workspaceId,
        batch.map((one) => one.raw),
      )
        .then(
          (fates) => {
            for (const one of batch) {
              const fate = fates.get(one.raw.id);
              if (fate) one.done(fate);
              else one.failed(new Error('A mail was left without an outcome.'));
            }
          },
          (error) => {
            for (const one of batch) one.failed(error);
          },
        )
        .finally(() => {
          line.running--;
          if (line.waiting.length > 0) flush(workspaceId, line);
          else if (line.running === 0 && !line.timer) lines.delete(workspaceId);
        });
    }
  };
  return (workspaceId, raw) =>
    new Promise((done, failed) => {
      const line = lines.get(workspaceId) ?? { waiting: [], running: 0, timer: null };
      lines.set(workspaceId, line);
      line.waiting.push({ raw, done, failed });
      if (line.waiting.length >= MOST) flush(workspaceId, line);
      else if (line.running === 0) line.timer ??= setTimeout(() => flush(workspaceId, line), WAIT);
    });
}
