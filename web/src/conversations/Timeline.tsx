import type { Happening, Item, Opened, Person } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
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
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../api.ts';
import { withKeys } from '../keys/chosen.ts';
import { useMay } from '../me.ts';
import { Avatar } from '../ui/kit.tsx';
import { firstName, listed } from '../ui/names.ts';
import { full, said } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { useActions } from './act.ts';
import { peopleQuery, teamsQuery } from './data.ts';
import { Forward } from './Forward.tsx';
import { startForward } from './forwarding.ts';
import { sentence } from './happening.ts';
import { Folded, Message } from './Message.tsx';
import { lastSaid } from './sending.ts';

/** So many of the latest messages stand open; the older ones are one line each, behind one line. */
const open = 4;
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

const Event = ({
  event,
  people,
  teams,
}: {
  event: Happening;
  people: Map<string, Person>;
  teams: Map<string, string>;
}) => {
  const parts = sentence(event, {
    person: (id) => people.get(String(id))?.name ?? 'Someone',
    team: (id) => teams.get(String(id)) ?? 'a team',
  });
  if (!parts) return null;
  const Icon = icons.find(([name]) => name.test(event.name))?.[1] ?? CircleDot;
  return (
    <div className="ev">
      <Icon className="i s14" />
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

/** Where the folded part ends: before the last few messages, and never inside what is unread. */
export const foldAt = (items: Item[]): number => {
  const messages = items.flatMap((i, n) => (i.type === 'event' ? [] : [n]));
  return messages.length <= open + 1 ? 0 : (messages[messages.length - open] ?? 0);
};

/** What waits for its time stands at the end: it is not said yet. */
const saidFirst = (items: Item[]): Item[] => {
  const waits = (i: Item): boolean => i.type !== 'event' && i.plan !== null;
  return items.some(waits) ? [...items.filter((i) => !waits(i)), ...items.filter(waits)] : items;
};

/** Where one begins to read what is new: after the last answer of ours. Null while there is no answer before it. */
export const beginOf = (items: Item[]): string | null => {
  const answered = items.findLastIndex((i) => i.type === 'out' && i.plan === null);
  return items.slice(answered + 1).find((i) => i.type !== 'event' && (i.type !== 'out' || i.plan === null))?.id ?? null;
};

/** Messages, notes and what happened, oldest first, ending where one writes. */
export const Timeline = ({ opened }: { opened: Opened }) => {
  const allowed = useMay();
  const may = allowed('people.read');
  const canWrite = allowed('conversation.write') && opened.conversation.mergedInto === null;
  const client = useQueryClient();
  const act = useActions();
  const write = useMay()('conversation.write');
  const { data: team } = useQuery({ ...peopleQuery, enabled: may });
  const { data: teamList } = useQuery({ ...teamsQuery, enabled: may });
  const people = useMemo(() => new Map(team?.map((p) => [p.id, p])), [team]);
  const teams = useMemo(() => new Map(teamList?.map((t) => [t.id, t.name])), [teamList]);
  const { earlier, customer } = opened;
  const items = useMemo(() => saidFirst(opened.items), [opened.items]);
  // Fixed when the conversation is opened: a new message must not fold another one away while it is being read.
  const [fold] = useState(() => items[foldAt(items)]?.id ?? null);
  const [unfolded, setUnfolded] = useState(false);
  const [single, setSingle] = useState<ReadonlySet<string>>(new Set());
  const [loading, setLoading] = useState(false);
  const box = useRef<HTMLElement>(null);
  const at = Math.max(
    0,
    items.findIndex((i) => i.id === fold),
  );
  const old = items.slice(0, at);
  const oldMessages = old.filter((i) => i.type !== 'event');
  const last = items.at(-1)?.id;
  const near = useRef(true);
  // What is unread is read from its start, however long it is; it stays there while mail above takes its height, until one moves.
  const begin = useRef(opened.conversation.unread ? beginOf(items) : null);
  const settle = () => {
    const el = box.current;
    if (!el) return;
    const from = begin.current ? el.querySelector(`[data-item="${begin.current}"]`) : null;
    if (from) el.scrollTop += from.getBoundingClientRect().top - el.getBoundingClientRect().top - 12;
    else if (near.current) el.scrollTop = el.scrollHeight;
  };
  const moved = () => {
    begin.current = null;
  };

  // Opens at the end, and stays there while new things arrive, unless one has scrolled up to read.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the last item is what moves the end
  useEffect(() => {
    settle();
  }, [last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads nothing but what refs hold
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const watch = new ResizeObserver(settle);
    watch.observe(el);
    for (const child of el.children) watch.observe(child);
    return () => watch.disconnect();
  }, []);

  const more = async () => {
    if (earlier === null) return;
    setLoading(true);
    try {
      const page = await api('GET /conversations/:id/items', {
        params: { id: opened.conversation.id },
        query: { cursor: earlier },
      });
      client.setQueryData<Opened>(
        ['conversation', opened.conversation.id],
        (o) =>
          o && {
            ...o,
            items: [...page.items.filter((i) => !o.items.some((x) => x.id === i.id)), ...o.items],
            earlier: page.earlier,
          },
      );
    } catch (error) {
      tellProblem(error, () => void more());
    } finally {
      setLoading(false);
    }
  };
  const stepTo = (by: number) => () => {
    moved();
    const all = [...(box.current?.querySelectorAll<HTMLElement>('article[data-item]') ?? [])];
    const here = all.findIndex((a) => a === document.activeElement || a.contains(document.activeElement));
    const next = all[here === -1 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  const pass = () => {
    const here = document.activeElement?.closest<HTMLElement>('article[data-item]')?.dataset.item;
    const about = items.find((i) => i.id === here && i.type !== 'note') ?? lastSaid(items);
    if (about) startForward(opened.conversation.id, about.id);
  };
  const splitHere = (only: boolean) => {
    const focused = document.activeElement?.closest<HTMLElement>('article[data-item]')?.dataset.item;
    if (focused) void act.split(focused, only);
    else
      tell(withKeys('Go to the message with {previousMessage} or {nextMessage} first; the conversation splits there.'));
  };
  useKeys([
    { id: 'forward', when: canWrite, run: pass, opens: true },
    { id: 'nextMessage', run: stepTo(1) },
    { id: 'previousMessage', run: stepTo(-1) },
    { id: 'split', when: write, run: () => splitHere(false) },
    { id: 'splitOff', when: write, run: () => splitHere(true) },
    {
      id: 'unfold',
      run: () => {
        setUnfolded(!unfolded);
        setSingle(new Set(unfolded ? [] : old.map((i) => i.id)));
      },
    },
  ]);
  const draw = (item: Item) => {
    if (item.type === 'event') return <Event key={item.id} event={item} people={people} teams={teams} />;
    return <Message key={item.id} message={item} people={people} customer={customer} opened={opened} may={canWrite} />;
  };
  const voices = [
    ...new Map(oldMessages.map((m) => [m.type === 'in' ? (m.customerId ?? 'c') : (m.authorId ?? 'h'), m])).values(),
  ].map((m) =>
    m.type === 'in'
      ? {
          id: m.customerId ?? '',
          name: m.from?.name || (m.customerId === customer.id && customer.name) || m.from?.address || '',
          team: false,
        }
      : { id: m.authorId ?? 'hearten', name: people.get(m.authorId ?? '')?.name ?? 'Hearten', team: true },
  );
  return (
    <section
      className="thread"
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Messages"
      onWheel={moved}
      onTouchMove={moved}
      onPointerDown={moved}
      onKeyDown={moved}
      onScroll={(e) => {
        near.current = e.currentTarget.scrollHeight - e.currentTarget.scrollTop - e.currentTarget.clientHeight < 80;
      }}
    >
      {oldMessages.length > 0 || earlier !== null ? (
        <button type="button" className="fold" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          <span className="avs">
            {voices.slice(0, 3).map((v) => (
              <Avatar key={v.id} name={v.name} id={v.id} team={v.team} size={20} />
            ))}
          </span>
          <span className="grow cut">
            {earlier === null ? oldMessages.length : `${oldMessages.length}+`} earlier{' '}
            {oldMessages.length === 1 && earlier === null ? 'message' : 'messages'}
            {voices.length > 0 ? (
              <>
                {' '}
                {voices.length > 1 ? 'between' : 'by'} <bdi>{listed(voices.map((v) => firstName(v.name)))}</bdi>
              </>
            ) : null}
          </span>
          <span className="xs ink3 wide-only">{old[0] ? said(old[0].at) : ''}</span>
          <ChevronDown className="i s14 chev" />
        </button>
      ) : null}
      {unfolded && earlier !== null ? (
        <button type="button" className={`btn sm${loading ? ' busy' : ''}`} onClick={() => void more()}>
          Fetch what came before
        </button>
      ) : null}
      {unfolded
        ? old.map((item) =>
            item.type === 'event' || single.has(item.id) ? (
              draw(item)
            ) : (
              <Folded
                key={item.id}
                message={item}
                people={people}
                customer={customer}
                open={() => setSingle(new Set([...single, item.id]))}
              />
            ),
          )
        : null}
      {items.slice(at).map(draw)}
      <Forward opened={opened} />
    </section>
  );
};
