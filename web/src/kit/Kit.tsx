import './kit.css';
import { useEffect, useState } from 'react';
import { t } from '../language/index.ts';
import { Mark, useTitle } from '../ui/kit.tsx';
import { paint } from '../ui/theme.ts';
import { Basics } from './Basics.tsx';
import { Controls } from './Controls.tsx';
import { Floating } from './Floating.tsx';
import { Reading } from './Reading.tsx';
import { States } from './States.tsx';

const choices = {
  theme: [
    ['auto', t('Auto')],
    ['light', t('Light')],
    ['dark', t('Dark')],
  ],
  contrast: [
    ['', t('Contrast as usual')],
    ['high', t('High contrast')],
  ],
  density: [
    ['compact', t('Compact')],
    ['default', t('Default')],
    ['relaxed', t('Relaxed')],
  ],
  dir: [
    ['ltr', t('Left to right')],
    ['rtl', t('Right to left')],
  ],
} as const;
type Choice = keyof typeof choices;
type Look = Record<Choice, string>;
const names: Look = { theme: t('Colours'), contrast: t('Contrast'), density: t('Density'), dir: t('Direction') };

const now = (): Look => {
  const asked = new URLSearchParams(location.search);
  const root = document.documentElement;
  return {
    theme: asked.get('theme') ?? 'auto',
    contrast: asked.get('contrast') ?? root.dataset.contrast ?? '',
    density: asked.get('density') ?? root.dataset.density ?? 'default',
    dir: asked.get('dir') ?? (root.dir || 'ltr'),
  };
};
const put = (look: Look): void => {
  const root = document.documentElement;
  if (look.theme === 'auto') paint();
  else root.dataset.theme = look.theme;
  if (look.contrast) root.dataset.contrast = look.contrast;
  else delete root.dataset.contrast;
  root.dataset.density = look.density;
  root.dir = look.dir;
};

/** Every component of the app in every state, on one page: for people who build on it, for axe, and for pictures. */
export const Kit = () => {
  useTitle(t('Kit'));
  const [look, setLook] = useState(now);
  useEffect(() => put(look), [look]);
  useEffect(() => {
    const root = document.documentElement;
    const { contrast, density } = root.dataset;
    const { dir } = root;
    return () => {
      paint();
      if (contrast === undefined) delete root.dataset.contrast;
      else root.dataset.contrast = contrast;
      if (density === undefined) delete root.dataset.density;
      else root.dataset.density = density;
      root.dir = dir;
    };
  }, []);
  return (
    <div className="sheet">
      <main className="page kit" id="main">
        <header className="row wraps">
          <Mark size={32} />
          <div className="grow">
            <h1>{t('Kit')}</h1>
            <p className="lead">{t('Every component in every state, on one page.')}</p>
          </div>
          {(Object.keys(choices) as Choice[]).map((which) => (
            // biome-ignore lint/a11y/useSemanticElements: buttons of one choice
            <span className="seg" role="group" aria-label={names[which]} key={which}>
              {choices[which].map(([value, words]) => (
                <button
                  type="button"
                  key={value}
                  aria-pressed={look[which] === value}
                  onClick={() => setLook({ ...look, [which]: value })}
                >
                  {words}
                </button>
              ))}
            </span>
          ))}
        </header>
        <div className="cols">
          <Basics />
          <Controls />
          <Reading />
          <Floating />
          <States />
        </div>
      </main>
    </div>
  );
};
