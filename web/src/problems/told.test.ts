import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContactRate } from '@hearten/contract';
import { told } from './told.ts';

type Finding = ContactRate['finding'];
const finding = (more: Partial<Finding>): Finding => ({
  ...{ verdict: 'unproven', weeksBefore: 20, weeksAfter: 52, over: true, reportersBefore: 90, reportersAfter: 70 },
  ...{ expected: 90, effect: null, own: null, others: null, inbox: null, ...more },
});
const fix = '2026-01-05';
const step = (state: 'fixed' | 'verified', why: Record<string, number> | null): ContactRate['life'][number] => ({
  ...{ state, at: '2026-03-01T00:00:00Z', byId: null, shippedOn: fix, why },
});
const nothing = /changed nothing/;

test('What was verified is said to be, by the figures it was verified with, when its weeks are counted no longer or an inbox is gone', () => {
  const life = [step('fixed', null), step('verified', { ratio: 0.2, low: 0.1, high: 0.4, weeks: 9 })];
  for (const verdict of ['too-short-before', 'channel-gone', 'no-denominator', 'no-control', 'unproven'] as const) {
    const words = told(finding({ verdict }), { state: 'verified', shippedOn: fix, life });
    assert.match(
      words,
      /^It was verified over 9 weeks since the fix, with 20% .*\(90 % interval: 10% to 40%\)/,
      verdict,
    );
    assert.doesNotMatch(words, nothing);
  }
  assert.equal(told(finding({}), { state: 'verified' }), 'It was verified, and stays so until it comes back.');
});

test('A fix that was not verified changed nothing only where nothing is measured: not where it fell or rose for sure', () => {
  const of = (more: Partial<Finding>, life: ContactRate['life'] = []): string =>
    told(finding(more), { state: 'fixed', shippedOn: fix, life });
  assert.match(of({ effect: { ratio: 0.9, low: 0.7, high: 1.1 } }), nothing);
  assert.match(of({ verdict: 'no-control' }), nothing);
  for (const effect of [
    { ratio: 0.8, low: 0.7, high: 0.9 },
    { ratio: 1.5, low: 1.2, high: 1.8 },
  ]) {
    const words = of({ effect });
    assert.doesNotMatch(words, nothing);
    assert.match(words, /^52 whole weeks since it are over/);
  }
  // Its weeks before the fix are gone by now: what was said when the year was over stands.
  const then = [step('fixed', null), step('fixed', { unproven: 1, ratio: 0.8, low: 0.7, high: 0.9, weeks: 52 })];
  const words = of({ verdict: 'too-short-before' }, then);
  assert.doesNotMatch(words, nothing);
  assert.match(words, /80% of what was to be expected/);
  assert.doesNotMatch(of({ over: false, verdict: 'too-early', weeksAfter: 2 }), nothing);
});
