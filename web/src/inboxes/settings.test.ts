import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guess, readSettings, usualPort } from './settings.ts';

const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};
const usual = {
  'imap.host': 'imap.x.example',
  'imap.port': '993',
  'imap.security': 'tls',
  'imap.user': 'support@x.example',
  'imap.password': 'secret',
  'smtp.host': 'smtp.x.example',
  'smtp.port': '',
  'smtp.security': 'starttls',
  undoSeconds: '10',
};

test('a mailbox connected from now on reads nothing that is there already', () => {
  const { imap } = readSettings(form({ ...usual, back: 'now' }));
  assert.equal(imap?.since, null);
  assert.equal(imap?.all, false);
});

test('a day or everything is read only when asked for', () => {
  assert.ok(readSettings(form({ ...usual, back: 'since', since: '2026-01-02' })).imap?.since);
  assert.equal(readSettings(form({ ...usual, back: 'all' })).imap?.all, true);
});

test('sending may use the sign-in of receiving; a port left empty is the usual one', () => {
  const { smtp } = readSettings(form({ ...usual, back: 'now', 'smtp.same': 'on' }));
  assert.deepEqual(smtp, {
    host: 'smtp.x.example',
    port: 587,
    security: 'starttls',
    user: 'support@x.example',
    password: 'secret',
  });
});

test('a password left empty is left out, so that the stored one stays', () => {
  assert.equal('password' in (readSettings(form({ ...usual, 'imap.password': '', back: 'now' })).imap ?? {}), false);
});

test('without a server there is no side: an inbox may only receive', () => {
  assert.equal(readSettings(form({ ...usual, 'smtp.host': '' })).smtp, null);
});

test('servers are guessed from the address, and only from a whole one', () => {
  assert.equal(guess('support@northwind.example').imap, 'imap.northwind.example');
  assert.equal(guess('me@gmail.com').smtp, 'smtp.gmail.com');
  assert.equal(guess('support@').imap, '');
  assert.equal(usualPort('imap', 'tls'), 993);
});
