import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import { api, trust } from '../api.ts';
import { type ActionId, about, actionIds, type Section, sections } from '../keys/catalogue.ts';
import { type Chosen, clashes, everyKeyOf, firstKeyOf, keyOf, refused } from '../keys/chosen.ts';
import { type Preset, presetNames } from '../keys/presets.ts';
import { spoken, stroke } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { meQuery, useMe } from '../me.ts';
import { Check, Field } from '../ui/form.tsx';
import { Strokes, useTitle } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';

/** Kept at once, shown at once, and taken back with one press. */
const useKeep = () => {
  const client = useQueryClient();
  const keep = async (keys: Chosen, said?: string): Promise<void> => {
    const before = client.getQueryData(meQuery.queryKey);
    if (!before) return;
    client.setQueryData(meQuery.queryKey, { ...before, keys });
    if (said) tell(said, { label: t('Undo'), run: () => void keep(before.keys) });
    try {
      client.setQueryData(meQuery.queryKey, trust(await api('PATCH /me', { body: { keys } })));
    } catch (error) {
      client.setQueryData(meQuery.queryKey, before);
      tellProblem(error, () => void keep(keys, said));
    }
  };
  return keep;
};

const Line = ({ id, by, keep }: { id: ActionId; by: Chosen; keep: (keys: Chosen, said?: string) => Promise<void> }) => {
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { words, section } = about(id);
  const keys = keyOf(id, by);
  const own = id in by.own;
  const no = typed ? refused(id, typed) : null;
  const inTheWay = typed && !no ? clashes(id, typed, by) : [];
  const names = inTheWay.map((other) => `“${about(other).words}”`).join(', ');
  const fixed = inTheWay.some((other) => keyOf(other, by) !== typed && about(other).always?.includes(typed));

  const stop = () => {
    clearTimeout(timer.current);
    setAsking(false);
    setTyped('');
  };
  const set = (next: string, free: ActionId[] = []) => {
    const all = { ...by.own, ...Object.fromEntries(free.map((other) => [other, ''])), [id]: next };
    if (next === firstKeyOf(id, by)) delete all[id];
    stop();
    void keep({ ...by, own: all }, next ? `${words}: ${spoken(next)}` : t('{words} has no key now', { words }));
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Tab') return;
    e.preventDefault();
    e.stopPropagation();
    if (e.key === 'Escape') return stop();
    const pressed = stroke(e.nativeEvent);
    if (!pressed || e.repeat) return;
    const next = typed && !typed.includes(' ') && !pressed.startsWith('Mod+') ? `${typed} ${pressed}` : pressed;
    clearTimeout(timer.current);
    setTyped(next);
    // A second key may follow; without one, and with nothing in the way, this is it.
    if (!refused(id, next) && clashes(id, next, by).length === 0)
      timer.current = setTimeout(() => set(next), next.includes(' ') || next.startsWith('Mod+') ? 0 : 1200);
  };
  return (
    <li>
      <span className="grow">{words}</span>
      {asking ? (
        <input
          className="input press"
          // Whoever asked for another key presses it next
          autoFocus
          readOnly
          aria-label={t('Press a key for {words}', { words })}
          value={typed ? spoken(typed) : ''}
          placeholder={t('Press a key, or two')}
          onKeyDown={onKeyDown}
          onBlur={(e) => (e.relatedTarget?.closest('li') === e.target.closest('li') ? undefined : stop())}
        />
      ) : (
        <>
          {everyKeyOf(id, by).map((k) => (
            <span key={k} className="row">
              <Strokes of={k} />
              <span className="sr">{spoken(k)}</span>
            </span>
          ))}
          {own ? (
            <button type="button" className="btn quiet sm" onClick={() => set(firstKeyOf(id, by))}>
              <Said id="Reset<0>: {words}</0>" values={{ words }} components={[<span key="0" className="sr" />]} />
            </button>
          ) : keys ? (
            <button type="button" className="btn quiet sm" onClick={() => set('')}>
              <Said
                id="Remove<0> the key of {words}</0>"
                values={{ words }}
                components={[<span key="0" className="sr" />]}
              />
            </button>
          ) : null}
          <button type="button" className="btn sm" onClick={() => setAsking(true)}>
            <Said
              id={keys ? 'Change<0> the key of {words}</0>' : 'Choose<0> the key of {words}</0>'}
              values={{ words }}
              components={[<span key="0" className="sr" />]}
            />
          </button>
        </>
      )}
      {no ? (
        <span className="help err" role="alert">
          {no}
        </span>
      ) : inTheWay.length > 0 ? (
        <span className="help err" role="alert">
          <span>
            {t('{spoken} is in use: {names}.', { spoken: spoken(typed), names })}{' '}
            {fixed ? (
              t('That one stays as it is. Choose another key.')
            ) : (
              <button type="button" className="btn link" onClick={() => set(typed, inTheWay)}>
                {t(
                  '{count, plural, one {Use it here; {names} has no key then} other {Use it here; {names} have no key then}}',
                  { count: inTheWay.length, names },
                )}
              </button>
            )}
          </span>
        </span>
      ) : asking && section === 'writing' ? (
        <span className="help">{t('While writing, only Ctrl or ⌘ with another key.')}</span>
      ) : null}
    </li>
  );
};

/** Whose keys, which of them differ, or none at all. */
export const Keyboard = () => {
  useTitle(t('Keyboard'));
  const by = useMe().keys;
  const keep = useKeep();
  return (
    <>
      <div>
        <h1>{t('Keyboard')}</h1>
        <p className="lead">
          {t('Yours on every device. Alt, Option and AltGr never act: they write letters in many languages.')}
        </p>
      </div>
      <section className="form card pad" aria-label={t('Whose keys')}>
        <Check
          label={t('Single keys')}
          help={t('Letters act when you are not typing. Off, only Ctrl or ⌘ combinations do.')}
          checked={by.on}
          onChange={(on) => void keep({ ...by, on }, on ? t('Single keys are on') : t('Single keys are off'))}
        />
        <Field label={t('Keys like those of')} help={t('What you changed below stays changed.')}>
          <select
            className="input"
            style={{ maxInlineSize: 220 }}
            value={by.preset}
            onChange={(e) => {
              const preset = e.target.value as Preset;
              void keep({ ...by, preset }, t('Keys like those of {presetNames}', { presetNames: presetNames[preset] }));
            }}
          >
            {(Object.keys(presetNames) as Preset[]).map((p) => (
              <option key={p} value={p}>
                {presetNames[p]}
              </option>
            ))}
          </select>
        </Field>
        {Object.keys(by.own).length > 0 ? (
          <div className="feet">
            <button
              type="button"
              className="btn"
              onClick={() => void keep({ ...by, own: {} }, t('Your changes to keys are gone'))}
            >
              {t('Take all my changes back')}
            </button>
          </div>
        ) : null}
      </section>
      {(Object.keys(sections) as Section[]).map((section) => (
        <section key={section} className="stack tight">
          <h2>{sections[section]}</h2>
          <ul className="card pad keys-of">
            {actionIds
              .filter((id) => about(id).section === section && !(about(id).bare && !about(id).keys))
              .map((id) => (
                <Line key={id} id={id} by={by} keep={keep} />
              ))}
          </ul>
        </section>
      ))}
    </>
  );
};
