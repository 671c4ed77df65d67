/** One shortcut. `keys` is `j`, `#`, `U`, `Enter`, `Escape`, `Mod+Enter`, or two keys in a row: `g i`. */
export type Binding = {
  keys: string;
  label: string;
  group: string;
  run: () => void;
  hidden?: boolean;
  /** Opens something that takes the focus a moment later: what is typed until then must not act. */
  opens?: boolean | number;
};
type Stroke = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing' | 'repeat'
> & { getModifierState?: (name: 'AltGraph') => boolean };

/**
 * The name of a stroke, or null when it is none of ours. Alt, Option and AltGr type letters in half of Europe, so they never mean anything here;
 * on a keyboard without Latin letters the place of the key counts.
 */
export const stroke = (e: Stroke): string | null => {
  if (e.altKey || e.isComposing || e.getModifierState?.('AltGraph')) return null;
  if (['Shift', 'Control', 'Meta', 'Alt', 'Dead', 'Process', 'CapsLock'].includes(e.key)) return null;
  let key = e.key;
  if (key.length === 1 && key > '\u007f' && e.code.startsWith('Key'))
    key = e.shiftKey ? e.code.slice(3) : e.code.slice(3).toLowerCase();
  const mod = e.ctrlKey || e.metaKey;
  if (mod) return `Mod+${e.shiftKey ? 'Shift+' : ''}${key.length === 1 ? key.toLowerCase() : key}`;
  return key;
};

/** Which binding a stroke means, given the key pressed just before; later registrations win. */
export const meant = (bindings: readonly Binding[], pressed: string, last: string | null): Binding | 'wait' | null => {
  const sequence = last ? `${last} ${pressed}` : null;
  const found = bindings.findLast((b) => b.keys === sequence) ?? bindings.findLast((b) => b.keys === pressed);
  if (found) return found;
  return bindings.some((b) => b.keys.startsWith(`${pressed} `)) ? 'wait' : null;
};

const all: Binding[][] = [];
let last: { key: string; at: number } | null = null;
let hold: { until: number; text: string } | null = null;
const off = () => localStorage.getItem('hearten.keys') === 'off';
export const keysOn = () => !off();
export const switchKeys = (on: boolean) => localStorage.setItem('hearten.keys', on ? 'on' : 'off');

/** Everything that can be pressed now, for the sheet behind `?`. */
export const bindings = (): Binding[] => all.flat();
export const bind = (some: Binding[]): (() => void) => {
  all.push(some);
  return () => {
    all.splice(all.indexOf(some), 1);
  };
};

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])'));
/** Enter and Space belong to the control that has the focus; a menu or dialog owns all of its keys. */
const taken = (target: EventTarget | null, pressed: string) =>
  target instanceof HTMLElement &&
  (target.closest('[role=dialog], [role=alertdialog], [role=menu], [role=listbox], [data-keys=off]') !== null ||
    ((pressed === 'Enter' || pressed === ' ') && target.closest('button, a[href], summary, [role=button]') !== null));

export const onKey = (e: KeyboardEvent): void => {
  const pressed = stroke(e);
  if (pressed === null || e.defaultPrevented) return;
  const mod = pressed.startsWith('Mod+');
  if (!mod && (off() || typing(e.target))) return;
  if (taken(e.target, pressed)) return;
  if (hold && e.timeStamp < hold.until) {
    if (pressed.length === 1) hold.text += pressed;
    e.preventDefault();
    return;
  }
  const before = last && e.timeStamp - last.at < 1200 ? last.key : null;
  const found = meant(all.flat(), pressed, before);
  last = found === 'wait' ? { key: pressed, at: e.timeStamp } : null;
  if (found === null || found === 'wait') return;
  if (e.repeat && !['j', 'k', 'ArrowDown', 'ArrowUp'].includes(found.keys)) return;
  e.preventDefault();
  hold = found.opens ? { until: e.timeStamp + (found.opens === true ? 400 : found.opens), text: '' } : null;
  found.run();
};

/** What was typed while something was opening goes into its field, once that has the focus. */
export const onFocus = (e: FocusEvent): void => {
  const text = hold?.text ?? '';
  if (!typing(e.target)) return;
  hold = null;
  // The old command is still the only way to type into a field so that every framework and the undo history notice.
  if (text) document.execCommand('insertText', false, text);
};

export const apple = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '');
/** `Mod+Shift+Enter` as people know it: ⌘⇧↵ or Ctrl ⇧ ↵. */
export const shown = (keys: string): string[] =>
  keys
    .split(/[ +]/)
    .map(
      (k, _n, all) =>
        ({ Mod: apple ? '⌘' : 'Ctrl', Shift: '⇧', Enter: '↵', Escape: 'Esc', ArrowDown: '↓', ArrowUp: '↑' })[k] ??
        (/^[A-Z]$/.test(k) && !all.includes('Shift') ? `⇧${k}` : k.length === 1 ? k.toUpperCase() : k),
    );
