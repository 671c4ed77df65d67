import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatSettings } from '@hearten/contract';
import { shownOf } from './pages.ts';

const light = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one: string, other: string): number => {
  const [dark = 0, bright = 0] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};

test('Whatever colour is chosen for a chat, what stands on it can be read', () => {
  const unread: string[] = [];
  for (let n = 0; n < 4096; n++) {
    const colour = `#${n.toString(16).padStart(3, '0').replace(/./g, '$&$&')}`;
    const { ink } = shownOf(
      {
        ...{ id: 'a', workspaceId: 'w', name: 'Shop', keys: [], closed: false },
        ...{ brand: { name: 'Northwind', colour: '', site: '' }, settings: chatSettings.parse({ colour }) },
      },
      { hours: null, usual: null, there: 'free' },
    );
    if (contrast(colour, ink) < 4.5) unread.push(`${ink} on ${colour}`);
  }
  assert.deepEqual(unread, []);
});
