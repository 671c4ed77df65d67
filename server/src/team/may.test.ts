import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Role } from '@hearten/contract';
import { mayFrom, permissionsOf, permissionsOfKey } from './may.ts';

const roles: Role[] = ['owner', 'manager', 'lead', 'representative', 'specialist', 'viewer'];
const who = (permission: string): Role[] => roles.filter((role) => mayFrom(permissionsOf(role))(permission));

test('Everyone reads conversations; a viewer writes nothing at all', () => {
  assert.deepEqual(who('conversation.read'), roles);
  assert.ok([...permissionsOf('viewer')].every((permission) => permission.endsWith('.read')));
});
test('A representative answers customers, a specialist helps with notes', () => {
  assert.deepEqual(who('conversation.write'), ['owner', 'manager', 'lead', 'representative']);
  assert.deepEqual(who('conversation.note'), ['owner', 'manager', 'lead', 'representative', 'specialist']);
});
test('A lead looks after teams, unreadable mail and deleting, but not after people, inboxes or keys', () => {
  assert.deepEqual(who('team.write'), ['owner', 'manager', 'lead']);
  assert.deepEqual(who('quarantine.write'), ['owner', 'manager', 'lead']);
  assert.deepEqual(who('conversation.delete'), ['owner', 'manager', 'lead']);
  for (const permission of ['people.write', 'inbox.write', 'key.write', 'workspace.write'])
    assert.deepEqual(who(permission), ['owner', 'manager'], permission);
});
test('Nobody may what is in no row of the table, and an unknown role may nothing', () => {
  for (const permission of ['', 'people', 'people.write ', 'constructor', '__proto__', 'anything'])
    assert.deepEqual(who(permission), [], permission);
  for (const role of ['', 'admin', 'constructor', '__proto__']) assert.equal(permissionsOf(role).size, 0, role);
});
test('A key may what its scopes say, and never more than its person', () => {
  const may = (role: string, ...scopes: string[]) => [...permissionsOfKey(role, scopes)].sort();
  assert.deepEqual(may('owner'), []);
  assert.deepEqual(may('owner', 'nonsense', 'constructor'), []);
  assert.ok(may('owner', 'read').every((permission) => permission.endsWith('.read')));
  assert.ok(may('owner', 'write').includes('conversation.write'));
  for (const permission of ['people.write', 'key.write', 'inbox.write', 'conversation.delete'])
    assert.ok(!may('owner', 'write').includes(permission), permission);
  assert.deepEqual(may('owner', 'admin'), [...permissionsOf('owner')].sort());
  assert.deepEqual(may('viewer', 'admin'), [...permissionsOf('viewer')].sort());
});
