import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { about, actionIds, type Section, sections } from '../keys/catalogue.ts';
import { everyKeyOf } from '../keys/chosen.ts';
import { spoken } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { Strokes } from '../ui/kit.tsx';
import { useChosen } from '../ui/useKeys.ts';
import { match } from './fuzzy.ts';

/** Every key this person has, grouped, and found by words. */
export const KeySheet = ({ open, onClose }: { open: boolean; onClose: () => void }) => {
  const by = useChosen();
  const [text, setText] = useState('');
  const wanted = actionIds.filter(
    (id) => everyKeyOf(id, by).length > 0 && match(text, about(id).words, about(id).also),
  );
  const close = () => {
    setText('');
    onClose();
  };
  return (
    <Dialog open={open} onClose={close} title={t('Keys')} wide>
      <input
        className="input"
        type="search"
        aria-label={t('Find a key')}
        placeholder={t('Find a key')}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="sheet-keys" tabIndex={0} aria-label={t('Keys')}>
        {(Object.keys(sections) as Section[]).map((section) => {
          const some = wanted.filter((id) => about(id).section === section);
          return some.length === 0 ? null : (
            <section key={section}>
              <h3>{sections[section]}</h3>
              <ul>
                {some.map((id) => (
                  <li key={id}>
                    <span className="grow">{about(id).words}</span>
                    {everyKeyOf(id, by).map((keys, n) => (
                      <span key={keys} className={by.on || keys.startsWith('Mod+') ? 'row' : 'row is-off'}>
                        {n > 0 ? <span className="xs ink3">{t('or')}</span> : null}
                        <Strokes of={keys} />
                        <span className="sr">{spoken(keys)}</span>
                      </span>
                    ))}
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
        {wanted.length === 0 ? <p className="ink2">{t('No key by that name.')}</p> : null}
      </section>
      <div className="feet">
        <span className="grow xs ink2">
          {by.on
            ? t('Letters act only when you are not typing.')
            : t('Single keys are off; Ctrl and ⌘ combinations act.')}
        </span>
        <Link to="/settings/keyboard" className="btn" onClick={close}>
          {t('Change keys')}
        </Link>
      </div>
    </Dialog>
  );
};
