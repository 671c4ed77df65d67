import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import {
  Archive,
  ArrowLeft,
  Bell,
  Building2,
  CircleDot,
  Clock,
  FileText,
  Globe,
  Hourglass,
  Inbox,
  Keyboard,
  KeyRound,
  LampDesk,
  LockKeyhole,
  LogIn,
  LogOut,
  type LucideIcon,
  Mails,
  OctagonAlert,
  Palette,
  ScrollText,
  ShieldAlert,
  ShieldCheck,
  Smile,
  SunMoon,
  TextCursorInput,
  TextQuote,
  UserRound,
  Users,
  UsersRound,
  WandSparkles,
  Webhook,
  WifiOff,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { useCut } from '../offline/cut.ts';
import { leave } from '../offline/leave.ts';
import { alsoCalled } from '../palette/synonyms.ts';
import { useTitle } from '../ui/kit.tsx';
import { useWide } from '../ui/theme.ts';
import './settings.css';

const groups = { you: t('You'), people: t('People'), mail: t('Mail'), desk: t('Workspace') };
export const pages: { to: string; label: string; icon: LucideIcon; may: string | null; group: string }[] = [
  { to: '/settings/you', label: t('Your profile'), icon: UserRound, may: null, group: groups.you },
  { to: '/settings/security', label: t('Sign-in and security'), icon: ShieldCheck, may: null, group: groups.you },
  { to: '/settings/appearance', label: t('Appearance'), icon: SunMoon, may: null, group: groups.you },
  { to: '/settings/keyboard', label: t('Keyboard'), icon: Keyboard, may: null, group: groups.you },
  { to: '/settings/notifications', label: t('Notifications'), icon: Bell, may: null, group: groups.you },
  { to: '/settings/workspace', label: t('Workspace'), icon: Building2, may: null, group: groups.desk },
  { to: '/settings/brand', label: t('Brand'), icon: Palette, may: null, group: groups.desk },
  { to: '/settings/mood', label: t('How customers feel'), icon: Smile, may: null, group: groups.desk },
  { to: '/settings/hours', label: t('Hours'), icon: Clock, may: null, group: groups.desk },
  { to: '/settings/keys', label: t('API keys'), icon: KeyRound, may: 'key.write', group: groups.desk },
  { to: '/settings/webhooks', label: t('Webhooks'), icon: Webhook, may: 'webhook.write', group: groups.desk },
  { to: '/settings/trackers', label: t('Issue trackers'), icon: CircleDot, may: 'webhook.write', group: groups.desk },
  {
    to: '/settings/privacy',
    label: t('Privacy and retention'),
    icon: Hourglass,
    may: 'data.erase',
    group: groups.desk,
  },
  { to: '/settings/audit', label: t('Audit log'), icon: ScrollText, may: 'data.audit', group: groups.desk },
  {
    to: '/settings/storage',
    label: t('Storage and backups'),
    icon: Archive,
    may: 'workspace.write',
    group: groups.desk,
  },
  { to: '/settings/sample', label: t('Sample and practice'), icon: LampDesk, may: null, group: groups.desk },
  { to: '/settings/people', label: t('People'), icon: UsersRound, may: 'people.read', group: groups.people },
  {
    to: '/settings/access',
    label: t('Sign-in for everyone'),
    icon: LockKeyhole,
    may: 'workspace.write',
    group: groups.people,
  },
  { to: '/settings/teams', label: t('Teams'), icon: Users, may: 'people.read', group: groups.people },
  {
    to: '/settings/fields',
    label: t('Customer fields'),
    icon: TextCursorInput,
    may: 'customer.read',
    group: groups.desk,
  },
  { to: '/settings/snippets', label: t('Snippets'), icon: TextQuote, may: 'snippet.read', group: groups.desk },
  { to: '/settings/macros', label: t('Macros'), icon: WandSparkles, may: 'snippet.read', group: groups.desk },
  { to: '/settings/inboxes', label: t('Inboxes'), icon: Inbox, may: 'inbox.read', group: groups.mail },
  { to: '/settings/forms', label: t('Web forms'), icon: FileText, may: 'inbox.read', group: groups.mail },
  { to: '/settings/sign-in', label: t('Sign-in for mailboxes'), icon: LogIn, may: 'inbox.write', group: groups.mail },
  { to: '/settings/domains', label: t('Domains'), icon: Globe, may: 'inbox.read', group: groups.mail },
  { to: '/settings/mails', label: t('System mails'), icon: Mails, may: 'workspace.write', group: groups.mail },
  { to: '/settings/spam', label: t('Spam'), icon: OctagonAlert, may: 'conversation.read', group: groups.mail },
  { to: '/quarantine', label: t('Quarantine'), icon: ShieldAlert, may: 'quarantine.read', group: groups.mail },
];

/** Each word that was typed begins one of its names, or of what else people call it. */
const isCalled = (page: { to: string; label: string; group: string }, typed: string): boolean => {
  const names = `${page.label} ${alsoCalled[page.to] ?? ''}`.toLocaleLowerCase().split(/\s+/);
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => names.some((name) => name.startsWith(word)));
};

/** One page per concept, the list of them beside it. */
export const Settings = () => {
  const may = useMay();
  const client = useQueryClient();
  const me = useMe();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const index = /^\/settings\/?$/.test(pathname);
  // A page below one of these has a way back of its own.
  const deeper = /^\/settings\/[^/]+\/./.test(pathname);
  const [sought, setSought] = useState('');
  const cut = useCut();
  const shown = pages.filter((p) => (p.may === null || may(p.may)) && isCalled(p, sought));
  const list = useRef<HTMLElement>(null);
  // The list is longer than a low window: the page one came to by a link or the palette is seen in it.
  useEffect(() => {
    if (pathname) list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [pathname]);
  const out = () => leave(client, me, () => void navigate({ to: '/sign-in' }));
  return (
    <div className={`sheet settings${index ? ' is-index' : ''}`}>
      <nav className="sidenav" ref={list} aria-label={t('Settings')}>
        <search className="find-setting">
          <input
            className="input"
            type="search"
            aria-label={t('Find a setting')}
            placeholder={t('Find a setting')}
            value={sought}
            onChange={(e) => setSought(e.target.value)}
            onKeyDown={(e) => {
              const first = shown[0];
              if (e.key === 'Enter' && sought.trim() && first) void navigate({ to: first.to });
              if (e.key === 'Escape') setSought('');
            }}
          />
        </search>
        {Object.values(groups).map((group) => {
          const mine = shown.filter((p) => p.group === group);
          return mine.length === 0 ? null : (
            <div key={group} style={{ display: 'contents' }}>
              <div className="cap">{group}</div>
              {mine.map((p) => (
                <Link key={p.to} to={p.to} activeProps={{ 'aria-current': 'page' }}>
                  <p.icon className="i" />
                  {p.label}
                </Link>
              ))}
            </div>
          );
        })}
        {shown.length === 0 ? (
          <p className="none" role="status">
            {t('No setting is called “{words}”. Try another word for it.', { words: sought.trim() })}
          </p>
        ) : null}
        <div className="cap" />
        <button
          type="button"
          className="btn quiet"
          style={{ justifyContent: 'start', paddingInline: 8 }}
          onClick={() => void out()}
        >
          <LogOut className="i flip" /> {t('Sign out')}
        </button>
      </nav>
      <main className="page" id="main" data-cut={cut ?? undefined}>
        <div className="in">
          {/* There from the beginning, so that it is read out when it fills. */}
          <div role="status">
            {cut ? (
              <p className="said info">
                <WifiOff className="i s14" aria-hidden="true" />
                {t('Settings need a connection. What you type here stays; it can be saved when you are back.')}
              </p>
            ) : null}
          </div>
          {deeper ? null : (
            <Link to="/settings" className="btn quiet sm phone" style={{ justifySelf: 'start' }}>
              <ArrowLeft className="i s14 flip" /> {t('Settings')}
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
  useTitle(t('Settings'));
  const wide = useWide(900);
  const navigate = useNavigate();
  useEffect(() => {
    if (wide) void navigate({ to: '/settings/you', replace: true });
  }, [wide, navigate]);
  return <h1>{t('Settings')}</h1>;
};
