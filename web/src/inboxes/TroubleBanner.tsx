import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MailWarning } from 'lucide-react';
import { inboxesQuery } from '../conversations/data.ts';

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
          <>
            <bdi>{first.address}</bdi> is in trouble: {first.state.text}
          </>
        ) : (
          `${troubled.length} inboxes are in trouble: ${troubled.map((i) => i.address).join(', ')}`
        )}
      </span>
      {one ? (
        <Link to="/settings/inboxes/$id" params={{ id: first.id }} className="strong">
          Look
        </Link>
      ) : (
        <Link to="/settings/inboxes" className="strong">
          Look
        </Link>
      )}
    </div>
  );
};
