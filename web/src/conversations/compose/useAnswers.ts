import type { Person } from '@hearten/contract';
import { useEffect, useMemo, useRef, useState } from 'react';
import { tellProblem } from '../../ui/toast.tsx';
import type { Choice } from './Choices.tsx';
import { emoji } from './emoji.ts';
import { fitting } from './fit.ts';
import { type SlashAbout, type SlashItem, slashItems } from './slash.ts';
import type { Ask } from './suggest.ts';

const none: readonly SlashItem[] = [];
const most = 8;

/** What can be chosen for what was begun at the caret. */
export const useAnswers = (ask: Ask | null, { people, ...where }: SlashAbout & { people: readonly Person[] }) => {
  const [lines, setLines] = useState<readonly SlashItem[] | null>(null);
  const slashed = ask?.sign === '/';
  const about = useRef<SlashAbout>(where);
  about.current = where;
  // Asked once for each time it opens; typing on only narrows it.
  useEffect(() => {
    if (!slashed) return setLines(null);
    let over = false;
    slashItems(about.current).then(
      (items) => {
        if (!over) setLines(items);
      },
      (cause: unknown) => {
        if (over) return;
        setLines(none);
        tellProblem(cause);
      },
    );
    return () => {
      over = true;
    };
  }, [slashed]);
  const found = useMemo((): readonly Choice[] => {
    if (!ask) return [];
    if (ask.sign === '@')
      return people
        .filter((p) =>
          p.name
            .toLowerCase()
            .split(/\s+/)
            .some((n) => n.startsWith(ask.query.toLowerCase())),
        )
        .slice(0, most)
        .map((p) => ({ id: p.id, label: p.name }));
    if (ask.sign === ':')
      return fitting(emoji, ask.query, (one) => ({ label: one.name, keywords: '' }))
        .slice(0, most)
        .map(({ name, sign }) => ({ id: name, label: `:${name}:`, mark: sign }));
    return fitting(lines ?? none, ask.query, (one) => ({
      label: one.label,
      keywords: `${one.hint ?? ''} ${one.keywords ?? ''}`,
    })).slice(0, 50);
  }, [ask, people, lines]);
  return {
    found,
    waits: slashed && lines === null,
    line: (id: string): SlashItem | undefined => lines?.find((one) => one.id === id),
  };
};
