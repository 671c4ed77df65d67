import type { Item, Message } from '@hearten/contract';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../language/index.ts';
import { listen } from '../../live.ts';
import { firstLine } from '../text.ts';

/** What a message is told with when it is said; other frames tell what became of one that was there. */
const news = new Set(['message.received', 'message.noted', 'message.replied', 'message.forwarded']);
const pause = 1200; // milliseconds in which several are told as one

/**
 * What others say while one is here: told to `each`, and given back as the sentence a screen reader says. What stood there already and
 * was only fetched now (the screen first shows what this device had kept) came before one was here.
 */
export const useArrivals = (items: Item[], me: string, each: (item: Message, live: boolean) => void): string => {
  const live = useRef(new Set<string>());
  useEffect(
    () =>
      listen((frame) => {
        if (frame.type === 'change' && news.has(frame.event)) for (const item of frame.items) live.current.add(item.id);
      }),
    [],
  );
  const known = useRef<ReadonlySet<string>>(new Set(items.map((i) => i.id)));
  const waiting = useRef<Message[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const told = useRef(each);
  told.current = each;
  const [spoken, setSpoken] = useState('');
  useEffect(() => {
    const before = known.current;
    known.current = new Set(items.map((i) => i.id));
    // What was said earlier and is only fetched now stands before all that was known.
    const from = items.findLastIndex((i) => before.has(i.id));
    const arrived = items
      .slice(from + 1)
      .filter((i): i is Message => i.type !== 'event' && i.plan === null && (i.type === 'in' || i.authorId !== me));
    const [first] = arrived;
    if (!first || before.size === 0) return;
    const came = live.current.has(first.id);
    told.current(first, came);
    if (!came) return;
    waiting.current.push(...arrived);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const [one, another] = waiting.current.splice(0);
      const name = one?.from?.name || one?.from?.address || t('a colleague');
      const text = firstLine(one?.text ?? '').slice(0, 120);
      setSpoken(
        another
          ? t('Several new messages, the first from {name}', { name })
          : one?.type === 'note'
            ? t('New note: {text}', { text })
            : t('New message from {name}: {text}', { name, text }),
      );
    }, pause);
  }, [items, me]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return spoken;
};
