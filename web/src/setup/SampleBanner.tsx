import { LampDesk } from 'lucide-react';
import { t } from '../language/index.ts';
import { useMoveTo } from '../workspace/sample.ts';

/** Over every screen of the sample workspace: that it is one, and the way home. */
export const SampleBanner = ({ home }: { home: string }) => {
  const moveTo = useMoveTo();
  return (
    <div className="banner calm">
      <LampDesk className="i s14" aria-hidden="true" />
      <span role="note">{t('Sample workspace. All of it is invented. Nothing leaves it.')}</span>
      <button type="button" className="btn sm quiet" onClick={() => void moveTo(home)}>
        {t('Back to my workspace')}
      </button>
    </div>
  );
};
