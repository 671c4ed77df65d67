import { Check } from 'lucide-react';
import { t } from '../language/index.ts';

export const steps = [t('You'), t('Workspace'), t('Be your own customer'), t('E-mail')];

/** Where one is on the way from a link to an answered customer. */
export const Steps = ({ at }: { at: number }) => (
  <ol className="steps" aria-label={t('Steps')}>
    {steps.map((s, n) => (
      <li key={s} className={n < at ? 'done' : ''} aria-current={n === at ? 'step' : undefined}>
        <i aria-hidden="true">{n < at ? <Check className="i" /> : n + 1}</i>
        {s}
      </li>
    ))}
  </ol>
);

const key = 'setup-began';
/** The clock of the first five minutes begins with the first question and ends with this tab. */
export const beginClock = () => sessionStorage.setItem(key, sessionStorage.getItem(key) ?? String(Date.now()));
export const begunAt = (): number | null => Number(sessionStorage.getItem(key)) || null;
/** What has to be done once after the set-up, in this tab: look at the website that was named. */
export const lookLater = (site: string) => sessionStorage.setItem('setup-site', site);
export const takeSite = (): string => {
  const site = sessionStorage.getItem('setup-site') ?? '';
  sessionStorage.removeItem('setup-site');
  return site;
};
