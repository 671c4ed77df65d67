import { type RefObject, useEffect, useRef } from 'react';

export type Side = 'done' | 'snooze';
const BEGIN = 12; // px: less is a finger that trembles
const FAR = 92; // px: let go from here on, it is done

/**
 * A row that is pushed with a finger towards its end is dealt with, towards its start is snoozed. Up and down stays scrolling. What a
 * swipe does stands behind the row while it moves; the same is done by buttons, for whoever can't or won't swipe.
 */
export const useSwipe = (
  list: RefObject<HTMLElement | null>,
  on: boolean,
  then: (number: number, side: Side) => void,
) => {
  const latest = useRef(then);
  latest.current = then;
  useEffect(() => {
    const rows = list.current;
    if (!rows || !on) return;
    let from: { x: number; y: number; row: HTMLElement; li: HTMLElement } | null = null;
    let moving = false;
    let far = false;
    const sideOf = (dx: number): Side => (dx > 0 === (document.documentElement.dir !== 'rtl') ? 'done' : 'snooze');
    const start = (e: TouchEvent) => {
      const row = (e.target as Element).closest<HTMLElement>('a.rowi');
      const [touch] = e.touches;
      const li = row?.closest('li');
      from = row && li && touch && e.touches.length === 1 ? { x: touch.clientX, y: touch.clientY, row, li } : null;
      moving = far = false;
    };
    const move = (e: TouchEvent) => {
      const [touch] = e.touches;
      if (!from || !touch) return;
      const [dx, dy] = [touch.clientX - from.x, touch.clientY - from.y];
      if (!moving && Math.abs(dy) > BEGIN) from = null;
      if (!from || (!moving && Math.abs(dx) < BEGIN)) return;
      moving = true;
      e.preventDefault();
      from.row.style.transform = `translateX(${dx}px)`;
      from.li.dataset.swipe = sideOf(dx);
      if (far !== Math.abs(dx) > FAR) {
        far = !far;
        from.li.toggleAttribute('data-far', far);
        if (far) navigator.vibrate?.(8);
      }
    };
    const end = (e: TouchEvent) => {
      if (!from || !moving) return;
      e.preventDefault();
      const { row, li } = from;
      const [side, number] = [li.dataset.swipe as Side, Number(row.dataset.number)];
      from = null;
      row.style.transform = '';
      delete li.dataset.swipe;
      li.removeAttribute('data-far');
      if (far && e.type === 'touchend') latest.current(number, side);
    };
    rows.addEventListener('touchstart', start, { passive: true });
    rows.addEventListener('touchmove', move, { passive: false });
    rows.addEventListener('touchend', end);
    rows.addEventListener('touchcancel', end);
    return () => {
      rows.removeEventListener('touchstart', start);
      rows.removeEventListener('touchmove', move);
      rows.removeEventListener('touchend', end);
      rows.removeEventListener('touchcancel', end);
    };
  }, [list, on]);
};
