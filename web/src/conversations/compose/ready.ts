import type Editor from './Editor.tsx';

type Ready = typeof Editor;
let ready: Ready | null = null;
let asked: Promise<void> | undefined;
const watching = new Set<() => void>();

/** The editor is a part of its own, fetched when there is nothing else to do. Not there (yet, or at all), the plain field stays. */
export const fetchEditor = (): Promise<void> => {
  asked ??= import('./Editor.tsx').then(
    (part) => {
      ready = part.default;
      for (const tell of watching) tell();
    },
    () => {
      // Offline, or a new version was put in its place: asked for again next time.
      asked = undefined;
    },
  );
  return asked;
};
export const whenIdle = (then: () => void): (() => void) => {
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(then, 800);
    return () => clearTimeout(timer);
  }
  const waiting = requestIdleCallback(then, { timeout: 4000 });
  return () => cancelIdleCallback(waiting);
};
export const editor = {
  watch: (tell: () => void): (() => void) => {
    watching.add(tell);
    return () => {
      watching.delete(tell);
    };
  },
  get: (): Ready | null => ready,
};
