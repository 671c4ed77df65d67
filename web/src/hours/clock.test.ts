import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockOf, faultOf, intervalsOf, minutesOf, roomIn } from './clock.ts';

test('Times are understood as people type them, and what is none is not', () => {
  const typed: [string, number | null][] = [
    ['9', 540],
    ['9:30', 570],
    ['17.30', 1050],
    ['0930', 570],
    ['5 pm', 1020],
    ['12am', 0],
    ['12:15 p.m.', 735],
    ['24:00', 1440],
    ['24:01', null],
    ['9:75', null],
    ['13 pm', null],
    ['noon', null],
    ['', null],
  ];
  for (const [text, minutes] of typed) assert.equal(minutesOf(text), minutes, text);
  for (let at = 0; at <= 1440; at += 5) assert.equal(minutesOf(clockOf(at)), at, 'what is shown can be typed');
});

test('Several hours in a line, over midnight too; overlapping ones are none', () => {
  assert.deepEqual(intervalsOf('13-17, 9–12'), [
    [540, 720],
    [780, 1020],
  ]);
  assert.deepEqual(intervalsOf('22:00–2:00'), [[1320, 1560]]);
  for (const wrong of ['', '9', '9-12-13', '9–12, 11–13', '9-9', 'soon']) assert.equal(intervalsOf(wrong), null, wrong);
});

test('A day says what is wrong with it, and where more hours fit', () => {
  assert.equal(faultOf([[720, 540]], []), 'backwards');
  assert.equal(faultOf([[540, 720], [700, 800]], []), 'overlap'); // biome-ignore format: pairs
  assert.equal(faultOf([[1320, 1560]], [[60, 120]]), 'next-day');
  assert.equal(faultOf([[540, 720], [720, 800]], []), null); // biome-ignore format: pairs
  assert.deepEqual(roomIn([]), [540, 1020]);
  assert.deepEqual(roomIn([[540, 720]]), [780, 1020]);
  assert.deepEqual(roomIn([[600, 1440]]), [300, 540]);
  assert.equal(roomIn([[0, 1440]]), null);
});
