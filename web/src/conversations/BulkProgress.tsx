import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { number } from '../ui/time.ts';
import { follow, running, settle } from './bulk.ts';

const One = ({ id }: { id: string }) => {
  const client = useQueryClient();
  const { data: bulk } = useQuery({
    queryKey: ['bulk', id],
    queryFn: async () => (await api('GET /bulk/:id', { params: { id } })).bulk,
    // Frames say when it moved; this is for a line that is lost.
    refetchInterval: 3_000,
  });
  const over = bulk && bulk.state !== 'running' && bulk.state !== 'undoing';
  useEffect(() => {
    if (over && bulk) settle(client, bulk);
  }, [over, bulk, client]);
  if (!bulk || over) return null;
  const back = bulk.state === 'undoing';
  const at = back ? bulk.undone + bulk.kept : bulk.done + bulk.skipped;
  const of = back ? bulk.done : bulk.total;
  return (
    <div className="toast">
      <span className="grow wrap">
        {back
          ? t('Taking back: {at} of {of}', { at: number(at), of: number(of) })
          : t('Working: {at} of {of}', { at: number(at), of: number(of) })}
        <progress className="bulkbar" value={at} max={of} aria-label={t('Progress')} />
      </span>
      {back ? null : (
        <button
          type="button"
          className="act"
          onClick={() => void follow(client, () => api('POST /bulk/:id/stop', { params: { id } }))}
        >
          {t('Stop')}
        </button>
      )}
    </div>
  );
};

/** How far the server is with what was done to many. */
export const BulkProgress = () => {
  const ids = useSyncExternalStore(running.watch, running.get);
  if (ids.length === 0) return null;
  return (
    <div className="toasts bulks" role="status">
      {ids.map((id) => (
        <One key={id} id={id} />
      ))}
    </div>
  );
};
