import { facts, kept } from './facts.ts';

type Trigger = NonNullable<typeof facts.triggers>[number];
let timers: ReturnType<typeof setTimeout>[] = [];
/** In this page's memory alone, until the visitor opened the chat or agreed: then on all pages of the site. Nothing of it is sent. */
const shown = new Set((kept(':g') || '-').split(','));
export const keepShown = (may: unknown = kept('') || kept(':g')): unknown => may && kept(':g', [...shown].join());

/** Begins to wait anew, as on each page: `show` is asked when the time has come, and says whether it did. */
export function waitFor(visits: number, show: (one: Trigger) => boolean): void {
  timers.map(clearTimeout);
  timers = (facts.triggers ?? []).map((one) =>
    setTimeout(() => {
      const now = Date.now();
      if (
        now > one.f &&
        now < one.u &&
        one.v <= visits &&
        RegExp(one.p, 'i').test(location.href) &&
        !shown.has(one.i) &&
        show(one)
      ) {
        shown.add(one.i);
        keepShown();
      }
    }, one.s * 1000),
  );
}
