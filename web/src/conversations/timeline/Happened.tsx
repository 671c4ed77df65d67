import type { Happening, Person } from '@hearten/contract';
import { Link } from '@tanstack/react-router';
import {
  Archive,
  ChevronDown,
  CircleCheck,
  CircleDot,
  GitMerge,
  History,
  Link2,
  type LucideIcon,
  Moon,
  OctagonAlert,
  Split,
  Tag,
  UserRound,
} from 'lucide-react';
import { useState } from 'react';
import { t } from '../../language/index.ts';
import { firstName, listed } from '../../ui/names.ts';
import { full, said } from '../../ui/time.ts';
import { type Sentence, sentence } from '../happening.ts';

const icons: [RegExp, LucideIcon][] = [
  [/assign/, UserRound],
  [/snooz|woke/, Moon],
  [/resolv/, CircleCheck],
  [/clos/, Archive],
  [/tag/, Tag],
  [/merg|absorb/, GitMerge],
  [/split/, Split],
  [/link/, Link2],
  [/spam|mov|folder/, OctagonAlert],
  [/reopen/, History],
];
export type Who = { people: Map<string, Person>; teams: Map<string, string> };
export const sentenceOf = (event: Happening, { people, teams }: Who): Sentence | null =>
  sentence(event, {
    person: (id) => people.get(String(id))?.name ?? t('Someone'),
    team: (id) => teams.get(String(id)) ?? t('a team'),
  });

const Event = ({ event, parts }: { event: Happening; parts: Sentence }) => {
  const Icon = icons.find(([name]) => name.test(event.name))?.[1] ?? CircleDot;
  return (
    <div className="ev">
      <Icon className="i s14" aria-hidden="true" />
      <span>
        {parts.map((p, n) =>
          p.number ? (
            <Link key={n} className="link" to="/c/$number" params={{ number: String(p.number) }}>
              {p.text}
            </Link>
          ) : p.strong ? (
            <b key={n}>
              <bdi>{p.text}</bdi>
            </b>
          ) : (
            p.text
          ),
        )}
      </span>
      <time dateTime={event.at} title={full(event.at)}>
        {said(event.at)}
      </time>
    </div>
  );
};

/** More than so many in a row are one line: a conversation is read for what was said. */
export const quiet = 3;

/** What happened between two messages. */
export const Happened = ({ events, who }: { events: Happening[]; who: Who }) => {
  const [open, setOpen] = useState(false);
  const told = events.flatMap((event) => {
    const parts = sentenceOf(event, who);
    return parts ? [{ event, parts }] : [];
  });
  if (told.length === 0) return null;
  const drawn = (some: typeof told) =>
    some.map(({ event, parts }) => <Event key={event.id} event={event} parts={parts} />);
  if (told.length <= quiet) return drawn(told);
  const by = [...new Set(told.flatMap(({ event }) => who.people.get(event.actorId ?? '')?.name ?? []))];
  return (
    <>
      <button type="button" className="ev many" aria-expanded={open} onClick={() => setOpen(!open)}>
        <History className="i s14" aria-hidden="true" />
        <span className="cut">
          {by.length > 0
            ? t('{n, plural, one {# change} other {# changes}} by {names}', {
                n: told.length - 1,
                names: listed(by.map(firstName)),
              })
            : t('{n, plural, one {# change} other {# changes}}', { n: told.length - 1 })}
        </span>
        <ChevronDown className="i s14 chev" aria-hidden="true" />
        <time dateTime={told[0]?.event.at}>{told[0] ? said(told[0].event.at) : ''}</time>
      </button>
      {drawn(open ? told : told.slice(-1))}
    </>
  );
};
