import { Worker } from 'node:worker_threads';
import type { ParsedMail, Unreadable } from './types.ts';

/** What became of one mail: parsed, or why not, in words for a person. */
export type Outcome = { mail: ParsedMail } | { reason: Unreadable['reason']; message: string };

export type WorkerLimits = {
  /** Longest a single mail may take, by the clock and in processor time. */
  wallMs: number;
  cpuMs: number;
  memoryMb: number;
  /** The worker goes away after this long without work, so an idle desk stays small. */
  idleMs: number;
  /** What runs in the worker; tests put something else there. */
  script: URL;
};

export type MailWorker = { parse(mails: readonly Buffer[]): Promise<Outcome[]>; stop(): Promise<void> };

const BATCH_MAILS = 50;
const BATCH_BYTES = 16 * 1024 * 1024;
const WATCH_MS = 200;
/** The thread has not begun with the first mail yet; loading the parser is nobody's fault. */
const STARTING = -1;
const START_MS = 60_000;
const DEFAULTS: WorkerLimits = {
  wallMs: 10_000,
  cpuMs: 5_000,
  memoryMb: 384,
  idleMs: 60_000,
  script: new URL('./worker-thread.ts', import.meta.url),
};

type Running = { worker: Worker; position: Int32Array };

/** A parser in a thread of its own, started when first needed, killed when a mail takes too much, and started again. */
export function mailWorker(changes: Partial<WorkerLimits> = {}): MailWorker {
  const limits = { ...DEFAULTS, ...changes };
  let running: Running | null = null;
  let idle: NodeJS.Timeout | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  const stop = async (): Promise<void> => {
    if (idle) clearTimeout(idle);
    const old = running;
    running = null;
    await old?.worker.terminate();
  };
  const work = async (mails: readonly Buffer[]): Promise<Outcome[]> => {
    if (idle) clearTimeout(idle);
    const out: Outcome[] = [];
    for (let from = 0; from < mails.length; ) {
      const to = batchEnd(mails, from);
      out.push(...(await parseBatch(mails.slice(from, to))));
      from = to;
    }
    idle = setTimeout(() => void stop(), limits.idleMs);
    idle.unref();
    return out;
  };
  /** Whoever is killed or crashes the thread is blamed; the others of the batch are parsed again without it. */
  const parseBatch = async (mails: readonly Buffer[]): Promise<Outcome[]> => {
    const outcomes = new Map<number, Outcome>();
    let left = mails.map((_, i) => i);
    while (left.length > 0) {
      running ??= start(limits);
      const ended = await runOnce(
        running,
        left.map((i) => mails[i] ?? Buffer.alloc(0)),
        limits,
      );
      if (Array.isArray(ended)) {
        for (const [n, outcome] of ended.entries()) outcomes.set(left[n] ?? -1, outcome);
        break;
      }
      await stop();
      const culprit = left[ended.at] ?? left[0] ?? 0;
      outcomes.set(culprit, ended.blame);
      left = left.filter((i) => i !== culprit);
    }
    return mails.map((_, i) => outcomes.get(i) ?? { reason: 'crashed', message: 'The parser gave no answer.' });
  };
  return {
    parse(mails) {
      const result = queue.then(() => work(mails));
      queue = result.catch(() => undefined);
      return result;
    },
    stop,
  };
}

let shared: MailWorker | null = null;

/** Parses in the shared worker; the answers stand in the order of the mails. */
export function parseInWorker(mails: readonly Buffer[]): Promise<Outcome[]> {
  shared ??= mailWorker();
  return shared.parse(mails);
}

export async function stopWorker(): Promise<void> {
  await shared?.stop();
}

function batchEnd(mails: readonly Buffer[], from: number): number {
  let bytes = 0;
  let to = from;
  while (to < mails.length && to - from < BATCH_MAILS) {
    bytes += mails[to]?.length ?? 0;
    if (to > from && bytes > BATCH_BYTES) break;
    to++;
  }
  return to;
}

function start(limits: WorkerLimits): Running {
  const position = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(limits.script, {
    workerData: { position },
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 48, stackSizeMb: 4 },
  });
  worker.unref();
  return { worker, position };
}

type Ended = { at: number; blame: Outcome };

async function runOnce(running: Running, mails: readonly Buffer[], limits: WorkerLimits): Promise<Outcome[] | Ended> {
  const { worker, position } = running;
  Atomics.store(position, 0, STARTING);
  const bytes = new Uint8Array(mails.reduce((sum, m) => sum + m.length, 0));
  let offset = 0;
  for (const mail of mails) {
    bytes.set(mail, offset);
    offset += mail.length;
  }
  return new Promise((resolve) => {
    const blamed = (reason: Unreadable['reason'], message: string): void =>
      finish({ at: Atomics.load(position, 0), blame: { reason, message } });
    const onMessage = (outcomes: Outcome[]) => finish(outcomes);
    const onError = (error: Error & { code?: string }) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? blamed('too-slow', `Reading this mail took more than ${limits.memoryMb} MB of memory and was stopped.`)
        : blamed('crashed', `The parser failed on this mail: ${error.message}`);
    const onExit = () => blamed('crashed', 'The parser stopped while it read this mail.');
    const watch = watchTime(running, limits, (seconds) =>
      blamed('too-slow', `Reading this mail took longer than ${seconds} seconds and was stopped.`),
    );
    const finish = (ended: Outcome[] | Ended) => {
      clearInterval(watch);
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      resolve(ended);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage({ bytes, lengths: mails.map((m) => m.length) }, [bytes.buffer]);
  });
}

/** Calls `tooLong` when the same mail has been at it beyond its share of clock or processor. */
function watchTime(running: Running, limits: WorkerLimits, tooLong: (seconds: number) => void): NodeJS.Timeout {
  let at = STARTING;
  let since = Date.now();
  let cpuSince = 0;
  let cpuNow = 0;
  return setInterval(async () => {
    const now = Atomics.load(running.position, 0);
    if (now !== at) {
      at = now;
      since = Date.now();
      cpuSince = cpuNow;
    }
    const most = now === STARTING ? START_MS : limits.wallMs;
    if (Date.now() - since > most) tooLong(most / 1000);
    const usage = await cpuOf(running.worker);
    if (usage === null) return;
    cpuNow = usage;
    if (cpuSince === 0) cpuSince = usage;
    if (now === at && now !== STARTING && usage - cpuSince > limits.cpuMs) tooLong(limits.cpuMs / 1000);
  }, WATCH_MS);
}

/** Processor milliseconds of the thread; null where this Node can't tell or the thread is gone. */
async function cpuOf(worker: Worker): Promise<number | null> {
  if (typeof worker.cpuUsage !== 'function') return null;
  try {
    const usage = await worker.cpuUsage();
    return (usage.user + usage.system) / 1000;
  } catch {
    return null;
  }
}
