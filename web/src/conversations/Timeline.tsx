import type { Opened } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, ChevronDown } from 'lucide-react';
import { startTransition, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMay, useMe } from '../me.ts';
import { Avatar } from '../ui/kit.tsx';
import { firstName, listed } from '../ui/names.ts';
import { said } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { openBond } from './bond.ts';
import { fetchEarlier, peopleQuery, teamsQuery } from './data.ts';
import { Forward } from './Forward.tsx';
import { startForward } from './forwarding.ts';
import { copyLink, useLinked } from './linked.ts';
import { Folded, Message } from './Message.tsx';
import { lastSaid } from './sending.ts';
import { Happened } from './timeline/Happened.tsx';
import { beginOf, foldAt, freshOf, type Line, linesOf, saidFirst } from './timeline/order.ts';
import { useArrivals } from './timeline/useArrivals.ts';
import { usePlace } from './timeline/usePlace.ts';
import { viewPicture } from './viewing.ts';

/** Messages, notes and what happened, oldest first, ending where one writes. */
export const Timeline = ({ opened }: { opened: Opened }) => {
  const allowed = useMay();
  const may = allowed('people.read');
  const write = allowed('conversation.write');
  const canWrite = write && opened.conversation.mergedInto === null;
  const me = useMe().person.id;
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: team } = useQuery({ ...peopleQuery, enabled: may });
  const { data: teamList } = useQuery({ ...teamsQuery, enabled: may });
  const people = useMemo(() => new Map(team?.map((p) => [p.id, p])), [team]);
  const teams = useMemo(() => new Map(teamList?.map((one) => [one.id, one.name])), [teamList]);
  const { earlier, customer } = opened;
  const { id, number, unread } = opened.conversation;
  const items = useMemo(() => saidFirst(opened.items), [opened.items]);
  // Fixed when the conversation is opened: a new message must not fold another one away while it is being read.
  const [fresh, setFresh] = useState(() => (unread ? freshOf(items, opened.seenUpTo, me) : null));
  const [fold] = useState(() => items[foldAt(items, fresh)]?.id ?? null);
  const [unfolded, setUnfolded] = useState(false);
  const [single, setSingle] = useState<ReadonlySet<string>>(new Set());
  const [loading, setLoading] = useState(false);
  const at = Math.max(
    0,
    items.findIndex((i) => i.id === fold),
  );
  const old = items.slice(0, at);
  const oldMessages = old.filter((i) => i.type !== 'event');
  const place = usePlace(items.at(-1)?.id, unread ? (fresh ?? beginOf(items)) : null, fresh);
  const { box } = place;
  const spoken = useArrivals(items, me, (item, live) => {
    const first = live || !opened.conversation.unread ? null : freshOf(items, opened.seenUpTo, me);
    if (first) {
      setFresh(first);
      place.keepAt(first);
    }
    // Read as it comes, there is no line between old and new.
    else if (!place.near() || document.visibilityState !== 'visible')
      setFresh((now) => (now && place.beyond !== null ? now : item.id));
  });

  /** Opens one of the older messages and goes there, as soon as it is drawn. */
  const going = useRef<string | null>(null);
  const goTo = (item: string) => {
    going.current = item;
    if (old.some((i) => i.id === item)) {
      setUnfolded(true);
      setSingle((some) => new Set([...some, item]));
    } else arrive();
  };
  const arrive = () => {
    const article = going.current && box.current?.querySelector<HTMLElement>(`[data-item="${going.current}"]`);
    if (!going.current || !article) return;
    place.keepAt(going.current);
    article.focus({ preventScroll: true });
    going.current = null;
  };
  // After whatever was drawn, it may be there.
  useLayoutEffect(arrive);
  const linked = useLinked(opened);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address alone says where to go
  useEffect(() => {
    if (linked === null) return;
    goTo(linked);
    return () => box.current?.querySelector('[data-linked]')?.removeAttribute('data-linked');
  }, [linked]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew it is marked anew
  useEffect(() => {
    if (linked) box.current?.querySelector(`article[data-item="${linked}"]`)?.setAttribute('data-linked', '');
  }, [linked, single, unfolded]);

  const more = async () => {
    setLoading(true);
    try {
      await fetchEarlier(client, id);
    } catch (error) {
      tellProblem(error, () => void more());
    } finally {
      setLoading(false);
    }
  };
  const stepTo = (by: number) => () => {
    place.moved();
    const all = [...(box.current?.querySelectorAll<HTMLElement>('.fold, .folded, article[data-item]') ?? [])];
    const here = all.findIndex((a) => a === document.activeElement || a.contains(document.activeElement));
    const next = all[here === -1 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  const focused = () => {
    const el = document.activeElement?.closest<HTMLElement>('[data-item], [data-folded]');
    return el?.dataset.item ?? el?.dataset.folded;
  };
  const pass = () => {
    const here = focused();
    const about = items.find((i) => i.id === here && i.type !== 'note') ?? lastSaid(items);
    if (about) startForward(id, about.id);
  };
  const splitHere = (only: boolean) => {
    const here = focused();
    openBond({ what: 'split', row: opened.conversation, only, ...(here ? { messageId: here } : {}) });
  };
  const jump = () => {
    if (fresh && items.some((i) => i.id === fresh)) goTo(fresh);
    else place.toEnd();
  };
  const copy = () => {
    const about = focused() ?? linked ?? items.findLast((i) => i.type !== 'event')?.id;
    if (about) void copyLink(about);
  };
  const all = () =>
    startTransition(() => {
      setUnfolded(!unfolded);
      setSingle(new Set(unfolded ? [] : old.map((i) => i.id)));
    });
  useKeys([
    { id: 'forward', when: canWrite, run: pass, opens: true },
    { id: 'nextMessage', run: stepTo(1) },
    { id: 'previousMessage', run: stepTo(-1) },
    { id: 'split', when: write, run: () => splitHere(false), opens: true },
    { id: 'splitOff', when: write, run: () => splitHere(true), opens: true },
    { id: 'unfold', run: all },
    { id: 'jumpToNew', run: jump },
    { id: 'copyLink', run: copy },
    { id: 'print', run: () => void navigate({ to: '/print/$number', params: { number: String(number) } }) },
  ]);
  const hint = useHint(t('New since you were here'), 'jumpToNew');
  // What is far away need not be laid out; where all is near, leaving that to the browser costs every opening a second pass.
  const long = (unfolded ? items.length : items.length - at) > 8;
  const who = useMemo(() => ({ people, teams }), [people, teams]);
  const draw = (line: Line) => {
    if ('events' in line) return <Happened key={line.id} events={line.events} who={who} />;
    const { message } = line;
    if (old.includes(message) && !single.has(line.id))
      return <Folded key={line.id} message={message} people={people} customer={customer} open={() => goTo(line.id)} />;
    return [
      line.id === fresh ? (
        <div className="fresh" key="fresh">
          <span>{t('New since you were here')}</span>
        </div>
      ) : null,
      <Message key={line.id} message={message} people={people} customer={customer} opened={opened} may={canWrite} />,
    ];
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
      className={long ? 'thread long' : 'thread'}
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={t('Messages')}
      {...place.on}
      onKeyDown={place.moved}
      onClick={(e) => viewPicture(opened, e.target)}
    >
      {oldMessages.length > 0 || earlier !== null ? (
        <button
          type="button"
          className="fold"
          aria-expanded={unfolded}
          onClick={() => startTransition(() => setUnfolded(!unfolded))}
        >
          <span className="avs">
            {voices.slice(0, 3).map((v) => (
              <Avatar key={v.id} name={v.name} id={v.id} team={v.team} size={20} />
            ))}
          </span>
          <span className="grow cut">
            <Said
              id={
                earlier !== null
                  ? '{n}+ earlier messages {voices, plural, =0 {} one {by <0>{names}</0>} other {between <0>{names}</0>}}'
                  : '{n, plural, one {# earlier message} other {# earlier messages}} {voices, plural, =0 {} one {by <0>{names}</0>} other {between <0>{names}</0>}}'
              }
              values={{
                n: oldMessages.length,
                voices: voices.length,
                names: listed(voices.map((v) => firstName(v.name))),
              }}
              components={[<bdi key="0" />]}
            />
          </span>
          <span className="xs ink3 wide-only">{old[0] ? said(old[0].at) : ''}</span>
          <ChevronDown className="i s14 chev" />
        </button>
      ) : null}
      {unfolded && earlier !== null ? (
        <button type="button" className={`btn sm${loading ? ' busy' : ''}`} onClick={() => void more()}>
          {t('Fetch what came before')}
        </button>
      ) : null}
      {unfolded ? linesOf(old).map(draw) : null}
      {linesOf(items.slice(at)).map(draw)}
      <Forward opened={opened} />
      {place.beyond ? (
        <button type="button" className="btn sm pill" title={hint} onClick={jump}>
          {place.beyond === 'above' ? <ArrowUp className="i s14" /> : <ArrowDown className="i s14" />}
          {t('New since you were here')}
        </button>
      ) : null}
      <span className="sr" role="status">
        {spoken}
      </span>
    </section>
  );
};
