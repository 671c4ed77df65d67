import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { inWords } from './words.ts';
import { complaints, fieldName } from './wrong.ts';

const said = (schema: z.ZodType, value: unknown): string[] => {
  const out = schema.safeParse(value);
  return out.success ? [] : complaints(out.error).map((one) => inWords(one.message, 'en'));
};

test('what a form got wrong is said in words, with the field as the form names it', () => {
  const schema = z.object({
    name: z.string().trim().min(1).max(200),
    email: z.email(),
    password: z.string().min(10, 'needs 10 characters or more'),
    tags: z.array(z.string()).max(2),
    timeZone: z.string().refine((zone) => zone.includes('/'), 'This is no time zone'),
    role: z.enum(['owner', 'lead']),
    limit: z.number().int().max(100),
  });
  assert.deepEqual(
    said(schema, {
      name: 'n'.repeat(201),
      email: 'nobody',
      password: 'short',
      tags: ['a', 'b', 'c'],
      timeZone: 'Mars',
      role: 'king',
      limit: 101,
    }),
    [
      'The name is too long: at most 200 characters.',
      'The e-mail address is not right: it looks like name@example.com.',
      'The password needs 10 characters or more.',
      'The tags can hold 2 at most.',
      'This is no time zone.',
      'The role has to be one of owner, lead.',
      'The limit is too large: at most 100.',
    ],
  );
  assert.deepEqual(said(schema.pick({ name: true, email: true, limit: true }), { name: ' ', limit: 'x' }), [
    'The name is empty.',
    'The e-mail address is missing.',
    'The limit has to be a number.',
  ]);
  assert.deepEqual(said(z.strictObject({}), { odd: 1 }), ['What was sent has odd, which nothing here knows.']);
});

test('a field deep in the settings is named by its last words and its server', () => {
  assert.equal(fieldName(['settings', 'imap', 'host']), 'IMAP host');
  assert.equal(fieldName(['cc', 0, 'address']), 'address');
  assert.equal(fieldName(['undoSeconds']), 'undo seconds');
});
