import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from '../server/src/channels/email/parse/index.ts';
import { thread } from './adapters/threads.mjs';
import { idleOf } from './frame/load.ts';
import { mails } from './frame/mails.ts';
import { cpuOf, family, pssOf } from './frame/processes.ts';
import { missedOf, targets } from './targets.ts';

test('A figure beyond its target is missed, and so is one that was not measured', () => {
  assert.deepEqual(missedOf('start', { second_start_ms: 2900 }), []);
  assert.deepEqual(missedOf('start', { second_start_ms: 3100 }), ['second_start_ms']);
  assert.deepEqual(missedOf('start', {}), ['second_start_ms']);
  assert.deepEqual(
    missedOf('mail', {
      ...Object.fromEntries(Object.keys(targets.mail ?? {}).map((key) => [key, 100])),
      crashes: 0,
      spam_cpu_ms: 0.1,
    }),
    [],
  );
});

test('An unknown bench is told with the names there are, and 64', async () => {
  const child = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'run.ts'), 'flying']);
  let told = '';
  child.stderr.on('data', (data) => (told += data));
  const code = await new Promise((done) => child.on('close', done));
  assert.equal(code, 64);
  assert.match(told, /intake/);
});

test('Processor time and memory are those of a process and all that descend from it', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async () => {
  const busy = `require('child_process').spawn(process.execPath, ['-e', 'while (process.cpuUsage().user < 400_000); setTimeout(() => 0, 60000)']); setTimeout(() => 0, 60000)`;
  const child = spawn(process.execPath, ['-e', busy]);
  try {
    const pid = child.pid as number;
    for (const end = Date.now() + 20_000; (family(pid).length < 2 || cpuOf(pid) < 200) && Date.now() < end; )
      await new Promise((done) => setTimeout(done, 50));
    assert.equal(family(pid).length, 2);
    assert.ok(cpuOf(pid) >= 200, `${cpuOf(pid)} ms`);
    assert.ok(pssOf(pid).total > 20, `${pssOf(pid).total} MB`);
  } finally {
    for (const { pid } of family(child.pid as number).reverse()) process.kill(pid, 'SIGKILL');
  }
});

test('A desk that is at work is not taken for an idle one', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async () => {
  const child = spawn(process.execPath, ['-e', 'for (;;);']);
  try {
    await assert.rejects(idleOf(child.pid as number, 1, 1_500), /still at work 2 s after its start/);
  } finally {
    child.kill('SIGKILL');
  }
});

test('The mails of the intake bench are the same every time, 31 kB in the mean, and can be read', () => {
  const known = [{ from: 'a@b.example', name: 'Ada', subject: 'Dark', id: '1@b.example', answerId: '2@c.example' }];
  const [one, two] = [mails('test', 100, 'desk@c.example', known), mails('test', 100, 'desk@c.example', known)];
  assert.deepEqual(
    one.map(({ raw }) => raw.length),
    two.map(({ raw }) => raw.length),
  );
  const mean = one.reduce((sum, { raw }) => sum + raw.length, 0) / one.length;
  assert.ok(mean > 28_000 && mean < 34_000, `${mean} bytes`);
  assert.equal(one.filter(({ answers }) => answers !== null).length, 30);
  for (const { raw, from, subject, id } of one) {
    const read = parse(raw);
    assert.deepEqual([read.from?.address, read.subject, read.messageId, read.kind], [from, subject, id, 'message']);
  }
});

test('The threading adapter says which mails stand together, by what they name and never by their subject alone', async () => {
  const mail = (id: string, ...headers: string[]): Buffer =>
    Buffer.from(
      `Message-ID: <${id}@x.example>\nSubject: Lamp\n${headers.join('\n')}${headers.length ? '\n' : ''}\nbody\n`,
    );
  const groups = await thread([
    mail('one'),
    mail('two', 'References: <three@x.example>'),
    mail('three', 'In-Reply-To: <one@x.example>'),
    mail('alone'),
    Buffer.from('Subject: Re: Lamp\n\nbody\n'),
    mail('late', 'References: <alone@x.example> <nowhere@x.example>'),
  ]);
  const sorted = groups.map((group) => group.toSorted((a, b) => a - b)).toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  assert.deepEqual(sorted, [[1, 2, 3], [4, 6], [5]]);
});
