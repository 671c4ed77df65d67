import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read } from './read.ts';
import { recent } from './recent.ts';

const mail = (files: number): Buffer =>
  Buffer.from(
    [
      'From: a@b.example\r\nSubject: Pictures\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n',
      ...Array.from({ length: files }, (_, n) => `--x\r\nContent-Type: image/png; name="${n}.png"\r\n\r\npicture ${n}`),
      '--x--\r\n',
    ].join('\r\n'),
  );

test('A mail of many pictures is parsed once, also when all are asked for at once; what is kept of mails is bounded', async () => {
  let times = 0;
  const of = recent(async (raws) => {
    times++;
    return read(raws);
  }, 30);
  const all = await Promise.all(Array.from({ length: 20 }, () => of('one', mail(20))));
  assert.equal(times, 1);
  assert.equal(all[0]?.length, 20);
  await of('two', mail(8));
  await of('one', mail(20));
  assert.equal(times, 2, 'both are still known');
  await of('three', mail(5));
  await of('one', mail(20));
  assert.equal(times, 3, 'the one asked for last stayed');
  await of('two', mail(8));
  assert.equal(times, 4, 'the one nobody asked for went');
});
