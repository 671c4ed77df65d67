import { test } from 'node:test';
import { smtpSink } from '../mail.ts';
import { sendingDesk } from '../sending-desk.ts';
import { chaos, leak } from './sending.ts';

test('B08: of a thousand notes, mentions and drafts not a word leaves with a thousand answers', async () => {
  const [w, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  try {
    await w.smtp(w.desk, sink.port, { quoteHistory: true });
    await w.work();
    await leak(w, sink, 1000);
  } finally {
    await sink.stop();
    await w.end();
  }
});

const seeds = process.env.SEED ? [Number(process.env.SEED)] : [1, 2, 3, 4, 5];
for (const seed of seeds)
  test(`B01 B02: over lines that break anywhere each of 300 answers arrives once, or is said to be unknown (seed ${seed})`, async (t) => {
    const [w, sink] = await Promise.all([sendingDesk(), smtpSink()]);
    try {
      await w.work();
      t.diagnostic(JSON.stringify(await chaos(w, sink, 300, seed, 250)));
    } finally {
      await sink.stop();
      await w.end();
    }
  });
