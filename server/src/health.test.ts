import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../test/desk.ts';
import { freePort } from '../test/mail.ts';
import { listenForHealth } from './health.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('A process that keeps nothing in a folder is ready without one; elsewhere the room there is looked at', async () => {
  const ask = async (DATA_DIR: string) => {
    const port = await freePort();
    const hearten = { ...w.hearten, config: { ...w.hearten.config, DATA_DIR } };
    const end = await listenForHealth(hearten, String(port), () => false);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
      return { code: answer.status, ...((await answer.json()) as { checks: Record<string, string> }) };
    } finally {
      await end();
    }
  };
  const { DATA_DIR } = w.hearten.config;
  assert.deepEqual((await ask(join(DATA_DIR, 'none'))).checks, { database: 'ok' });
  assert.equal((await ask(join(DATA_DIR, 'none'))).code, 200);
  assert.ok((await ask(DATA_DIR)).checks.disk);
});
