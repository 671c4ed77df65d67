let title = '';
let unseen = 0;

const show = (): void => {
  const count = unseen > 0 ? `(${unseen > 99 ? '99+' : unseen}) ` : '';
  document.title = `${count}${title ? `${title} · Hearten` : 'Hearten'}`;
};

/** What the page is called, in the tab and to a screen reader. */
export function setTitle(to: string): void {
  title = to;
  show();
}

/** How many notifications nobody has looked at yet: before the title, and on the icon where the app is installed. */
export function setUnseen(count: number): void {
  unseen = count;
  show();
  // A badge that can't be set (a browser without one, or not installed) takes nothing away: the number stands in the title too.
  if ('setAppBadge' in navigator) navigator.setAppBadge(count).catch(() => undefined);
  // Likewise an icon that can't be drawn.
  if (typeof document.querySelector === 'function')
    void import('./icon.ts').then(({ drawIcon }) => drawIcon(count)).catch(() => undefined);
}
