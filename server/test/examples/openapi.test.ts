import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints, type Key } from '@hearten/contract';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openApi } from '../../src/base/openapi.ts';
import { tagOf, tags } from '../../src/base/openapi-tags.ts';

test('A linter finds nothing to say about the description of the API, and every example fits its schema', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      'no-invalid-media-type-examples': 'error',
      'no-invalid-parameter-examples': 'error',
      'no-unused-components': 'error',
      'operation-4xx-problem-details-rfc7807': 'error',
      'tag-description': 'error',
      'operation-description': 'error',
      'parameter-description': 'off',
      'tags-alphabetical': 'off',
      // `/conversations/count` beside `/conversations/{id}`: the server takes the word for a word, an id is a uuid.
      'no-ambiguous-paths': 'off',
    },
  });
  const found = await lintFromString({
    source: JSON.stringify(openApi('https://desk.hearten.test', '1.0.0')),
    absoluteRef: '/openapi.json',
    config,
  });
  assert.deepEqual(
    found.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
    [],
  );
});

test('Every endpoint stands in a chapter of its own', () => {
  const known = new Set(tags.flatMap(({ paths }) => paths));
  const lost = (Object.keys(endpoints) as Key[]).filter((key) => !known.has(key.split('/')[1] ?? ''));
  assert.deepEqual(lost, [], 'add its first word to server/src/base/openapi-tags.ts');
  assert.equal(tagOf('/conversations/:id'), 'Conversations');
});
