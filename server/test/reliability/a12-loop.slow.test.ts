import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type ChaosProxy, chaosProxy } from '../chaos-proxy.ts';
import { letter } from '../mail.ts';
import { conversationsOf, deliverTo, type Real, realHearten, until } from '../real.ts';

const ends: (() => Promise<unknown>)[] = [];
type Side = Real & { address: string; toThis: ChaosProxy };
const deskOf = (side: Side): string => side.address.replace('support', 'desk');
let ours: Side;
let theirs: Side;
/** Two desks that acknowledge, each sending all its mail to the other. */
before(async () => {
  const [one, two] = [await realHearten(), await realHearten()];
  ends.push(one.stop, two.stop);
  const [toOne, toTwo] = [await chaosProxy(one.smtp), await chaosProxy(two.smtp)];
  ends.push(toOne.stop, toTwo.stop);
  ours = { ...one, address: 'support@ours.example', toThis: toOne };
  theirs = { ...two, address: 'support@theirs.example', toThis: toTwo };
  for (const [side, other] of [
    [ours, theirs],
    [theirs, ours],
  ] as const) {
    const smtp = { host: '127.0.0.1', port: other.toThis.port, security: 'none', user: '' };
    const made = await side.ask('POST', '/inboxes', {
      name: 'Support',
      address: side.address,
      settings: { smtp, acknowledge: true },
    });
    assert.equal(made.status, 201, made.text);
    const desk = { name: 'Desk', address: deskOf(side), settings: { smtp, acknowledge: true } };
    assert.equal((await side.ask('POST', '/inboxes', desk)).status, 201);
  }
});
after(async () => {
  for (const end of ends.reverse()) await end();
});
const messagesOf = async (side: Side): Promise<{ all: number; open: number }> => {
  const list = await conversationsOf(side);
  return {
    all: list.reduce((sum, one) => sum + one.messageCount, 0),
    open: list.filter((one) => one.status === 'open').length,
  };
};
/** A person writes to a side and is acknowledged: everything that came before has been reacted to by then. */
let people = 0;
async function isDone(side: Side): Promise<void> {
  const subject = `Person ${++people}`;
  await deliverTo(
    side.smtp,
    letter({ from: `person${people}@example.org`, to: side.address, subject }),
    `person${people}@example.org`,
    side.address,
  );
  await until(
    async () => (await conversationsOf(side)).some((one) => one.subject === subject && one.messageCount === 2),
    60_000,
    side.log,
  );
}

it('A12: two desks that acknowledge each other’s mail stop after one acknowledgement', async () => {
  await deliverTo(
    ours.smtp,
    letter({ from: theirs.address, to: ours.address, subject: 'Round' }),
    theirs.address,
    ours.address,
  );
  await until(async () => (await messagesOf(theirs)).all === 1, 60_000, theirs.log);
  await isDone(theirs);
  await isDone(ours);
  assert.equal((await messagesOf(theirs)).all, 1 + 2, 'the acknowledgement was stored and not answered');
  assert.equal((await messagesOf(ours)).all, 2 + 2);
});

it('A12: also when a server on the way takes away everything that says it was automatic', async () => {
  const [ourBefore, theirBefore] = [(await messagesOf(ours)).all, (await messagesOf(theirs)).all];
  for (const [side, other] of [
    [ours, theirs],
    [theirs, ours],
  ] as const)
    side.toThis.up = {
      kind: 'rewrite',
      change: (text) =>
        text
          .replace(/^MAIL FROM:<>/gm, `MAIL FROM:<${deskOf(other)}>`)
          .replace(/^From: .*$/gm, `From: <${deskOf(other)}>`)
          .replace(/^(Auto-Submitted|Precedence|X-Auto[\w-]*|In-Reply-To|References): .*\r\n/gim, ''),
    };
  await deliverTo(
    ours.smtp,
    letter({ from: deskOf(theirs), to: ours.address, subject: 'Round two' }),
    deskOf(theirs),
    ours.address,
  );
  await until(async () => (await messagesOf(theirs)).all > theirBefore, 60_000, theirs.log);
  for (const side of [theirs, ours, theirs, ours]) await isDone(side);
  const more = (await messagesOf(ours)).all - ourBefore + (await messagesOf(theirs)).all - theirBefore - 2 * 4;
  assert.ok(more <= 6, `${more} mails went round`);
});

it('A12: absences and other machines are stored, answered by nobody, and open nothing again', async () => {
  ours.toThis.up = undefined;
  const before = (await messagesOf(ours)).all;
  const machines = [
    ['Auto-Submitted: auto-replied', 'Out of office'],
    ['Auto-Submitted: auto-generated', 'Nightly report'],
    ['X-Autoreply: yes', 'Abwesenheit'],
    ['X-Auto-Response-Suppress: All', 'Automatic reply: away'],
    ['Precedence: bulk', 'News'],
    ['List-Id: <news.example.org>', 'News again'],
    ['X-Autorespond: yes', 'Absence du bureau'],
  ] as const;
  for (const [i, [header, subject]] of machines.entries()) {
    const from = `machine${i}@example.org`;
    await deliverTo(ours.smtp, letter({ from, to: ours.address, subject, headers: [header] }), from, ours.address);
  }
  await isDone(ours);
  assert.equal((await messagesOf(ours)).all - before, machines.length + 2, 'not one was answered');
});
