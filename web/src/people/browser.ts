import { partsOf } from '../customers/agent.ts';
import { t } from '../language/index.ts';

/** Firefox on Linux, from what browsers say of themselves. */
export const browser = (agent: string): string => {
  const [name, system] = partsOf(agent);
  return name && system
    ? t('{name} on {system}', { name, system })
    : name || agent.slice(0, 40) || t('Unknown browser');
};
