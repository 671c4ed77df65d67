import { t } from '../language/index.ts';

type Pages = { hasNextPage: boolean; isFetching: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** Below a list that comes in pages: the next one, while there is one. */
export const More = ({ of, label, small }: { of: Pages; label?: string; small?: boolean }) =>
  of.hasNextPage ? (
    <button
      type="button"
      className={`btn${small ? ' sm' : ''}${of.isFetchingNextPage ? ' busy' : ''}`}
      disabled={of.isFetching}
      onClick={() => void of.fetchNextPage()}
    >
      {label ?? t('Show more')}
    </button>
  ) : null;
