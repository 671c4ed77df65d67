import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { factsOf, hasWords } from './audit.ts';

const root = join(import.meta.dirname, '../../..');
const sources = readdirSync(join(root, 'server/src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(root, 'server/src', path), 'utf8'));

/** What the sources write: every `area: …, what: …`; those that are put together are said here in full. */
const together: Record<string, string[]> = {
  '`webhook.${what}`': sources.flatMap((text) =>
    [...text.matchAll(/told\(tx, '([a-z-]+)', (?:id|webhookId), /g)].map((m) => `webhook.${m[1]}`),
  ),
  '`${kind}.exported`': ['customer.exported', 'workspace.exported'],
};
const written = sources.flatMap((text) =>
  [...text.matchAll(/\barea: '[a-z-]+',\s+what: ('[^']+'|`[^`]+`|\w+)/g)].flatMap(([, said = '']) =>
    said.startsWith("'") ? [said.slice(1, -1)] : (together[said] ?? [said]),
  ),
);
/** What the triggers of settings tables write. */
const kept = [
  ...readFileSync(join(root, 'server/schema.sql'), 'utf8').matchAll(
    /TRIGGER audited AFTER ([A-Z ]+?)(?: OF [a-z_, ]+)? ON \S+ .*audited\('[a-z-]+', '(\w+)'/g,
  ),
].flatMap(([, ops = '', kind = '']) => [
  ...(ops.includes('INSERT') ? [`${kind}.added`] : []),
  ...(ops.includes('UPDATE') ? [`${kind}.changed`] : []),
  ...(ops.includes('DELETE') ? [`${kind}.removed`] : []),
]);

test('whatever the server writes into the audit log has words on its page', () => {
  assert.ok(written.length >= 25, `only ${written.length} places write`);
  assert.ok(kept.length >= 45, `only ${kept.length} come from triggers`);
  for (const one of ['backup.made', 'webhook.secret-shown', 'webhook.added', 'sign-in.failed', 'restored.released'])
    assert.ok(written.includes(one), one);
  assert.deepEqual(
    [...written, ...kept].filter((what) => !hasWords(what)),
    [],
  );
  assert.equal(hasWords('moon.landed'), false);
});

test('what changed is told as people read it: moments in their own time, lists with commas, nothing as a dash', () => {
  const facts = {
    revoked_at: [null, '2026-11-27T01:23:08.431914+00:00'],
    networks: [[], ['10.0.0.0/8', '192.0.2.7']],
    count: 3,
  };
  const [revoked, networks, count] = factsOf({ what: 'api_key.changed', facts } as unknown as Parameters<
    typeof factsOf
  >[0]);
  assert.equal(revoked?.name, 'revoked at');
  assert.equal(revoked?.was, '–');
  assert.ok(revoked?.now.includes('2026') && !revoked.now.includes('T01'), revoked?.now);
  assert.deepEqual(networks, { name: 'networks', was: '–', now: '10.0.0.0/8, 192.0.2.7' });
  assert.deepEqual(count, { name: 'count', was: null, now: '3' });
});
