import { startTransition, useEffect, useState } from 'react';

/** Runs once the next frame is on the screen, and says how to call that off. */
export const afterPaint = (run: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
};

/**
 * The same value, one frame behind: what depends on it is drawn when the frame with what one asked for is on the screen. `useDeferredValue`
 * would begin with it before that frame's own tasks are done. `initial` is what stands there at first.
 */
export const useBehind = <T>(value: T, initial: T = value): T => {
  const [behind, setBehind] = useState(initial);
  useEffect(() => afterPaint(() => startTransition(() => setBehind(value))), [value]);
  return behind;
};
