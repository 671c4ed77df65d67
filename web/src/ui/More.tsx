import { t } from '../language/index.ts';

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
const controls = (within: HTMLElement | null): HTMLElement[] => [
  ...(within?.querySelectorAll<HTMLElement>('a[href], button, input') ?? []),
];

/**
 * Below a list that comes in pages: the next one, while there is one. It is never `disabled`: what is pressed by a key keeps the focus. With
 * the last page it goes, and the keyboard is at the first of what came.
 */
export const More = ({ of, label, small }: { of: Pages; label?: string; small?: boolean }) => {
  const busy = of.isFetchingNextPage;
  const next = async (from: HTMLElement): Promise<void> => {
    const within = from.parentElement;
    const place = controls(within).indexOf(from);
    await of.fetchNextPage();
    setTimeout(() => {
      if (document.activeElement === document.body) controls(within)[place]?.focus();
    }, 40);
  };
  return of.hasNextPage ? (
    <button
      type="button"
      className={`btn${small ? ' sm' : ''}${busy ? ' busy' : ''}`}
      aria-disabled={busy || undefined}
      onClick={(e) => (busy ? undefined : void next(e.currentTarget))}
    >
      {label ?? t('Show more')}
    </button>
  ) : null;
};
