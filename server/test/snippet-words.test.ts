import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fill, inLanguage } from '../../web/src/snippets/fill.ts';
import * as server from '../src/conversations/snippets/fill.ts';

test('The screen fills variables and chooses languages exactly as the server does', () => {
  const names = [
    'customer.first_name',
    'agent.name',
    'today',
    'nobody.knows',
    'Customer.First_Name',
    'customer.fields.größe_2',
  ];
  const piece = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom(
      ...names.map((name) => `{{${name}}}`),
      ...names.map((name) => `{{ ${name} | there <b> }}`),
      '{{',
      '}}',
      '|',
      '{{7*7}}',
    ),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.string(),
      fc.constantFrom('text', 'html'),
      (parts, value, as) => {
        const values = {
          'customer.first_name': value,
          'agent.name': '',
          'customer.fields.größe_2': value,
          today: '{{agent.name}} & <i>',
        };
        assert.deepEqual(fill(parts.join(''), values, as), server.fill(parts.join(''), values, as));
      },
    ),
    { numRuns: 500 },
  );
  const words = (text: string) => ({ text, html: null });
  const all = { ...words('Hello'), variants: { de: words('Hallo'), 'pt-BR': words('Olá') } };
  for (const language of ['de', 'de-AT', 'pt', 'pt-PT', 'PT-br', 'fr', '', null])
    assert.deepEqual(inLanguage(all, language), server.inLanguage(all, language));
});
