import { useState } from 'react';
import { type Binding, bindings, keysOn, switchKeys } from '../keys.ts';
import { Dialog } from './float.tsx';
import { Check } from './form.tsx';
import { Keys } from './kit.tsx';

const composer: Binding[] = [
  { keys: 'Mod+Enter', label: 'Send', group: 'While writing', run: () => undefined },
  { keys: 'Mod+Shift+Enter', label: 'Send and resolve', group: 'While writing', run: () => undefined },
  { keys: 'Mod+Shift+N', label: 'Reply or note', group: 'While writing', run: () => undefined },
  { keys: 'Mod+Shift+A', label: 'Attach a file', group: 'While writing', run: () => undefined },
  { keys: 'Escape', label: 'Leave the text, keep the draft', group: 'While writing', run: () => undefined },
];

/** Everything that can be pressed here, and the switch for those who don't want single keys. */
export const KeySheet = ({ open, onClose }: { open: boolean; onClose: () => void }) => {
  const [on, setOn] = useState(keysOn);
  const seen = new Set<string>();
  const groups = Map.groupBy(
    [...bindings(), ...composer].filter((b) => !b.hidden && !seen.has(b.keys + b.label) && seen.add(b.keys + b.label)),
    (b) => b.group,
  );
  return (
    <Dialog open={open} onClose={onClose} title="Keys" wide>
      <div className="sheet-keys">
        {[...groups].map(([group, some]) => (
          <section key={group}>
            <h3>{group}</h3>
            <ul>
              {some.map((b) => (
                <li key={b.keys}>
                  <span className="grow">{b.label}</span>
                  <Keys of={b.keys} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <Check
        label="Single keys"
        help="Letters act when you are not typing. Off, only Ctrl or ⌘ combinations do."
        checked={on}
        onChange={(next) => {
          switchKeys(next);
          setOn(next);
        }}
      />
    </Dialog>
  );
};
