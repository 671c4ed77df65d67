import { type ActionId, about, actionIds } from './catalogue.ts';
import { chosen, everyKeyOf } from './chosen.ts';
import { stroke } from './stroke.ts';

/** An action that can be done now, because what does it is on screen. */
export type Binding = {
  id: ActionId;
  run: () => void;
  /** Said instead of the catalogue's words, when the state calls for others. */
  words?: string | undefined;
  /** False: not now. */
  when?: boolean | undefined;
  /** Opens something that takes the focus a moment later: what is typed until then must not act. */
  opens?: boolean | number | undefined;
  /** Where it acts, when that is not the whole page: keys pressed elsewhere are not for it, and those pressed there are, even in a dialog. */
  at?: (() => Element | null | undefined) | undefined;
};
type Keyed = { keys: readonly string[] };

/** Which one a stroke means, given the key pressed just before; later registrations win. */
export const meant = <T extends Keyed>(
  bindings: readonly T[],
  pressed: string,
  last: string | null,
): T | 'wait' | null => {
  const sequence = last ? `${last} ${pressed}` : null;
  const found =
    bindings.findLast((b) => sequence !== null && b.keys.includes(sequence)) ??
    bindings.findLast((b) => b.keys.includes(pressed));
  if (found) return found;
  return bindings.some((b) => b.keys.some((k) => k.startsWith(`${pressed} `))) ? 'wait' : null;
};

const all: Binding[][] = [];
let last: { key: string; at: number } | null = null;
let hold: { until: number; text: string; path: string | null } | null = null;

/** Everything that can be done now, in the order of the catalogue; of two that do the same, the later one. */
export const bindings = (): Binding[] => {
  const now = new Map(
    all
      .flat()
      .filter((b) => b.when !== false)
      .map((b) => [b.id, b]),
  );
  return actionIds.flatMap((id) => now.get(id) ?? []);
};
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
const writing = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('[data-keys=writing]') !== null;

/** What was to be written in a conversation that was left meanwhile is for no other one. */
const isHere = ({ path }: { path: string | null }) => path === null || path === location.pathname;

export const onKey = (e: KeyboardEvent): void => {
  const pressed = stroke(e);
  if (pressed === null || e.defaultPrevented) return;
  const by = chosen.get();
  if (!pressed.startsWith('Mod+') && (!by.on || typing(e.target))) return;
  const within = (b: Binding) => e.target instanceof Node && (b.at?.()?.contains(e.target) ?? false);
  const own = taken(e.target, pressed);
  if (own && !all.flat().some(within)) return;
  if (hold && e.timeStamp < hold.until && isHere(hold)) {
    if (e.key.length === 1) hold.text += e.key;
    e.preventDefault();
    return;
  }
  const here = all
    .flat()
    .filter(
      (b) =>
        b.when !== false &&
        (own || b.at ? within(b) : true) &&
        (about(b.id).section !== 'writing' || writing(e.target)),
    )
    .map((b) => ({ ...b, keys: everyKeyOf(b.id, by) }));
  const before = last && e.timeStamp - last.at < 1200 ? last.key : null;
  const found = meant(here, pressed, before);
  last = found === 'wait' ? { key: pressed, at: e.timeStamp } : null;
  if (found === null || (found !== 'wait' && e.repeat && !about(found.id).repeats)) return;
  e.preventDefault();
  if (found === 'wait') return;
  hold = found.opens
    ? {
        until: e.timeStamp + (found.opens === true ? 400 : found.opens),
        text: '',
        path: found.id === 'reply' || found.id === 'note' ? location.pathname : null,
      }
    : null;
  found.run();
};

/** What was typed while something was opening goes into its field, once that has the focus. */
export const onFocus = (e: FocusEvent): void => {
  const text = hold && isHere(hold) ? hold.text : '';
  if (!typing(e.target)) return;
  hold = null;
  // The old command is still the only way to type into a field so that every framework and the undo history notice.
  if (text) document.execCommand('insertText', false, text);
};
