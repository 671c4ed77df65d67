/**
 * Where the keyboard goes on when what was pressed leaves with its row: at the same control of the next row, or of the one before, else at
 * the heading. To be asked for while the row is there, and done once it may be gone; who went elsewhere meanwhile stays there.
 */
export const goOn = (from: HTMLElement): (() => void) => {
  const row = from.closest('li');
  const place = row ? [...row.querySelectorAll('button')].indexOf(from as HTMLButtonElement) : -1;
  const beside = [row?.nextElementSibling, row?.previousElementSibling];
  const on = (): void => {
    const at = document.activeElement;
    if (at && at !== document.body && at !== from && !at.closest('[role=dialog]')) return;
    const next = beside
      .map((one) => (one?.isConnected ? one.querySelectorAll('button')[place] : undefined))
      .find((one) => one !== undefined);
    const heading = document.querySelector<HTMLElement>('#main h1');
    if (!next && heading) heading.tabIndex = -1;
    (next ?? heading)?.focus();
  };
  // What came stands in the page, and a dialog has given the focus back, a moment later.
  return () => void setTimeout(on, 40);
};
