import assert from 'node:assert/strict';
import { test } from 'node:test';
import { again } from './again.ts';

test('A part that did not come is asked for under another address each time, and stays at the one at which it came', async () => {
  // As Firefox and Safari do it: what failed once fails at its address for good.
  const kept = new Map<string, Promise<string>>();
  const asked: string[] = [];
  let there = false;
  const load = (url: string): Promise<string> => {
    asked.push(url);
    const came = kept.get(url) ?? (there ? Promise.resolve(url) : Promise.reject(new Error('Failed to fetch')));
    kept.set(url, came);
    return came;
  };
  await assert.rejects(again(load, './Dialogs.js'));
  await assert.rejects(again(load, './Dialogs.js'));
  there = true;
  assert.equal(await again(load, './Dialogs.js'), './Dialogs.js?again=2');
  assert.equal(await again(load, './Dialogs.js'), './Dialogs.js?again=2');
  assert.equal(await again(load, './Viewer.js'), './Viewer.js');
  assert.deepEqual(asked.slice(0, 2), ['./Dialogs.js', './Dialogs.js?again=1']);
});
