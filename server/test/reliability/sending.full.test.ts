import { test } from 'node:test';
import { smtpSink } from '../mail.ts';
import { sendingDesk } from '../sending-desk.ts';
import { leak } from './sending.ts';

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
