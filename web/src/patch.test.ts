import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationRow } from '@hearten/contract';
import fc from 'fast-check';
import { patchPages } from './live.ts';
import { before, belongs, type Listing, patch, patchList, patchListing, patchOpened } from './patch.ts';
import { change, message, opened, row } from './testing.ts';

const me = '00000000-0000-7000-8000-0000000000e1';
const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const at = (n: number) => `2026-11-01T08:${String(n).padStart(2, '0')}:00+00:00`;
const listing = (items: ConversationRow[], next: string | null = null): Listing => ({
  asked: { view: 'open' },
  items,
  next,
});

test('a new conversation appears at the top of the list', () => {
  const list = patchListing(listing([row({ id: id(1), lastAt: at(1) })]), row({ id: id(2), lastAt: at(2) }), me);
  assert.deepEqual(
    list.items.map((i) => i.id),
    [id(2), id(1)],
  );
});

test('a conversation that no longer fits the view leaves the list', () => {
  const list = patchListing(listing([row({ id: id(1) })]), row({ id: id(1), status: 'resolved', version: 2 }), me);
  assert.deepEqual(list.items, []);
});

test('an older state never overwrites a newer one', () => {
  const newer = row({ id: id(1), version: 5, subject: 'new' });
  const list = listing([newer]);
  assert.equal(patchListing(list, row({ id: id(1), version: 4, subject: 'old' }), me), list);
});

test('a late frame does not bring back what a newer one took out', () => {
  const screen = { me, lists: [listing([row({ id: id(1) })])], opened: [], versions: {} };
  const resolved = patch(screen, change(row({ id: id(1), status: 'resolved', version: 3 })));
  const late = patch(resolved, change(row({ id: id(1), status: 'open', version: 2 })));
  assert.deepEqual(late.lists[0]?.items, []);
});

test('what belongs below the loaded part is left for the next page', () => {
  const list = listing([row({ id: id(5), lastAt: at(9) })], 'more');
  assert.equal(patchListing(list, row({ id: id(1), lastAt: at(2) }), me).items.length, 1);
});

test('microseconds decide the order as they do on the server', () => {
  const [a, b] = [
    row({ id: id(1), lastAt: '2026-11-01T08:00:00.123457+00:00' }),
    row({ id: id(2), lastAt: '2026-11-01T08:00:00.123456+00:00' }),
  ];
  assert.ok(before(a, b));
  assert.ok(!before(b, a));
});

test('a merged conversation stands in no list', () => {
  assert.equal(belongs({ view: 'all' }, row({ mergedInto: id(9) }), me), false);
});

test('Mine holds only what is open and assigned to me', () => {
  assert.ok(belongs({ view: 'mine' }, row({ assigneeId: me }), me));
  assert.ok(!belongs({ view: 'mine' }, row({ assigneeId: me, status: 'waiting' }), me));
  assert.ok(!belongs({ view: 'mine' }, row({ assigneeId: id(8) }), me));
});

test('a message is drawn once, in its place, and replaced when its send state changes', () => {
  const one = opened({ items: [message({ id: id(101), at: at(1) }), message({ id: id(103), at: at(3) })] });
  const reply = message({ id: id(102), at: at(2), type: 'out', state: 'queued' });
  const two = patchOpened(one, change(row({ version: 2 }), { items: [reply] }), me);
  const three = patchOpened(two, change(row({ version: 3 }), { items: [{ ...reply, state: 'sent', version: 2 }] }), me);
  assert.deepEqual(
    three.items.map((i) => i.id),
    [id(101), id(102), id(103)],
  );
  assert.equal(three.items[1]?.type === 'out' && three.items[1].state, 'sent');
  const late = patchOpened(three, change(row({ version: 3 }), { items: [reply] }), me);
  assert.equal(late.items[1]?.type === 'out' && late.items[1].state, 'sent');
});

test('a reply that is taken back disappears', () => {
  const one = opened({ items: [message(), message({ id: id(102), type: 'out', state: 'queued' })] });
  assert.equal(patchOpened(one, change(row({ version: 2 }), { gone: [id(102)] }), me).items.length, 1);
});

test('when my reply is sent, my draft is gone on every tab of mine', () => {
  const draft = {
    kind: 'reply' as const,
    text: 'Hello',
    html: null,
    to: null,
    cc: [],
    bcc: [],
    inboxId: null,
    attachments: [],
    updatedAt: at(1),
  };
  const mine = change(row({ version: 2 }), {
    event: 'message.replied',
    items: [message({ id: id(102), type: 'out', authorId: me })],
  });
  assert.equal(patchOpened(opened({ draft }), mine, me).draft, null);
  assert.deepEqual(patchOpened(opened({ draft }), mine, id(7)).draft, draft);
  const noteDraft = { ...draft, kind: 'note' as const };
  assert.deepEqual(patchOpened(opened({ draft, noteDraft }), mine, me).noteDraft, noteDraft);
  const noted = patchOpened(opened({ draft, noteDraft }), { ...mine, event: 'message.noted' }, me);
  assert.deepEqual([noted.draft, noted.noteDraft], [draft, null]);
});

test('a colleague’s draft is shown, mine is not told to me', () => {
  const theirs = patchOpened(
    opened(),
    { type: 'draft', conversationId: row().id, personId: id(7), updatedAt: at(1) },
    me,
  );
  assert.equal(theirs.drafts.length, 1);
  assert.equal(
    patchOpened(theirs, { type: 'draft', conversationId: row().id, personId: id(7), updatedAt: null }, me).drafts
      .length,
    0,
  );
  assert.equal(
    patchOpened(opened(), { type: 'draft', conversationId: row().id, personId: me, updatedAt: at(1) }, me).drafts
      .length,
    0,
  );
});

test('the list says who has begun to write, me too', () => {
  const list: Listing = { asked: {}, items: [row({ drafts: [id(7)] })], next: null };
  const begun = { type: 'draft' as const, conversationId: row().id, personId: me, updatedAt: at(1) };
  const two = patchList(list, begun, me);
  assert.deepEqual(two.items[0]?.drafts, [me, id(7)].sort());
  assert.deepEqual(patchList(two, { ...begun, updatedAt: null }, me).items[0]?.drafts, [id(7)]);
  assert.deepEqual(patchOpened(opened(), begun, me).conversation.drafts, [me]);
});

test('another conversation of the same customer appears beside the open one', () => {
  const other = row({ id: id(2), number: 2, subject: 'Bulb', lastAt: at(5) });
  const beside = patchOpened(opened(), change(other), me).others;
  assert.deepEqual(
    beside.map((o) => o.number),
    [2],
  );
  assert.equal(
    patchOpened(opened(), change(row({ id: id(3), customer: { id: id(77), name: '', address: '' } })), me).others
      .length,
    0,
  );
});

const rows = fc.array(
  fc.record({
    n: fc.integer({ min: 1, max: 12 }),
    status: fc.constantFrom('open', 'waiting', 'resolved' as const),
    minute: fc.integer({ min: 0, max: 59 }),
  }),
  { maxLength: 60 },
);

test('in whatever order frames arrive, the list ends up as if it were loaded afresh', () => {
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.nat()), (changes, swaps) => {
      const versions = new Map<number, number>();
      const frames = changes.map(({ n, status, minute }) => {
        const version = (versions.get(n) ?? 0) + 1;
        versions.set(n, version);
        return change(
          row({ id: id(n), number: n, status: status as ConversationRow['status'], lastAt: at(minute), version }),
        );
      });
      const shuffled = frames
        .map((f) => ({ f, k: swaps.next().value as number }))
        .sort((a, b) => a.k - b.k)
        .map(({ f }) => f);
      const patched = shuffled.reduce(patch, { me, lists: [listing([])], opened: [], versions: {} });
      const last = new Map(frames.map((f) => [f.conversation.id, f.conversation]));
      const fresh = [...last.values()].filter((r) => r.status === 'open').sort((a, b) => (before(a, b) ? -1 : 1));
      assert.deepEqual(patched.lists[0]?.items, fresh);
    }),
  );
});

test('patched pages hold what the patched list holds, each row once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), (size, n, fits) => {
      const all = Array.from({ length: size }, (_, i) => row({ id: id(i + 1), number: i + 1, lastAt: at(59 - i) }));
      const cut = Math.ceil(size / 3);
      const pages = [all.slice(0, cut), all.slice(cut, cut * 2), all.slice(cut * 2)].map((items, i) => ({
        items,
        next: i === 2 ? null : `${i}`,
      }));
      const frame = change(row({ id: id(n), number: n, version: 2, lastAt: at(59), status: fits ? 'open' : 'closed' }));
      const data = patchPages({ view: 'open' }, { pages, pageParams: [null, '0', '1'] }, frame, me);
      assert.equal(data.pages.length, 3);
      assert.deepEqual(
        data.pages.flatMap((p) => p.items),
        patchListing(listing(all), frame.conversation, me).items,
      );
    }),
  );
});
