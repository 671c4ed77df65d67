import { parentPort, workerData } from 'node:worker_threads';
import { parse } from './parse.ts';
import { Unreadable } from './types.ts';
import type { Outcome } from './worker.ts';

/**
 * Runs inside the worker. `position` is shared memory: it always names the mail being parsed, so the outside knows
 * whom to blame when this thread has to be killed in the middle of one.
 */
const { position } = workerData as { position: Int32Array };

parentPort?.on('message', (batch: { bytes: Uint8Array; lengths: number[] }) => {
  const outcomes: Outcome[] = [];
  let offset = 0;
  for (const [index, length] of batch.lengths.entries()) {
    Atomics.store(position, 0, index);
    outcomes.push(outcomeOf(Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + offset, length)));
    offset += length;
  }
  parentPort?.postMessage(outcomes);
});

function outcomeOf(raw: Buffer): Outcome {
  try {
    return { mail: parse(raw) };
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error.reason, message: error.message };
    return { reason: 'crashed', message: `The parser failed on this mail: ${String(error)}` };
  }
}
