import { useEffect, useRef, useState } from 'react';

/** Where one stands in a conversation: at its end, at what is new, or where one has moved to. Nothing that arrives moves what is being read. */
export const usePlace = (last: string | undefined, first: string | null, fresh: string | null) => {
  const box = useRef<HTMLElement>(null);
  const near = useRef(true);
  // What is unread is read from its start, however long it is; it stays there while mail above takes its height, until one moves.
  const begin = useRef(first);
  const inside = useRef(false);
  const [beyond, setBeyond] = useState<'above' | 'below' | null>(null);
  const marked = useRef(fresh !== null);
  marked.current = fresh !== null;
  const look = () => {
    if (!marked.current) return;
    const el = box.current;
    const line = el?.querySelector('.fresh')?.getBoundingClientRect();
    if (!el || !line) return setBeyond(null);
    const { top, bottom } = el.getBoundingClientRect();
    setBeyond(line.bottom < top ? 'above' : line.top > bottom ? 'below' : null);
  };
  const settle = () => {
    const el = box.current;
    if (!el) return;
    const item = begin.current ? el.querySelector(`[data-item="${begin.current}"]`) : null;
    const from = item?.previousElementSibling?.matches('.fresh') ? item.previousElementSibling : item;
    if (from) el.scrollTop += from.getBoundingClientRect().top - el.getBoundingClientRect().top - 12;
    else if (near.current) el.scrollTop = el.scrollHeight;
    look();
  };
  const nearEnd = (el: HTMLElement) => el.scrollHeight - el.scrollTop - el.clientHeight < 80;
  // Opened at what is new it may never have scrolled: whether it is at its end is looked at, or the next thing to grow would take
  // whoever reads there to the end.
  const moved = () => {
    begin.current = null;
    if (box.current) near.current = nearEnd(box.current);
  };
  // Opens at the end, and stays there while new things arrive, unless one has scrolled up to read. How it opens is settled by who
  // watches its size, in the frame that draws it: asked for earlier it would be laid out twice.
  const drawn = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the last item is what moves the end
  useEffect(() => {
    if (drawn.current) settle();
    drawn.current = true;
  }, [last, fresh]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads nothing but what refs hold
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const watch = new ResizeObserver(settle);
    watch.observe(el);
    for (const child of el.children) watch.observe(child);
    const added = new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes) if (node instanceof Element) watch.observe(node);
      // What had the focus is gone: the keys go on from here.
      if (inside.current && document.activeElement === document.body) el.focus({ preventScroll: true });
    });
    added.observe(el, { childList: true });
    return () => {
      watch.disconnect();
      added.disconnect();
    };
  }, []);
  return {
    box,
    beyond,
    near: () => near.current,
    moved,
    keepAt: (item: string) => {
      begin.current = item;
      settle();
    },
    toEnd: () => {
      begin.current = null;
      near.current = true;
      settle();
      box.current?.focus({ preventScroll: true });
    },
    on: {
      onWheel: moved,
      onTouchMove: moved,
      onPointerDown: moved,
      onFocus: () => {
        inside.current = true;
      },
      onBlur: (e: React.FocusEvent) => {
        if (e.relatedTarget && !box.current?.contains(e.relatedTarget)) inside.current = false;
      },
      onScroll: (e: React.UIEvent<HTMLElement>) => {
        near.current = nearEnd(e.currentTarget);
        look();
      },
    },
  };
};
