import { rmSync } from 'node:fs';
import { seeded, start } from './frame/desk.ts';

/** From `npm start` to the line that says it is ready, when all is installed, built and migrated already. The middle of five. */
export async function measure(): Promise<Record<string, number>> {
  const folder = seeded(1);
  try {
    const times: number[] = [];
    for (let i = 0; i < 6; i++) {
      const desk = await start(folder);
      times.push(desk.readyMs);
      await desk.stop();
    }
    const [first = 0, ...later] = times;
    later.sort((a, b) => a - b);
    return { second_start_ms: later[2] ?? Number.NaN, slowest_ms: later.at(-1) ?? Number.NaN, first_ms: first };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
