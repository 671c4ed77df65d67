import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { run } from './command.ts';
import { mailOf } from './fixtures/write.ts';
import { parse } from './parse.ts';
import { mailWorker } from './worker.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A stand-in for the parser that misbehaves on mails that say so. */
const misbehaving = `
import { parentPort, workerData } from 'node:worker_threads';
parentPort.on('message', (batch) => {
  const out = [];
  let offset = 0;
  batch.lengths.forEach((length, index) => {
    Atomics.store(workerData.position, 0, index);
    const text = Buffer.from(batch.bytes.buffer, offset, length).toString();
    offset += length;
    if (text.includes('spin')) for (;;) ;
    if (text.includes('die')) process.exit(3);
    if (text.includes('eat')) { const all = []; for (;;) all.push(new Array(1e5).fill({ a: text })); }
    out.push({ mail: { text } });
  });
  parentPort.postMessage(out);
});`;

describe('mails are parsed apart', () => {
  it('with the same outcome as in the process, in the order they came', async () => {
    const worker = mailWorker();
    const mails = Array.from({ length: 120 }, (_, i) => mailOf(`mail ${i}`));
    const outcomes = await worker.parse([...mails, Buffer.alloc(0)]);
    assert.deepEqual(
      outcomes.slice(0, -1),
      mails.map((raw) => ({ mail: parse(raw) })),
    );
    assert.deepEqual(outcomes.at(-1), { reason: 'empty', message: 'The mail is empty: not a single byte arrived.' });
    await worker.stop();
  });

  it('one that never ends, one that crashes and one that eats memory are blamed alone', async () => {
    const script = join(folder, 'misbehaving.mjs');
    await writeFile(script, misbehaving);
    const worker = mailWorker({ script: pathToFileURL(script), wallMs: 1_500, memoryMb: 64 });
    const outcomes = await worker.parse(
      ['one', 'spin', 'two', 'die', 'three', 'eat', 'four'].map((t) => Buffer.from(t)),
    );
    const told = outcomes.map((o) => ('mail' in o ? o.mail.text : o.reason));
    assert.deepEqual(told, ['one', 'too-slow', 'two', 'crashed', 'three', 'too-slow', 'four']);
    assert.deepEqual(await worker.parse([Buffer.from('again')]), [{ mail: { text: 'again' } }]);
    await worker.stop();
  });

  it('processor time is limited as well as the clock', async () => {
    const script = join(folder, 'misbehaving.mjs');
    await writeFile(script, misbehaving);
    const worker = mailWorker({ script: pathToFileURL(script), wallMs: 60_000, cpuMs: 400 });
    const [spin, fine] = await worker.parse([Buffer.from('spin'), Buffer.from('fine')]);
    assert.equal(spin && 'reason' in spin && spin.reason, 'too-slow');
    assert.ok(fine && 'mail' in fine);
    await worker.stop();
  });
});

describe('hearten parse', () => {
  const call = async (args: string[], input = ''): Promise<{ code: number; out: string }> => {
    const stdin = new PassThrough();
    stdin.end(input);
    const stdout = new PassThrough();
    const chunks: Buffer[] = [];
    stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const code = await run(args, stdin, stdout);
    return { code, out: Buffer.concat(chunks).toString() };
  };

  it('prints what one mail says', async () => {
    const { code, out } = await call([], mailOf('hello').toString());
    assert.equal(code, 0);
    const mail = JSON.parse(out);
    assert.deepEqual([mail.kind, mail.replyText, mail.from.address], ['message', 'hello', 'anna@kunde.example']);
  });

  it('prints a line per file of a directory, also for what cannot be read', async () => {
    const directory = await mkdtemp(join(folder, 'mails-'));
    await writeFile(join(directory, 'a.eml'), mailOf('one'));
    await writeFile(join(directory, 'b.eml'), '');
    const { code, out } = await call([directory]);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(code, 1);
    assert.deepEqual(
      lines.map((l) => [l.file, l.replyText ?? l.reason]),
      [
        ['a.eml', 'one'],
        ['b.eml', 'empty'],
      ],
    );
  });

  it('explains itself', async () => {
    assert.equal((await call(['--help'])).code, 0);
    assert.equal((await call(['--nonsense'])).code, 2);
    assert.equal((await call([join(folder, 'missing')])).code, 2);
  });
});
