import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOf } from './csv.ts';
import { blanksIn, unknownIn } from './fill.ts';

test('Names that stand for nothing are found, and blanks that are left', () => {
  assert.deepEqual(unknownIn('{{customer.frist_name}} {{today}}', ['today']), ['customer.frist_name']);
  assert.deepEqual(blanksIn('{{customer.fields.größe_2}} {{ customer.fields.plan }} {{company.fields.vat_id}}'), [
    'customer.fields.größe_2',
    'customer.fields.plan',
    'company.fields.vat_id',
  ]);
  assert.deepEqual(blanksIn('Dear {{customer.first_name}}, {{7*7}} {{user.id}} {{customer.first_name}}'), [
    'customer.first_name',
  ]);
});

test('A table is read with quotes, line breaks in them, and semicolons', () => {
  assert.deepEqual(rowsOf('name,text\r\n"A ""b""","one\ntwo, three"\r\nC,\n'), [
    ['name', 'text'],
    ['A "b"', 'one\ntwo, three'],
    ['C', ''],
  ]);
  assert.deepEqual(rowsOf('name;text\nA;b, c'), [
    ['name', 'text'],
    ['A', 'b, c'],
  ]);
});
