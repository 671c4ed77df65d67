import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conflict } from './errors.ts';
import { accepted, inWords, matched, say } from './words.ts';

test('the language is the first one asked for that Hearten speaks', () => {
  assert.equal(accepted('de-AT,de;q=0.9,en;q=0.8'), 'de');
  assert.equal(accepted('nl, fr;q=0.5, en;q=0.7'), 'en');
  assert.equal(accepted('pt'), 'pt-BR');
  assert.equal(accepted('de;q=0, ja'), 'ja');
  assert.equal(accepted('*'), 'en');
  assert.equal(accepted(undefined), 'en');
  assert.equal(matched('xx-\u0000'), null);
});

test('a sentence is said with what it is told, in each language, also what stands in another one', () => {
  const name = say('The {field}', { field: say('password') });
  const short = say('{name} is too short: at least {n, plural, one {# character} other {# characters}}.', {
    name,
    n: 10,
  });
  assert.equal(inWords(short, 'en-GB'), 'The password is too short: at least 10 characters.');
  const german = inWords(short, 'de-CH');
  assert.match(german, /Passwort/);
  assert.match(german, /10/);
  assert.notEqual(inWords(short, 'ar'), german);
});

test('what nobody translated is said in English, signs and all', () => {
  assert.equal(inWords('Use {curly} signs', 'fr'), 'Use {curly} signs');
  assert.equal(inWords('Not in the list', 'nl'), 'Not in the list');
});

test('an error is English for the log and keeps its sentence for the reader', () => {
  const error = Conflict(say('There is {n} of {what}', { n: 3, what: 'them' }));
  assert.equal(error.message, 'There is 3 of them');
  assert.deepEqual(error.said, { id: 'There is {n} of {what}', values: { n: 3, what: 'them' } });
});
