import { type ClipboardEvent, type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import { type Upload, upload } from '../api.ts';
import { t } from '../language/index.ts';
import { line } from '../live.ts';
import { isUnreachable, said } from '../problem.ts';
import { bytes } from '../ui/time.ts';

/** As the server has it; told before anything goes up. */
export const MOST_FILES = 50;
export const MOST_BYTES = 25_000_000;
const AT_ONCE = 3;

export type Going = {
  key: string;
  name: string;
  size: number;
  /** Why it is not there; it waits for another try. */
  failed: string | null;
  /** There was no connection: it goes up by itself when there is one again, as long as this page is open. */
  cut: boolean;
};
type Job = { file: File; key: string };
/** What is taken of what was chosen, and what is said of the rest. */
export const within = (
  files: readonly File[],
  count: number,
  whole: number,
): { taken: File[]; refused: string | null } => {
  const taken: File[] = [];
  const left: File[] = [];
  let sum = whole;
  for (const file of files)
    if (count + taken.length < MOST_FILES && sum + file.size <= MOST_BYTES) {
      taken.push(file);
      sum += file.size;
    } else left.push(file);
  if (left.length === 0) return { taken, refused: null };
  const names = left
    .slice(0, 3)
    .map((file) => file.name)
    .join(', ');
  const n = left.length;
  return {
    taken,
    refused:
      count + taken.length >= MOST_FILES
        ? t(
            '{most} files can go in one message. {n, plural, one {Not attached: {names}.} other {# were not attached: {names} …}}',
            {
              most: MOST_FILES,
              n,
              names,
            },
          )
        : t(
            'The files of one message may come to {size}. {n, plural, one {Not attached: {names}.} other {# were not attached: {names} …}}',
            {
              size: bytes(MOST_BYTES),
              n,
              names,
            },
          ),
  };
};

/**
 * Files by picker, paste and drop; they go up at once, a few at a time, so that sending doesn't wait for them. One that doesn't arrive
 * stays in sight until it does or is taken out.
 */
export const useFiles = (add: (file: Upload, key: string) => void, held: readonly { size: number }[] = []) => {
  const [going, setGoing] = useState<Going[]>([]);
  const goingNow = useRef(going);
  goingNow.current = going;
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const waiting = useRef<Job[]>([]);
  const jobs = useRef(new Map<string, Job>());
  const running = useRef(0);
  const latest = useRef({ add, held });
  latest.current = { add, held };

  const next = useCallback(() => {
    while (running.current < AT_ONCE) {
      const job = waiting.current.shift();
      if (!job) return;
      running.current++;
      upload(job.file)
        .then(
          (file) => {
            if (jobs.current.delete(job.key)) latest.current.add(file, job.key);
            setGoing((g) => g.filter((one) => one.key !== job.key));
          },
          (error: unknown) =>
            setGoing((g) =>
              g.map((one) => (one.key === job.key ? { ...one, failed: said(error), cut: isUnreachable(error) } : one)),
            ),
        )
        .finally(() => {
          running.current--;
          next();
        });
    }
  }, []);
  const begin = useCallback(
    (added: Job[]) => {
      for (const job of added) jobs.current.set(job.key, job);
      waiting.current.push(...added);
      setGoing((g) => [
        ...g,
        ...added.map(({ file, key }) => ({
          key,
          name: file.name || t('Picture'),
          size: file.size,
          failed: null,
          cut: false,
        })),
      ]);
      next();
    },
    [next],
  );
  const again = useCallback(
    (key: string) => {
      const job = jobs.current.get(key);
      if (!job) return;
      setGoing((g) => g.map((one) => (one.key === key ? { ...one, failed: null, cut: false } : one)));
      waiting.current.push(job);
      next();
    },
    [next],
  );
  const cut = going.some((one) => one.cut);
  useEffect(() => {
    if (!cut) return;
    const back = () => {
      if (navigator.onLine) for (const one of goingNow.current) if (one.cut) again(one.key);
    };
    const up = () => {
      if (line.get() === 'open') back();
    };
    addEventListener('online', back);
    const stop = line.watch(up);
    return () => {
      removeEventListener('online', back);
      stop();
    };
  }, [cut, again]);
  const room = () => {
    const up = [...jobs.current.values()];
    const there = latest.current.held;
    return {
      count: up.length + there.length,
      whole: up.reduce((sum, job) => sum + job.file.size, 0) + there.reduce((sum, file) => sum + file.size, 0),
    };
  };
  /** By their keys, those that go up. */
  const take = (files: readonly File[]): string[] => {
    const { count, whole } = room();
    const { taken, refused: words } = within(files, count, whole);
    setRefused(words);
    const added = taken.map((file) => ({ file, key: crypto.randomUUID() }));
    begin(added);
    return added.map((job) => job.key);
  };
  const holds = (e: DragEvent) => e.dataTransfer.types.includes('Files');
  return {
    going,
    over,
    refused,
    allow: () => setRefused(null),
    take,
    /** Files that have their place already; false for one that is too large to go. */
    takeAs: (files: readonly Job[]): string[] => {
      const { count, whole } = room();
      const { taken, refused: words } = within(
        files.map((job) => job.file),
        count,
        whole,
      );
      setRefused(words);
      begin(files.filter((job) => taken.includes(job.file)));
      return files.filter((job) => !taken.includes(job.file)).map((job) => job.key);
    },
    again,
    drop: (key: string) => {
      jobs.current.delete(key);
      waiting.current = waiting.current.filter((job) => job.key !== key);
      setGoing((g) => g.filter((one) => one.key !== key));
    },
    /** From a file input, which is emptied so that the same file can be chosen again. */
    pick: (input: HTMLInputElement) => {
      take(Array.from(input.files ?? []));
      input.value = '';
    },
    on: {
      onPaste: (e: ClipboardEvent) => {
        if (e.defaultPrevented || e.clipboardData.files.length === 0) return;
        e.preventDefault();
        take(Array.from(e.clipboardData.files));
      },
      onDragOver: (e: DragEvent) => {
        if (!holds(e)) return;
        e.preventDefault();
        setOver(true);
      },
      onDragLeave: (e: DragEvent) => {
        if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (e: DragEvent) => {
        if (!holds(e)) return;
        setOver(false);
        // What was dropped into the text has found its place there.
        if (e.defaultPrevented) return;
        e.preventDefault();
        take(Array.from(e.dataTransfer.files));
      },
    },
  };
};
