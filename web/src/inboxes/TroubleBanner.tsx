import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MailWarning } from 'lucide-react';
import { inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { Said } from '../language/Said.tsx';

/** Inboxes whose trouble lasts: everyone should know that mail may be missing. */
export const useTroubled = () =>
  (useQuery(inboxesQuery).data ?? []).filter((i) => i.enabled && i.state.state === 'trouble' && i.state.told);

export const TroubleBanner = ({ troubled }: { troubled: ReturnType<typeof useTroubled> }) => {
  const [first] = troubled;
  if (!first) return null;
  const one = troubled.length === 1;
  return (
    <div className="banner" role="status">
      <MailWarning className="i s14" />
      <span className="cut">
        {one ? (
          <Said
            id="<0>{address}</0> is in trouble: {text}"
            values={{ address: first.address, text: reasonWords(first.state) }}
            components={[<bdi key="0" />]}
          />
        ) : (
          t('{count} inboxes are in trouble: {troubled}', {
            count: troubled.length,
            troubled: troubled.map((i) => i.address).join(', '),
          })
        )}
      </span>
      {one ? (
        <Link to="/settings/inboxes/$id" params={{ id: first.id }} className="strong">
          {t('Look')}
        </Link>
      ) : (
        <Link to="/settings/inboxes" className="strong">
          {t('Look')}
        </Link>
      )}
    </div>
  );
};
