import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permissions, type Role } from '@hearten/contract';
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
test('Whoever writes may keep snippets and macros of their own; what others use too is changed by who leads', () => {
  assert.deepEqual(who('snippet.write'), ['owner', 'manager', 'lead', 'representative', 'specialist']);
  assert.deepEqual(who('snippet.share'), ['owner', 'manager', 'lead']);
});
test('Whoever answers or builds may file a conversation under a problem; what is known of it is changed by who leads and who builds', () => {
  assert.deepEqual(who('problem.file'), ['owner', 'manager', 'lead', 'representative', 'specialist']);
  assert.deepEqual(who('problem.write'), ['owner', 'manager', 'lead', 'specialist']);
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
test('A scope that is a permission gives that and the reading of its area, and nothing of another', () => {
  const may = (role: string, ...scopes: string[]) => [...permissionsOfKey(role, scopes)].sort();
  assert.deepEqual(may('owner', 'conversation.read'), ['conversation.read']);
  assert.deepEqual(may('owner', 'conversation.write'), [
    'conversation.note',
    'conversation.read',
    'conversation.write',
  ]);
  assert.deepEqual(may('owner', 'conversation.note'), ['conversation.note', 'conversation.read']);
  assert.deepEqual(may('owner', 'customer.write', 'inbox.read'), ['customer.read', 'customer.write', 'inbox.read']);
  assert.deepEqual(may('viewer', 'conversation.write', 'people.write'), ['conversation.read', 'people.read']);
  for (const role of roles)
    for (const scope of permissions)
      for (const permission of may(role, scope)) assert.ok(permissionsOf(role).has(permission), `${role} ${scope}`);
});
