import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ring } from './sound.ts';

test('A chat is heard as two notes, by one of the tabs that are told of it, and not where a browser lets nothing be heard', async () => {
  const heard: number[] = [];
  let open = 0;
  let state = 'running';
  const still = { setValueAtTime: () => 0, linearRampToValueAtTime: () => 0, exponentialRampToValueAtTime: () => 0 };
  const part = () => ({ gain: still, connect: (next: unknown) => next });
  const tone = () => {
    const frequency = { value: 0 };
    return { ...part(), frequency, start: () => heard.push(frequency.value), stop: () => 0 };
  };
  // What of a browser makes sound; it needs none here.
  function Sound(this: object) {
    open++;
    const close = async () => open--;
    Object.assign(this, { state, currentTime: 0, createOscillator: tone, createGain: part, close });
  }
  Object.assign(globalThis, { AudioContext: Sound });
  await Promise.all([ring('one'), ring('one')]);
  assert.deepEqual(heard, [659.25, 880]);
  state = 'suspended';
  await ring('two');
  assert.deepEqual([heard.length, open], [2, 0]);
});
