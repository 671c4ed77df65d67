import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Authentication } from '@hearten/contract';
import { message, opened } from '../testing.ts';
import { claimed, proofOf } from './proof.ts';
import { answerTo, leftOut } from './sending.ts';

const a = (more: Partial<Authentication>): Authentication => ({
  verdict: 'unverified',
  spf: null,
  dkim: 'none',
  dmarc: null,
  arc: null,
  domain: 'example.org',
  by: 'us',
  checking: false,
  claims: null,
  withheld: [],
  ...more,
});
const proof = (more: Partial<Authentication>) => proofOf(message({ authentication: a(more) }));

test('what is proven is shown without words, what is refuted with clear ones', () => {
  assert.equal(proofOf(message()), null);
  assert.deepEqual([proof({ verdict: 'verified' })?.tone, proof({ verdict: 'verified' })?.label], ['good', '']);
  assert.deepEqual([proof({ verdict: 'failed' })?.tone, proof({ verdict: 'failed' })?.label], ['bad', 'Not genuine']);
  assert.equal(proof({})?.label, 'Not verified');
  assert.equal(proof({ verdict: 'unknown', checking: true, dkim: null })?.label, 'Checking …');
  assert.match(proof({ verdict: 'unknown', dkim: 'temperror' })?.text ?? '', /no name server answered/);
  assert.deepEqual(proof({ verdict: 'verified', by: 'host', spf: 'fail', dkim: 'neutral', dmarc: 'pass' })?.how, [
    { outcome: 'fail', words: 'Sending server (SPF): failed' },
    { outcome: 'none', words: 'Signature (DKIM): none that counts' },
    { outcome: 'pass', words: 'Domain’s rules (DMARC): passed' },
  ]);
});

test('who uses our name is pointed out; a colleague who is proven is not', () => {
  const says = (more: Partial<Authentication>) => claimed(message({ authentication: a(more) }));
  assert.match(says({ claims: 'colleague' }) ?? '', /someone in your team/);
  assert.equal(says({ claims: 'colleague', verdict: 'verified' }), null);
  assert.match(says({ claims: 'inbox-name', verdict: 'verified' }) ?? '', /claire@example.org/);
  assert.equal(says({}), null);
});

test('whom an unproven mail names gets no answer until somebody lets them take part', () => {
  const friend = { address: 'friend@example.net', name: '' };
  const drop = { address: 'drop@evil.example', name: '' };
  const mail = message({ cc: [friend], replyTo: drop, authentication: a({ withheld: [friend, drop] }) });
  const home = opened({ items: [mail], participants: [] });
  assert.deepEqual(leftOut(home, mail), [friend, drop]);
  const { to, cc } = answerTo(home);
  assert.deepEqual([to.map((t) => t.address), cc], [['claire@example.org'], []]);
  const yes = opened({ items: [mail], participants: [friend, drop] });
  assert.deepEqual(leftOut(yes, mail), []);
  assert.deepEqual(answerTo(yes).to, [drop]);
  assert.deepEqual(answerTo(yes).cc, [friend]);
});
