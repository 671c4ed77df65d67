import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import nodemailer from 'nodemailer';
import { sql } from '../../src/base/db.ts';
import { makeFleet, openTab, type Tab } from '../fleet.ts';
import { freePort, letter } from '../mail.ts';
import { until } from '../real.ts';

const MAILS = Number(process.env.MAILS ?? 10_000);
const SOCKETS = 1_000;
const LAST = 'Does everyone hear this?';
// Each mail is told to each tab two or three times over; kept, thirty million frames are no trial of the server.
const worthALook = (text: string): boolean => /^\{"type":"(hello|reset|reconnect)"/.test(text) || text.includes(LAST);

test(`O05: ${MAILS} mails come at once while ${SOCKETS} tabs are open: each is here once, every tab lives, memory stays bounded`, {
  timeout: 1_200_000,
}, async (t) => {
  const fleet = await makeFleet();
  const tabs: Tab[] = [];
  try {
    const port = await freePort();
    const member = await fleet.start('serve,work', { SMTP_LISTEN: `127.0.0.1:${port}` });
    const peak = (): number =>
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${member.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    const base = `http://127.0.0.1:${member.port}`;
    for (let n = 0; n < SOCKETS; n += 20) {
      // A session has a hundred sockets at most.
      const cookie = await fleet.session();
      const open = () => openTab(base, fleet.front.url, cookie, undefined, worthALook);
      tabs.push(...(await Promise.all(Array.from({ length: 20 }, open))));
    }
    const before = peak();
    const began = Date.now();
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port,
      ignoreTLS: true,
      pool: true,
      maxConnections: 8,
      maxMessages: Number.POSITIVE_INFINITY,
    });
    let next = 0;
    let again = 0;
    const sender = async (): Promise<void> => {
      for (let n = next++; n < MAILS; n = next++) {
        const raw = letter({ id: `burst-${n}@example.org`, subject: `Burst ${n}`, to: 'support@fleet.example' });
        const envelope = { from: `c${n}@example.org`, to: ['support@fleet.example'] };
        // As a mail server does: what is asked to wait comes again.
        while (
          !(await transport.sendMail({ envelope, raw }).then(
            () => true,
            () => false,
          ))
        )
          again++;
      }
    };
    const asked: number[] = [];
    let going = true;
    const asking = (async () => {
      while (going) {
        const from = Date.now();
        const { status } = await fleet.ask('GET', '/conversations?view=all&limit=50', undefined, { at: member });
        assert.equal(status, 200);
        asked.push(Date.now() - from);
        await new Promise((done) => setTimeout(done, 200));
      }
    })();
    await Promise.all(Array.from({ length: 8 }, sender));
    transport.close();
    const count = async (): Promise<number> =>
      (
        await fleet.hearten.db.read<{ n: number }>(
          fleet.workspaceId,
          sql`select count(*)::int as n from message where workspace_id = ${fleet.workspaceId} and type = 'in'`,
        )
      )[0]?.n ?? 0;
    await until(async () => (await count()) >= MAILS, 120_000, member.log);
    const took = Date.now() - began;
    going = false;
    await asking;
    // One more thing happens, and everyone hears of it.
    const [one] = await fleet.hearten.db.read<{ id: string }>(
      fleet.workspaceId,
      sql`select id from conversation where workspace_id = ${fleet.workspaceId} limit 1`,
    );
    const note = { text: LAST };
    assert.equal((await fleet.ask('POST', `/conversations/${one?.id}/notes`, note, { at: member })).status, 201);
    const hears = (tab: Tab): boolean =>
      tab.frames.some(({ frame }) => frame.type === 'change' && JSON.stringify(frame.items).includes(note.text));
    await until(() => tabs.every(hears), 60_000, member.log);
    asked.sort((a, b) => a - b);
    const p95 = asked[Math.floor(asked.length * 0.95)] as number;
    t.diagnostic(
      `${MAILS} mails in ${Math.round(took / 1000)} s, ${again} asked to wait; ${Math.round(before)} MB with ${SOCKETS} tabs, ${Math.round(peak())} MB at most; a list meanwhile ${p95} ms (p95); ${tabs.reduce((sum, tab) => sum + tab.broken(), 0)} lines broke`,
    );
    assert.equal(await count(), MAILS);
    assert.ok(peak() - before <= 300, `${Math.round(peak() - before)} MB more`);
  } finally {
    for (const tab of tabs) tab.close();
    await fleet.end();
  }
});
