import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFleet } from './fleet.ts';
import { smtpSink } from './mail.ts';
import { until } from './real.ts';
import { replaceEach } from './replace-each.ts';

test('O08: twenty-one processes are asked to go under load, and no request fails and no line breaks', {
  timeout: 900_000,
}, async (t) => {
  const sink = await smtpSink();
  const fleet = await makeFleet({ smtp: sink });
  try {
    const members = await Promise.all([fleet.start('serve'), fleet.start('serve'), fleet.start('work')]);
    await until(() => fleet.front.ready().length === 2, 20_000);
    const got = await replaceEach(fleet, members, 7);
    t.diagnostic(got.said);
    assert.deepEqual(got.failed, []);
    assert.deepEqual(got.wrong, []);
  } finally {
    await fleet.end();
    await sink.stop();
  }
});
