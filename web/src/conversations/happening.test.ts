import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Happening } from '@hearten/contract';
import { sentence } from './happening.ts';

const names = { person: (id: unknown) => (id === 'ana' ? 'Ana' : 'Mei'), team: () => 'Returns' };
const say = (name: string, data: Record<string, unknown> = {}, more: Partial<Happening> = {}) =>
  sentence(
    {
      type: 'event',
      id: '1',
      at: '2026-11-01T08:00:00Z',
      name: `conversation.${name}`,
      actorId: 'ana',
      actorKind: 'person',
      data,
      ...more,
    },
    names,
  )
    ?.map((p) => p.text)
    .join('') ?? null;

test('the timeline tells in words who took, gave and moved a conversation', () => {
  const before = { assigneeId: null, teamId: null };
  assert.equal(say('assigned', { assigneeId: 'ana', teamId: null, before }), 'Ana took this');
  assert.equal(say('assigned', { assigneeId: 'mei', teamId: null, before }), 'Ana assigned this to Mei');
  assert.equal(
    say('assigned', { assigneeId: null, teamId: 't', before: { assigneeId: 'ana', teamId: null } }),
    'Ana gave this back to everyone and moved this to Returns',
  );
});

test('the timeline tells what became of a conversation', () => {
  assert.equal(say('person', {}, { actorKind: 'customer' }), 'The visitor asked for a person');
  assert.equal(say('status', { status: 'resolved', before: 'open' }), 'Ana resolved this');
  assert.equal(say('status', { status: 'open', before: 'resolved' }), 'Ana reopened this');
  assert.equal(
    say('status', { status: 'closed', before: 'resolved', days: 21 }, { actorId: null, actorKind: 'system' }),
    'Closed after 21 quiet days',
  );
  const felt = (before: string | null) => say('felt', { compared: 'better', before }, { actorKind: 'customer' });
  assert.match(String(felt(null)), /feels better than before this happened/);
  assert.match(String(felt('worse')), /feels better/);
  assert.equal(felt('better'), null, 'a face was added to what they had said');
  assert.equal(say('woke', {}, { actorId: null, actorKind: 'system' }), 'Back from snooze');
  assert.equal(say('moved', { folder: 'spam' }), 'Ana marked this as spam');
});

test('tags, merges and changed facts are told with their names', () => {
  assert.equal(
    say('tagged', { added: ['returns'], removed: ['new'] }),
    'Ana tagged this returns and removed the tag new',
  );
  assert.equal(say('merged', { from: 'x', fromNumber: 12 }), 'Ana merged #12 into this');
  assert.equal(say('merged', { into: 'x', intoNumber: 13 }), 'Ana merged this into #13');
  assert.equal(
    say('changed', {
      subject: 'b',
      priority: 'high',
      category: null,
      before: { subject: 'b', priority: 'low', category: null },
    }),
    'Ana set the priority to high',
  );
});

test('what the timeline has no words for is left out, not shown raw', () => {
  assert.equal(say('something-new'), null);
});

test('the timeline tells of splits and of what follows, with the other’s number, in both', () => {
  assert.equal(say('split', { way: 'into', otherNumber: 13, messages: 2 }), 'Ana split 2 messages off into #13');
  assert.equal(say('split', { way: 'from', otherNumber: 12, messages: 2 }), 'Ana split this off #12');
  assert.equal(say('unsplit', { fromNumber: 13 }), 'Ana took the split into #13 back');
  assert.equal(say('linked', { why: 'follows', otherNumber: 12 }), 'Follows up #12, which was closed');
  assert.equal(say('linked', { why: 'followed', otherNumber: 14 }), 'The customer answered; it goes on in #14');
  assert.equal(say('linked', { why: 'maybe', otherNumber: 14 }), null);
});
