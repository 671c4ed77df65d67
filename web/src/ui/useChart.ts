import { useDirection } from '@base-ui/react/direction-provider';
import { type RefObject, useEffect, useRef, useState } from 'react';

const LEAST = 240;

/** A chart as wide as its box, so that texts keep their size on every screen; `mirrored` where the page is read from the right. */
export function useChart(first: number): { box: RefObject<HTMLDivElement | null>; wide: number; mirrored: boolean } {
  const box = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(first);
  useEffect(() => {
    const at = box.current;
    if (!at) return;
    const watch = new ResizeObserver(([entry]) =>
      setWide(Math.max(LEAST, Math.round(entry?.contentRect.width ?? first))),
    );
    watch.observe(at);
    return () => watch.disconnect();
  }, [first]);
  // The page's own attribute follows the sign-in a moment later, and nothing draws a chart anew for it.
  return { box, wide, mirrored: useDirection() === 'rtl' };
}
