import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import {
  Bell,
  Check,
  ChevronDown,
  CirclePause,
  ClipboardCheck,
  House,
  Keyboard,
  LogOut,
  type LucideIcon,
  Mail,
  MessageCircle,
  Monitor,
  Moon,
  Search,
  Settings,
  Shapes,
  ShieldAlert,
  Sun,
  UserRound,
  UserRoundCheck,
  Users,
} from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { api, trust } from './api.ts';
import { setAway, useAway } from './chats/attendance.ts';
import { inboxesQuery, notificationsQuery, viewsQuery } from './conversations/data.ts';
import { SavedViews } from './conversations/SavedViews.tsx';
import { aside, counted, rail, views } from './conversations/views.ts';
import { quarantineQuery } from './inboxes/data.ts';
import { t } from './language/index.ts';
import { useMay, useMe } from './me.ts';
import { leave } from './offline/leave.ts';
import { Caption, Item, Line, Menu } from './ui/float.tsx';
import { useKeepLook } from './ui/keepLook.ts';
import { Avatar, Keys } from './ui/kit.tsx';
import { later } from './ui/later.tsx';
import { initials } from './ui/names.ts';
import { useLook } from './ui/theme.ts';
import { setUnseen } from './ui/title.ts';
import { tellProblem } from './ui/toast.tsx';

/** What a new desk has still to do; not part of the first paint. */
const Beginning = later(async () => (await import('./setup/Beginning.tsx')).Beginning);

const Words = ({ children }: { children: ReactNode }) => (
  <span className="grow cut words" dir="auto">
    {children}
  </span>
);
const themes: { name: 'auto' | 'light' | 'dark'; label: string; icon: LucideIcon }[] = [
  { name: 'auto', label: t('Like this device'), icon: Monitor },
  { name: 'light', label: t('Day'), icon: Sun },
  { name: 'dark', label: t('Evening'), icon: Moon },
];

const Workspaces = () => {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const go = async (workspaceId: string) => {
    try {
      const next = trust(await api('POST /me/workspace', { body: { workspaceId } }));
      // Nothing of the other workspace may stay on screen.
      client.clear();
      client.setQueryData(['me'], next);
      await navigate({ to: '/inbox/$view', params: { view: 'open' } });
    } catch (error) {
      tellProblem(error);
    }
  };
  const name = (
    <button type="button" className="ws">
      <span className="logo" aria-hidden="true" data-initials={initials(me.workspace.name).slice(0, 1)} />
      <span className="sr">{t('Workspace')}</span>
      <Words>
        <bdi>{me.workspace.name}</bdi>
      </Words>
      <ChevronDown className="i s14 chev" />
    </button>
  );
  return (
    <Menu trigger={name}>
      <Caption>{t('Workspaces')}</Caption>
      {me.workspaces.map((w) => (
        <Item
          key={w.id}
          run={() => void (w.id === me.workspace.id ? undefined : go(w.id))}
          icon={w.id === me.workspace.id ? Check : undefined}
        >
          <bdi>{w.name}</bdi>
        </Item>
      ))}
      <Line />
      <Item icon={Settings} run={() => void navigate({ to: '/settings' })}>
        {t('Settings')}
      </Item>
    </Menu>
  );
};

const You = ({ openKeys }: { openKeys: () => void }) => {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { theme } = useLook();
  const keep = useKeepLook();
  const away = useAway();
  const out = () => leave(client, me, () => void navigate({ to: '/sign-in' }));
  const face = (
    <button type="button" className="ws grow">
      <span className="sr">{t('You:')}</span>
      <Avatar name={me.person.name} id={me.person.id} team />
      <Words>
        <bdi>{me.person.name}</bdi>
      </Words>
      {away ? <span className="chip">{t('Away')}</span> : null}
    </button>
  );
  return (
    <Menu trigger={face} side="top">
      <Item icon={UserRound} run={() => void navigate({ to: '/settings/you' })}>
        {t('Your profile')}
      </Item>
      {away === undefined ? null : (
        <Item icon={away ? UserRoundCheck : CirclePause} keys="away" run={() => void setAway(client, away === null)}>
          {away ? t('Back again') : t('Away')}
        </Item>
      )}
      <Item icon={Keyboard} run={openKeys} keys="sheet">
        {t('Keys')}
      </Item>
      <Line />
      <Caption>{t('Light')}</Caption>
      {themes.map((one) => (
        <Item key={one.name} icon={one.icon} run={() => void keep({ theme: one.name })} is={theme === one.name}>
          {one.label}
        </Item>
      ))}
      <Line />
      <Item icon={LogOut} run={() => void out()}>
        {t('Sign out')}
      </Item>
    </Menu>
  );
};

/** Where one can go, and how much is there. */
export const Rail = ({ openKeys }: { openKeys: () => void }) => {
  const may = useMay();
  const { data: counts } = useQuery(viewsQuery);
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const { data: told } = useQuery(notificationsQuery);
  const unseen = told?.unseen ?? 0;
  useEffect(() => {
    setUnseen(unseen);
    return () => setUnseen(0);
  }, [unseen]);
  const { data: stuck } = useQuery({ ...quarantineQuery, enabled: may('quarantine.read') });
  const { inbox, v } = useSearch({ strict: false }) as { inbox?: string; v?: string };
  const current = { 'aria-current': 'page' } as const;
  return (
    <nav className="rail" aria-label={t('Workspace')}>
      <Workspaces />
      <Link to="/search" className="find" title={t('Search')}>
        <Search className="i" />
        <span>{t('Search')}</span>
        <Keys of="search" />
      </Link>
      <Link to="/notifications" className="nav" activeProps={current} title={t('Notifications')}>
        <Bell className="i" />
        <Words>{t('Notifications')}</Words>
        {told?.unseen ? (
          <span className="badge">
            {told.unseen > 99 ? '99+' : told.unseen}
            <span className="sr"> {t('unseen')}</span>
          </span>
        ) : null}
      </Link>
      {may('report.read') ? (
        <Link to="/home" className="nav" activeProps={current} title={t('Home')}>
          <House className="i" />
          <Words>{t('Home')}</Words>
        </Link>
      ) : null}
      <Link to="/customers" className="nav" activeProps={current} title={t('Customers')}>
        <Users className="i" />
        <Words>{t('Customers')}</Words>
      </Link>
      <Link to="/problems" className="nav" activeProps={current} title={t('Problems')}>
        <Shapes className="i" />
        <Words>{t('Problems')}</Words>
      </Link>
      {may('report.read') ? (
        <Link to="/surveys" className="nav" activeProps={current} title={t('Surveys')}>
          <ClipboardCheck className="i" />
          <Words>{t('Surveys')}</Words>
        </Link>
      ) : null}
      <div className="cap">{t('Views')}</div>
      {[...rail, ...aside].map((view) => {
        const { label, icon: Icon } = views[view];
        return (
          <Link
            key={view}
            to="/inbox/$view"
            params={{ view }}
            search={{}}
            className="nav"
            title={label}
            activeOptions={{ includeSearch: false }}
            activeProps={inbox || v ? { 'aria-current': undefined } : current}
          >
            <Icon className="i flip" />
            <Words>{label}</Words>
            {aside.includes(view) || view === 'resolved' || view === 'all' ? null : (
              <span className="count">{counted(counts?.[view])}</span>
            )}
          </Link>
        );
      })}
      <SavedViews />
      {stuck && stuck.items.length > 0 ? (
        <Link to="/quarantine" className="nav" activeProps={current} title={t('Quarantine')}>
          <ShieldAlert className="i" />
          <Words>{t('Quarantine')}</Words>
          <span className="count">
            {stuck.items.length}
            {stuck.next ? '+' : ''}
          </span>
        </Link>
      ) : null}
      {inboxes && inboxes.length > 0 ? <div className="cap">{t('Inboxes')}</div> : null}
      {inboxes?.map((i) => (
        <Link
          key={i.id}
          to="/inbox/$view"
          params={{ view: 'open' }}
          search={{ inbox: i.id }}
          className="nav"
          title={i.name}
          aria-current={inbox === i.id ? 'page' : undefined}
        >
          {i.channel === 'chat' ? <MessageCircle className="i" /> : <Mail className="i" />}
          <Words>
            <bdi>{i.name}</bdi>
          </Words>
          {i.state.state === 'trouble' ? (
            <span className="chip breach" title={i.state.text}>
              {t('trouble')}
            </span>
          ) : null}
        </Link>
      ))}
      <Beginning />
      <div className="foot">
        <You openKeys={openKeys} />
        <Link to="/settings" className="btn quiet icon" aria-label={t('Settings')} title={t('Settings')}>
          <Settings className="i" />
        </Link>
      </div>
    </nav>
  );
};
