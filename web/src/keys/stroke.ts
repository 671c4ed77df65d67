import { t } from '../language/index.ts';
export type Stroke = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing' | 'repeat'
> & { keyCode?: number; getModifierState?: (name: 'AltGraph') => boolean };

/**
 * Is this key part of writing a character? Safari says of the Enter that takes a conversion that nothing is composed any more; only its
 * number tells.
 */
export const composing = (e: { isComposing: boolean; keyCode?: number }): boolean => e.isComposing || e.keyCode === 229;

/**
 * The name of a stroke, or null when it is none of ours. Alt, Option and AltGr type letters in half of Europe, so they never mean anything here;
 * on a keyboard without Latin letters the place of the key counts; Caps Lock makes no other letter.
 */
export const stroke = (e: Stroke): string | null => {
  if (e.altKey || composing(e) || e.getModifierState?.('AltGraph')) return null;
  if (['Shift', 'Control', 'Meta', 'Alt', 'AltGraph', 'Dead', 'Process', 'CapsLock', 'Unidentified'].includes(e.key))
    return null;
  let key = e.key;
  if (key.length === 1 && key > '\u007f' && e.code.startsWith('Key')) key = e.code.slice(3);
  if (key.length === 1) key = e.shiftKey ? key.toUpperCase() : key.toLowerCase();
  // Which sign stands above a digit differs from country to country; the digit itself does not.
  if ((e.ctrlKey || e.metaKey) && e.shiftKey && /^Digit\d$/.test(e.code)) key = e.code.slice(5);
  if (e.ctrlKey || e.metaKey) return `Mod+${e.shiftKey ? 'Shift+' : ''}${key.length === 1 ? key.toLowerCase() : key}`;
  return key;
};

export const apple = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '');
const names: Record<string, string> = {
  Mod: apple ? '⌘' : 'Ctrl',
  Shift: '⇧',
  Enter: '↵',
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
};
/** `Mod+Shift+Enter` as people know it: ⌘⇧↵ or Ctrl ⇧ ↵. */
export const shown = (keys: string): string[] =>
  keys
    .split(' ')
    .flatMap((one) => (one.length > 1 ? one.split(/\+(?=.)/) : [one]))
    .map(
      (k, _n, all) =>
        names[k] ?? (/^\p{Lu}$/u.test(k) && !all.includes('Shift') ? `⇧${k}` : k.length === 1 ? k.toUpperCase() : k),
    );
/** The same in words, for screen readers: "Control Shift N", "G then I". */
export const spoken = (keys: string): string => {
  const [first = '', second] = keys
    .split(' ')
    .map((one) =>
      (one.length > 1 ? one.split(/\+(?=.)/) : [one])
        .map(
          (k) => ({ Mod: apple ? 'Command' : 'Control' })[k] ?? (/^\p{Lu}$/u.test(k) ? `Shift ${k}` : k.toUpperCase()),
        )
        .join(' '),
    );
  return second === undefined ? first : t('{first} then {second}', { first, second });
};
