import { t, type Values } from '../language/index.ts';
import { makeStore } from '../ui/store.ts';
import { type ActionId, about, actionIds, catalogue } from './catalogue.ts';
import { type Preset, presets } from './presets.ts';
import { shown } from './stroke.ts';

/** How a person wants the keyboard: kept on the server, the same in every tab. */
export type Chosen = { on: boolean; preset: Preset; own: Record<string, string> };
export const asDelivered: Chosen = { on: true, preset: 'hearten', own: {} };

export const chosen = makeStore<Chosen>(asDelivered);

/** The key one can choose: the person's own, else the preset's, else Hearten's. Empty means none. */
export const keyOf = (id: ActionId, by: Chosen): string => {
  const preset: Partial<Record<ActionId, string>> = presets[by.preset];
  return by.own[id] ?? preset[id] ?? about(id).keys ?? '';
};
/** The key when the person never chose one. */
export const firstKeyOf = (id: ActionId, by: Chosen): string => keyOf(id, { ...by, own: {} });
export const everyKeyOf = (id: ActionId, by: Chosen): string[] => [
  ...(keyOf(id, by) ? [keyOf(id, by)] : []),
  ...(about(id).always ?? []),
];

const begins = (long: string, short: string) => long.startsWith(`${short} `);
/** Which other actions a key would get in the way of: the same key, or the first half of the other's two. */
export const clashes = (id: ActionId, keys: string, by: Chosen): ActionId[] =>
  keys === ''
    ? []
    : actionIds.filter(
        (other) => other !== id && everyKeyOf(other, by).some((k) => k === keys || begins(k, keys) || begins(keys, k)),
      );

const browsers = ['n', 't', 'w', 'q', 'a', 'c', 'v', 'x', 'z', 'r', 'l'].map((k) => `Mod+${k}`);
/** Why a key can't be had, or null when it can. */
export const refused = (id: ActionId, keys: string): string | null => {
  const strokes = keys.split(' ');
  if (strokes.some((k) => ['Enter', 'Escape', 'Tab', ' ', 'Backspace', 'Delete'].includes(k) || k.startsWith('Arrow')))
    return t('Enter, Escape, Space, Tab and the arrows belong to buttons and lists. Choose another key.');
  if (strokes.some((k) => browsers.includes(k)))
    return t('The browser needs this one itself, for copying, closing or opening. Choose another key.');
  if (about(id).section === 'writing' && !strokes.every((k) => k.startsWith('Mod+')))
    return t('While writing, letters are text. Hold Ctrl or ⌘ with the key.');
  return null;
};

/** A text that names keys, in the reader's language and with the keys this person has: `Snooze it with {snooze}`. */
export const withKeys = (text: string, by: Chosen = chosen.get(), values: Values = {}): string => {
  const keys: Values = {};
  for (const [, id] of text.matchAll(/\{(\w+)\}/g))
    if (id !== undefined && id in catalogue)
      keys[id] = shown(everyKeyOf(id as ActionId, by)[0] ?? '').join(' ') || t('the palette');
  return t(text, { ...keys, ...values });
};
