import type { QueryInput } from '@hearten/contract';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleHelp, SearchIcon, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { later } from '../ui/later.tsx';
import { listed } from '../ui/names.ts';
import { onDay } from '../ui/time.ts';
import { useKeys } from '../ui/useKeys.ts';
import { inboxesQuery, peopleQuery, tagsQuery, teamsQuery } from './data.ts';
import { begun, parse, soughtBy } from './operators.ts';
import { Begin } from './search/Begin.tsx';
import { Hit, Person } from './search/Hit.tsx';
import { forget, recentOf, remember } from './search/recent.ts';
import { values } from './search/words.ts';
import './search/search.css';

const Write = later(async () => (await import('./Write.tsx')).Write);
const useSettled = (value: string, ms: number) => {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
};
/** So few hits are not enough while older conversations were not looked at: the search goes on by itself, so many times. */
const enough = 10;
const goesOn = 25;
const bare = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/** Everything that was ever written, newest first, while one types. The address says what was asked. */
export const Search = () => {
  const { q = '' } = useSearch({ from: '/app/search' });
  const navigate = useNavigate();
  const may = useMay();
  const me = useMe().person.id;
  const [text, setText] = useState(q);
  const [recent, setRecent] = useState(() => recentOf(me));
  const [helping, setHelping] = useState(false);
  const [writing, setWriting] = useState(false);
  const settled = useSettled(text.trim(), 120);
  const input = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  const people = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const teams = useQuery({ ...teamsQuery, enabled: may('people.read') });
  const inboxes = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const at = begun(text);
  const { data: tags = [] } = useQuery({ ...tagsQuery, enabled: at?.key === 'tag' });
  useTitle(q ? t('{q} · Search', { q }) : t('Search'));
  useKeys([{ id: 'search', run: () => input.current?.select() }]);
  useEffect(() => input.current?.focus(), []);
  // Back and forward change what is asked, too.
  const said = useRef(q);
  useEffect(() => {
    if (q !== said.current) setText(q);
    said.current = q;
  }, [q]);
  useEffect(() => {
    if (settled === said.current) return;
    said.current = settled;
    void navigate({ to: '/search', search: { q: settled || undefined }, replace: true });
  }, [settled, navigate]);

  const names = useMemo(
    () => ({ people: people.data ?? [], teams: teams.data ?? [], inboxes: inboxes.data ?? [] }),
    [people.data, teams.data, inboxes.data],
  );
  // A name in an operator means somebody only when one knows who is there.
  const waits = /\b(assignee|team|inbox):/i.test(settled) && [people, teams, inboxes].some((one) => one.isLoading);
  const parsed = useMemo(() => parse(settled, names, true), [settled, names]);
  const asked = soughtBy(parsed);
  const query = useInfiniteQuery({
    queryKey: ['search', asked],
    enabled: asked !== null && !waits,
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      api('GET /search', { query: { ...(asked as QueryInput<'GET /search'>), cursor: pageParam, limit: 30 }, signal }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const pages = asked === null ? [] : (query.data?.pages ?? []);
  const [first, last] = [pages[0], pages.at(-1)];
  const ids = new Set<string>();
  const hits = pages.flatMap((p) => p.items).filter((h) => !ids.has(h.conversation.id) && ids.add(h.conversation.id));
  const above = new Set(first?.items.filter((h) => h.where === 'subject' || h.where === 'number').slice(0, 6));
  const messages = hits.filter((h) => !above.has(h));
  const customers = first?.customers ?? [];
  const sought = parsed.words || (parsed.search.from ?? '');
  const guessed =
    customers.length > 0 &&
    !customers.some((c) => bare([c.name, ...c.handles.map((h) => h.value)].join(' ')).includes(bare(sought)));

  const more = last?.lookedTo && hits.length < enough && pages.length < goesOn && !query.isPlaceholderData;
  useEffect(() => {
    if (more && !query.isFetching && !query.isError) void query.fetchNextPage();
  }, [more, query.isFetching, query.isError, query.fetchNextPage]);

  const keep = () => setRecent(remember(me, settled));
  const take = (next: string) => {
    setText(next);
    setHelping(false);
    input.current?.focus();
  };
  const offered = useMemo(() => {
    if (!at) return [];
    const of: Record<string, readonly string[]> = {
      tag: tags,
      assignee: names.people.map((p) => p.name),
      team: names.teams.map((one) => one.name),
      inbox: names.inboxes.map((i) => i.name),
    };
    return [...(values[at.key] ?? []), ...(of[at.key] ?? [])]
      .filter((one) => one.toLowerCase().startsWith(at.value) && one.toLowerCase() !== at.value)
      .slice(0, 8);
  }, [at, tags, names]);
  const complete = (one: string) => take(`${text.slice(0, at?.from)}${/\s/.test(one) ? `"${one}"` : one} `);
  const step = (e: React.KeyboardEvent) => {
    const by = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    const all = [...(results.current?.querySelectorAll<HTMLElement>('.hit, .offer') ?? [])];
    if (by === 0 || all.length === 0) {
      // Letters typed on a hit go on in the field.
      if (e.key === 'Escape' && e.target !== input.current) input.current?.focus();
      return;
    }
    e.preventDefault();
    const here = all.indexOf(document.activeElement as HTMLElement);
    const next = here + by;
    if (next < 0) input.current?.focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  };
  const filtered = settled !== parsed.words;
  const none = query.isSuccess && !query.isFetching && hits.length === 0 && customers.length === 0;
  return (
    <div className="sheet">
      <main className="page" id="main">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows move the focus among the links inside */}
        <div className="in finding" onKeyDown={step}>
          <h1 className="sr">{t('Search')}</h1>
          <search className="search">
            <SearchIcon className="i" />
            <input
              ref={input}
              className="input"
              type="search"
              autoComplete="off"
              spellCheck={false}
              maxLength={400}
              aria-label={t('Search conversations and customers')}
              aria-describedby="search-says"
              placeholder={t('Words, a name, an address, or from:anna has:attachment')}
              value={text}
              onChange={(e) => setText(e.target.value)}
              onKeyDown={(e) => {
                if (e.key === 'Enter') keep();
                if (e.key === 'Escape') text ? setText('') : input.current?.blur();
              }}
            />
            <button
              type="button"
              className="btn quiet icon sm"
              aria-expanded={helping}
              aria-label={t('What can be asked')}
              title={t('What can be asked')}
              onClick={() => setHelping(!helping)}
            >
              {helping ? <X className="i" /> : <CircleHelp className="i" />}
            </button>
          </search>
          <div id="search-says" aria-live="polite">
            {parsed.errors.map((error) => (
              <p key={error} className="help bad">
                {error}
              </p>
            ))}
            {first && first.near.length > 0 ? (
              <p className="help">
                {t('Nobody is called “{said}”. Did you mean {names}?', {
                  said: parsed.search.from,
                  names: listed(first.near),
                })}
              </p>
            ) : null}
            {hits.length > 0 && !query.isFetching ? (
              <span className="sr">
                {last?.next
                  ? t('{n, plural, one {# conversation, and more} other {# conversations, and more}}', {
                      n: hits.length,
                    })
                  : t('{n, plural, one {# conversation} other {# conversations}}', { n: hits.length })}
              </span>
            ) : null}
          </div>
          <div ref={results}>
            {offered.length > 0 ? (
              <ul className="offers" aria-label={t('Goes on with')}>
                {offered.map((one) => (
                  <li key={one}>
                    <button type="button" className="chip line offer" onClick={() => complete(one)}>
                      <bdi>{one}</bdi>
                    </button>
                  </li>
                ))}
              </ul>
            ) : null}
            {helping || (asked === null && parsed.errors.length === 0 && offered.length === 0) ? (
              <Begin recent={helping ? [] : recent} take={take} drop={(one) => setRecent(forget(me, one))} />
            ) : null}
            {asked !== null && (query.isPending || waits) ? <SkeletonRows count={6} /> : null}
            {asked !== null && query.isError && hits.length === 0 ? (
              <Failed error={query.error} retry={() => void query.refetch()} />
            ) : null}
            {customers.length > 0 ? (
              <section aria-label={t('Customers')}>
                <h2 className="xs ink3 medium">
                  {guessed ? t('Nobody is called exactly so. Customers with a name like it:') : t('Customers')}
                </h2>
                {customers.slice(0, 5).map((c) => (
                  <Person key={c.id} customer={c} opened={keep} />
                ))}
              </section>
            ) : null}
            {above.size > 0 ? (
              <section aria-label={t('Conversations')}>
                <h2 className="xs ink3 medium">{t('Conversations')}</h2>
                {[...above].map((h) => (
                  <Hit key={h.conversation.id} hit={h} opened={keep} />
                ))}
              </section>
            ) : null}
            {messages.length > 0 ? (
              <section aria-label={parsed.words ? t('Messages') : t('Conversations')}>
                <h2 className="xs ink3 medium">{parsed.words ? t('Messages') : t('Conversations')}</h2>
                {messages.map((h) => (
                  <Hit key={h.conversation.id} hit={h} opened={keep} />
                ))}
              </section>
            ) : null}
            {none && !more ? (
              <Empty
                title={t('Nothing found for “{settled}”', { settled })}
                action={
                  <span className="row wrap">
                    {filtered && parsed.words ? (
                      <button type="button" className="btn" onClick={() => take(parsed.words)}>
                        {t('Search for “{words}” alone', { words: parsed.words })}
                      </button>
                    ) : null}
                    {may('conversation.write') ? (
                      <button type="button" className="btn" onClick={() => setWriting(true)}>
                        {t('Write to someone')}
                      </button>
                    ) : null}
                  </span>
                }
              >
                {filtered
                  ? t('Nothing fits all of it. Take a filter away, or write fewer or other words.')
                  : t('Try fewer or other words; they are found as they were written, in notes, spam and trash too.')}
              </Empty>
            ) : null}
            {query.isFetchNextPageError ? (
              <Failed error={query.error} retry={() => void query.fetchNextPage()} />
            ) : null}
            {query.hasNextPage && pages.length > 0 && !query.isFetchNextPageError ? (
              <p className="row further">
                <button
                  type="button"
                  className={`btn${query.isFetchingNextPage ? ' busy' : ''}`}
                  onClick={() => void query.fetchNextPage()}
                >
                  {last?.lookedTo ? t('Look further back') : t('Older ones')}
                </button>
                {last?.lookedTo ? (
                  <span className="xs ink3">{t('Looked back to {day} so far', { day: onDay(last.lookedTo) })}</span>
                ) : null}
              </p>
            ) : null}
            {hits.length > 0 ? (
              <p className="help wide-only">
                {t('The arrows move through what was found, Enter opens, Esc leads back to the field.')}
              </p>
            ) : null}
          </div>
        </div>
      </main>
      {writing ? (
        <Write
          onClose={() => setWriting(false)}
          onSent={(row) =>
            void navigate({ to: '/inbox/$view/$number', params: { view: 'all', number: String(row.number) } })
          }
        />
      ) : null}
    </div>
  );
};
