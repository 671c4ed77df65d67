import { DirectionProvider } from '@base-ui/react/direction-provider';
import type { Notification } from '@hearten/contract';
import { type InfiniteData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { CircleUserRound, House, Inbox, Search, User } from 'lucide-react';
import { useEffect, useLayoutEffect, useState } from 'react';
import { setAway, useAway } from './chats/attendance.ts';
import { BulkProgress } from './conversations/BulkProgress.tsx';
import { rows } from './conversations/data.ts';
import { Conversation } from './conversations/Inbox.tsx';
import { TroubleBanner, useTroubled } from './inboxes/TroubleBanner.tsx';
import { chosen } from './keys/chosen.ts';
import { direction, keep, matched, wanted } from './language/choice.ts';
import { spoken, t } from './language/index.ts';
import { connect, listen, type Page } from './live.ts';
import { meQuery, useMay, useMe } from './me.ts';
import { Banner } from './offline/Banner.tsx';
import { useOffline } from './offline/useOffline.ts';
import { Lazily } from './palette/Lazily.tsx';
import { openPalette } from './palette/opened.ts';
import { Rail } from './Rail.tsx';
import { floating } from './ui/float.tsx';
import { later, wantIdly } from './ui/later.tsx';
import { setLook, useWide } from './ui/theme.ts';
import { speak } from './ui/time.ts';
import { tellNews, undoLast } from './ui/toast.tsx';
import { useKeys } from './ui/useKeys.ts';
import { toggleZone, useZones } from './ui/zones.ts';

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

const FactorBanner = later(async () => (await import('./setup/FactorBanner.tsx')).FactorBanner);
const MachineBanner = later(async () => (await import('./setup/MachineBanner.tsx')).MachineBanner);
const SampleBanner = later(async () => (await import('./setup/SampleBanner.tsx')).SampleBanner);

/** The frame around everything behind the sign-in: rail, sheet, tabs on a phone, the live line, the keys that work everywhere. */
export const Shell = () => {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [keys, setKeys] = useState(false);
  const { language, timeZone } = me.person;
  speak(language, timeZone);
  const dir = direction(language);
  // What is kept on the server is what this tab listens to, whoever changed it and where.
  useLayoutEffect(() => chosen.set(me.keys), [me.keys]);
  useLayoutEffect(() => {
    if (me.look) setLook(me.look);
  }, [me.look]);

  useEffect(() => {
    document.documentElement.dir = dir;
  }, [dir]);
  // Words are chosen before the first module is read, so another language is another start of the page.
  // What this device kept from before may name a former one: only what the server said since this start counts, or two would take turns.
  const { dataUpdatedAt } = useQuery(meQuery);
  useEffect(() => {
    if (dataUpdatedAt < performance.timeOrigin) return;
    const mine = matched(language) ?? 'en';
    if (wanted() !== 'pseudo' && keep(mine) && mine !== spoken()) location.reload();
  }, [language, dataUpdatedAt]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another workspace is another line
  useEffect(() => connect(client, me.person.id), [client, me.person.id, me.workspace.id]);
  useEffect(
    () =>
      listen((frame) => {
        if (frame.type !== 'notify' || onScreen(client, frame.notification)) return;
        if (frame.sound)
          void import('./chats/sound.ts').then(({ ring }) => ring(frame.notification.id)).catch(() => undefined); // gone offline: nobody hears it
        tellNews(
          frame.notification.title,
          frame.notification.conversationId
            ? {
                label: t('Show'),
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

  // What is opened next on almost any day is there before it is asked for.
  useEffect(() => wantIdly([Conversation.want, floating.want]), []);

  const may = useMay();
  const away = useAway();
  const roomy = useWide(1100);
  const zones = useZones();
  const to = (view: string) => () => void navigate({ to: '/inbox/$view', params: { view } });
  useKeys([
    { id: 'palette', run: () => openPalette(), opens: true },
    { id: 'sheet', run: () => setKeys(true), opens: true },
    { id: 'search', run: () => void navigate({ to: '/search' }), opens: true },
    { id: 'undo', run: undoLast },
    { id: 'away', when: away !== undefined, run: () => void setAway(client, away === null) },
    { id: 'zoneRail', when: roomy, run: () => toggleZone('rail') },
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
    { id: 'goHome', when: may('report.read'), run: () => void navigate({ to: '/home' }) },
    { id: 'goSurveys', when: may('report.read'), run: () => void navigate({ to: '/surveys' }) },
    { id: 'goPraise', when: may('report.read'), run: () => void navigate({ to: '/praise' }) },
    { id: 'goProblems', run: () => void navigate({ to: '/problems' }) },
    { id: 'goMailings', run: () => void navigate({ to: '/mailings', search: {} }) },
    { id: 'goNotifications', run: () => void navigate({ to: '/notifications' }) },
    { id: 'goSettings', run: () => void navigate({ to: '/settings' }) },
  ]);

  useOffline();
  // The first five minutes have the window to themselves.
  const bare = useLocation().pathname === '/welcome';
  const troubled = useTroubled();
  return (
    <DirectionProvider direction={dir}>
      <a className="skip" href="#main">
        {t('Skip to the content')}
      </a>
      <div className={`app${bare ? ' bare' : roomy && zones.rail ? '' : ' slim'}`}>
        <Banner
          otherwise={
            me.machine.heldFrom !== null || me.machine.backupFailed !== null ? (
              <MachineBanner />
            ) : me.secondFactorBy !== null && !me.held ? (
              <FactorBanner by={me.secondFactorBy} />
            ) : me.workspace.sampleOf ? (
              <SampleBanner home={me.workspace.sampleOf} />
            ) : troubled.length > 0 ? (
              <TroubleBanner troubled={troubled} />
            ) : null
          }
        />
        {bare ? null : <Rail openKeys={() => setKeys(true)} />}
        <Outlet />
        {bare ? null : (
          <nav className="tabs" aria-label={t('Main')}>
            <Link
              to="/inbox/$view"
              params={{ view: 'open' }}
              activeOptions={{ includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
            >
              <Inbox className="i s20" />
              {t('Inbox')}
            </Link>
            <Link
              to="/inbox/$view"
              params={{ view: 'mine' }}
              activeOptions={{ includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
            >
              <User className="i s20" />
              {t('Mine')}
            </Link>
            {may('report.read') ? (
              <Link to="/home" activeProps={{ 'aria-current': 'page' }}>
                <House className="i s20" />
                {t('Home')}
              </Link>
            ) : null}
            <Link to="/search" activeProps={{ 'aria-current': 'page' }}>
              <Search className="i s20" />
              {t('Search')}
            </Link>
            <Link to="/settings" activeProps={{ 'aria-current': 'page' }}>
              <CircleUserRound className="i s20" />
              {t('Me')}
            </Link>
          </nav>
        )}
      </div>
      <BulkProgress />
      <Lazily sheet={keys} closeSheet={() => setKeys(false)} />
    </DirectionProvider>
  );
};
