import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Message, Opened } from '@hearten/contract';
import { isRefusedAs } from '../../src/base/errors.ts';
import { deliver } from '../../src/conversations/deliver.ts';
import { openConversation } from '../../src/conversations/open.ts';
import { reply } from '../../src/conversations/reply.ts';
import { undo } from '../../src/conversations/undo.ts';
import { type Desk, desk, keepingChannel } from '../desk.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('B10: two people answer at once: nothing is lost, what is stored stands in order, and who did not see the other’s is stopped with it', async () => {
  const channel = keepingChannel(0);
  let [stored, stopped, taken] = [0, 0, 0];
  for (let round = 0; round < 25; round++) {
    const [one] = await w.receive({});
    const id = one?.conversationId as string;
    const open = async () => JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json) as Opened;
    const answer = async (who: 'lead' | 'manager', anyway: boolean): Promise<Message | 'stopped'> => {
      const body = { text: `Answer of the ${who} ${round}`, sawUpTo: one?.id as string, sendAnyway: anyway };
      try {
        return (
          JSON.parse((await w.tx((t) => reply(t, () => channel, w.people[who], id, body))).json) as { message: Message }
        ).message;
      } catch (error) {
        assert.ok(isRefusedAs(error, 'conflict'), String(error));
        const shown = (error as { detail: { extra?: { message?: Message } } }).detail.extra?.message;
        assert.match(shown?.text ?? '', /Answer of the/, 'the other’s answer is shown with the stop');
        return 'stopped';
      }
    };
    const both = await Promise.all([answer('lead', round % 3 === 0), answer('manager', round % 3 === 0)]);
    const kept = both.filter((m): m is Message => m !== 'stopped');
    stopped += both.length - kept.length;
    assert.ok(kept.length >= 1);
    // A race between taking back and leaving: one of the two happens, never both, never neither.
    const [first] = kept;
    if (first && round % 2 === 0) {
      const [back] = await Promise.allSettled([
        w.tx((t) => undo(t, w.people.lead, first.id)),
        deliver(w.hearten, () => channel, w.workspaceId, first.id),
      ]);
      const sent = channel.sent.some((m) => m.id === first.id);
      assert.equal(sent, back.status === 'rejected');
      if (!sent) taken++;
    }
    const { items, draft } = await open();
    const ours = items.filter((i): i is Message => i.type === 'out');
    const gone = kept.length - ours.length;
    assert.ok(gone === 0 || draft !== null, 'what was taken back is a draft');
    assert.deepEqual(
      ours.map((m) => m.at),
      [...ours].map((m) => m.at).sort(),
    );
    assert.equal(new Set(ours.map((m) => m.at)).size, ours.length);
    stored += ours.length;
  }
  assert.ok(stored > 20 && stopped > 0, JSON.stringify({ stored, stopped, taken }));
});
