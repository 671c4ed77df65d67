import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import {
  ArrowLeft,
  Bell,
  Building2,
  Globe,
  Inbox,
  Keyboard,
  KeyRound,
  LogIn,
  LogOut,
  type LucideIcon,
  Mails,
  OctagonAlert,
  ShieldAlert,
  UserRound,
  Users,
  UsersRound,
} from 'lucide-react';
import { useEffect } from 'react';
import { api } from '../api.ts';
import { dropAllUnkept } from '../conversations/unkept.ts';
import { useMay } from '../me.ts';
import { useTitle } from '../ui/kit.tsx';
import { useWide } from '../ui/theme.ts';
import { tellProblem } from '../ui/toast.tsx';

export const pages: { to: string; label: string; icon: LucideIcon; may: string | null; group: string }[] = [
  { to: '/settings/you', label: 'Your profile', icon: UserRound, may: null, group: 'You' },
  { to: '/settings/keyboard', label: 'Keyboard', icon: Keyboard, may: null, group: 'You' },
  { to: '/settings/notifications', label: 'Notifications', icon: Bell, may: null, group: 'You' },
  { to: '/settings/workspace', label: 'Workspace', icon: Building2, may: null, group: 'Workspace' },
  { to: '/settings/inboxes', label: 'Inboxes', icon: Inbox, may: 'inbox.read', group: 'Workspace' },
  { to: '/settings/sign-in', label: 'Sign-in for mailboxes', icon: LogIn, may: 'inbox.write', group: 'Workspace' },
  { to: '/settings/domains', label: 'Domains', icon: Globe, may: 'inbox.read', group: 'Workspace' },
  { to: '/settings/people', label: 'People', icon: UsersRound, may: 'people.read', group: 'Workspace' },
  { to: '/settings/teams', label: 'Teams', icon: Users, may: 'people.read', group: 'Workspace' },
  { to: '/settings/mails', label: 'System mails', icon: Mails, may: 'workspace.write', group: 'Workspace' },
  { to: '/settings/spam', label: 'Spam', icon: OctagonAlert, may: 'conversation.read', group: 'Workspace' },
  { to: '/settings/keys', label: 'API keys', icon: KeyRound, may: 'key.write', group: 'Workspace' },
  { to: '/quarantine', label: 'Quarantine', icon: ShieldAlert, may: 'quarantine.read', group: 'Workspace' },
];

/** One page per concept, the list of them beside it. */
export const Settings = () => {
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const index = /^\/settings\/?$/.test(pathname);
  // A page below one of these has a way back of its own.
  const deeper = /^\/settings\/[^/]+\/./.test(pathname);
  const shown = pages.filter((p) => p.may === null || may(p.may));
  const out = async () => {
    try {
      await api('POST /sign-out');
    } catch (error) {
      return tellProblem(error);
    }
    dropAllUnkept();
    client.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <div className={`sheet settings${index ? ' is-index' : ''}`}>
      <nav className="sidenav" aria-label="Settings">
        {['You', 'Workspace'].map((group) => (
          <div key={group} style={{ display: 'contents' }}>
            <div className="cap">{group}</div>
            {shown
              .filter((p) => p.group === group)
              .map((p) => (
                <Link key={p.to} to={p.to} activeProps={{ 'aria-current': 'page' }}>
                  <p.icon className="i" />
                  {p.label}
                </Link>
              ))}
          </div>
        ))}
        <div className="cap" />
        <button
          type="button"
          className="btn quiet"
          style={{ justifyContent: 'start', paddingInline: 8 }}
          onClick={() => void out()}
        >
          <LogOut className="i flip" /> Sign out
        </button>
      </nav>
      <main className="page" id="main">
        <div className="in">
          {deeper ? null : (
            <Link to="/settings" className="btn quiet sm phone" style={{ justifySelf: 'start' }}>
              <ArrowLeft className="i s14 flip" /> Settings
            </Link>
          )}
          <Outlet />
        </div>
      </main>
    </div>
  );
};

/** On a wide screen the list alone would be half a page: the profile stands beside it. */
export const SettingsHome = () => {
  useTitle('Settings');
  const wide = useWide(900);
  const navigate = useNavigate();
  useEffect(() => {
    if (wide) void navigate({ to: '/settings/you', replace: true });
  }, [wide, navigate]);
  return <h1>Settings</h1>;
};
