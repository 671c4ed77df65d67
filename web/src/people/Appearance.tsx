import type { Look } from '@hearten/contract';
import { t } from '../language/index.ts';
import { Check } from '../ui/form.tsx';
import { useKeepLook } from '../ui/keepLook.ts';
import { Avatar, useTitle } from '../ui/kit.tsx';
import { lookNow, useLook } from '../ui/theme.ts';
import { tell } from '../ui/toast.tsx';

type Choice<K extends keyof Look> = { name: Look[K]; label: string; help?: string };
const themes: Choice<'theme'>[] = [
  { name: 'auto', label: t('Like this device') },
  { name: 'light', label: t('Day') },
  { name: 'dark', label: t('Evening') },
];
const contrasts: Choice<'contrast'>[] = [
  { name: 'auto', label: t('Like this device') },
  { name: 'high', label: t('High'), help: t('Black on white or white on black, with every edge drawn.') },
];
const densities: Choice<'density'>[] = [
  { name: 'compact', label: t('Compact'), help: t('Name and subject: most conversations at a glance.') },
  { name: 'default', label: t('Comfortable'), help: t('With the beginning of the last message.') },
  { name: 'relaxed', label: t('Relaxed'), help: t('More air, larger targets.') },
];

/** How a row looks then: the same classes as in the list. */
const Sample = ({ density }: { density: Look['density'] }) => (
  <div className="samples" data-density={density} aria-hidden="true">
    {[t('Claire Dubois'), t('Kofi Mensah')].map((name, n) => (
      <div key={name} className={`rowi${n === 0 ? ' unread' : ''}`}>
        <span>{n === 0 ? <span className="dot" /> : null}</span>
        <Avatar name={name} id={name} />
        <span className="grow">
          <span className="l1">
            <span className="nm cut">{name}</span>
          </span>
          <span className="l2">
            <span className="sb cut">
              {n === 0 ? t('Return label comes out blank') : t('The lamp hums when dimmed')}
            </span>
          </span>
          <span className="l3">
            <span className="cut">{t('Thank you for your quick answer.')}</span>
          </span>
        </span>
      </div>
    ))}
  </div>
);

/** Light, contrast and how close together things stand; kept at once, for this person on every device. */
export const Appearance = () => {
  useTitle(t('Appearance'));
  const look = useLook();
  const keep = useKeepLook();
  const choose = (change: Partial<Look>) => {
    const was = lookNow();
    void keep(change);
    tell(t('Kept'), { label: t('Undo'), run: () => void keep(was) });
  };
  const group = <K extends keyof Look>(key: K, title: string, choices: Choice<K>[]) => (
    <fieldset className="card pad form plainset">
      <legend>{title}</legend>
      {choices.map(({ name, label, help }) => (
        <Check
          key={name}
          type="radio"
          name={key}
          value={name}
          checked={look[key] === name}
          onChange={() => choose({ [key]: name })}
          label={label}
          {...(help ? { help } : {})}
        />
      ))}
      {key === 'density' ? <Sample density={look.density} /> : null}
    </fieldset>
  );
  return (
    <>
      <div>
        <h1>{t('Appearance')}</h1>
        <p className="lead">{t('How Hearten looks to you, on every device.')}</p>
      </div>
      {group('theme', t('Light'), themes)}
      {group('contrast', t('Contrast'), contrasts)}
      {group('density', t('Rows'), densities)}
    </>
  );
};
