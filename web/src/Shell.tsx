import { DirectionProvider } from '@base-ui/react/direction-provider';
import type { Notification } from '@hearten/contract';
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { CircleUserRound, Inbox, Search, User, WifiOff } from 'lucide-react';
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { BulkProgress } from './conversations/BulkProgress.tsx';
import { rows } from './conversations/data.ts';
import { TroubleBanner, useTroubled } from './inboxes/TroubleBanner.tsx';
import { chosen } from './keys/chosen.ts';
import { connect, line, listen, type Page } from './live.ts';
import { direction, useMe } from './me.ts';
import { Lazily } from './palette/Lazily.tsx';
import { openPalette } from './palette/opened.ts';
import { Rail } from './Rail.tsx';
import { speak } from './ui/time.ts';
import { tell, undoLast } from './ui/toast.tsx';
import { useKeys } from './ui/useKeys.ts';

const useOnline = () =>
  useSyncExternalStore(
    (w) => {
      addEventListener('online', w);
      addEventListener('offline', w);
      return () => {
        removeEventListener('online', w);
        removeEventListener('offline', w);
      };
    },
    () => navigator.onLine,
  );

/** Lost for a moment is nothing to speak of; for three seconds it is. */
const useLost = () => {
  const state = useSyncExternalStore(line.watch, line.get);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (state !== 'lost') return setLost(false);
    const timer = setTimeout(() => setLost(true), 3000);
    return () => clearTimeout(timer);
  }, [state]);
  return lost;
};

/** What happens before one's eyes needs no telling: a message in the open conversation, a new one in the list that is shown. */
const onScreen = (client: QueryClient, { kind, conversationId: id }: Notification): boolean => {
  if (document.visibilityState !== 'visible' || id === null) return false;
  const shown = client.getQueryCache();
  if (shown.find({ queryKey: ['conversation', id], type: 'active' })) return true;
  return (
    kind === 'new' &&
    shown
      .findAll({ queryKey: ['list'], type: 'active' })
      .some((q) => rows(q.state.data as InfiniteData<Page> | undefined).some((r) => r.id === id))
  );
};

/** The frame around everything behind the sign-in: rail, sheet, tabs on a phone, the live line, the keys that work everywhere. */
export const Shell = () => {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [keys, setKeys] = useState(false);
  const online = useOnline();
  const lost = useLost();
  const { language, timeZone } = me.person;
  speak(language, timeZone);
  const dir = direction(language);
  // What is kept on the server is what this tab listens to, whoever changed it and where.
  useLayoutEffect(() => chosen.set(me.keys), [me.keys]);

  useEffect(() => {
    document.documentElement.dir = dir;
    // The words are English for now; saying otherwise would make a screen reader mispronounce them.
    document.documentElement.lang = 'en';
  }, [dir]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another workspace is another line
  useEffect(() => connect(client, me.person.id), [client, me.person.id, me.workspace.id]);
  useEffect(
    () =>
      listen((frame) => {
        if (frame.type === 'notify' && !onScreen(client, frame.notification))
          tell(
            frame.notification.title,
            frame.notification.conversationId
              ? {
                  label: 'Open',
                  run: () =>
                    void navigate({
                      to: '/conversations/$id',
                      params: { id: frame.notification.conversationId ?? '' },
                    }),
                }
              : undefined,
          );
      }),
    [client, navigate],
  );

  const to = (view: string) => () => void navigate({ to: '/inbox/$view', params: { view } });
  useKeys([
    { id: 'palette', run: () => openPalette(), opens: true },
    { id: 'sheet', run: () => setKeys(true), opens: true },
    { id: 'search', run: () => void navigate({ to: '/search' }), opens: true },
    { id: 'undo', run: undoLast },
    { id: 'goOpen', run: to('open') },
    { id: 'goMine', run: to('mine') },
    { id: 'goUnassigned', run: to('unassigned') },
    { id: 'goMentions', run: to('mentions') },
    { id: 'goWaiting', run: to('waiting') },
    { id: 'goSnoozed', run: to('snoozed') },
    { id: 'goScheduled', run: to('scheduled') },
    { id: 'goResolved', run: to('resolved') },
    { id: 'goAll', run: to('all') },
    { id: 'goSpam', run: to('spam') },
    { id: 'goTrash', run: to('trash') },
    { id: 'goCustomers', run: () => void navigate({ to: '/customers' }) },
    { id: 'goNotifications', run: () => void navigate({ to: '/notifications' }) },
    { id: 'goSettings', run: () => void navigate({ to: '/settings' }) },
  ]);

  const cut = !online || lost;
  const troubled = useTroubled();
  return (
    <DirectionProvider direction={dir}>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <div className={`app${cut || troubled.length > 0 ? ' has-banner' : ''}`}>
        {cut ? (
          <div className="banner" role="status">
            <WifiOff className="i s14" />
            {online
              ? 'Not connected. Trying again; what you write is kept.'
              : 'You are offline. What you see may be old; what you write is kept here.'}
          </div>
        ) : troubled.length > 0 ? (
          <TroubleBanner troubled={troubled} />
        ) : null}
        <Rail openKeys={() => setKeys(true)} />
        <Outlet />
        <nav className="tabs" aria-label="Main">
          <Link
            to="/inbox/$view"
            params={{ view: 'open' }}
            activeOptions={{ includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            <Inbox className="i s20" />
            Inbox
          </Link>
          <Link
            to="/inbox/$view"
            params={{ view: 'mine' }}
            activeOptions={{ includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            <User className="i s20" />
            Mine
          </Link>
          <Link to="/search" activeProps={{ 'aria-current': 'page' }}>
            <Search className="i s20" />
            Search
          </Link>
          <Link to="/settings" activeProps={{ 'aria-current': 'page' }}>
            <CircleUserRound className="i s20" />
            Me
          </Link>
        </nav>
      </div>
      <BulkProgress />
      <Lazily sheet={keys} closeSheet={() => setKeys(false)} />
    </DirectionProvider>
  );
};
