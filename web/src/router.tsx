import type { Filter, Status } from '@hearten/contract';
import { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { api, whenSignedOut } from './api.ts';
import { numberQuery } from './conversations/data.ts';
import { Inbox } from './conversations/Inbox.tsx';
import { readSearch } from './conversations/operators.ts';
import { isView } from './conversations/views.ts';
import { meQuery } from './me.ts';
import { Problem } from './problem.ts';
import { Shell } from './Shell.tsx';
import { Crash, NoSuchPage } from './ui/Crash.tsx';

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NoSuchPage,
  errorComponent: Crash,
});
// The router reads ?tag=7 and ?tag=true as a number and a boolean; here everything is text.
const text = (value: unknown) =>
  typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

// The gate: everything before one is signed in. Tokens arrive in the fragment, which no server log and no referrer ever sees.
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (s: Record<string, unknown>): { to?: string; ended?: boolean } => ({
    to: text(s.to),
    ended: s.ended === true || undefined,
  }),
  beforeLoad: async () => {
    // A workspace that is not set up yet has nobody who could sign in.
    const { open } = await api('GET /setup').catch(() => ({ open: false }));
    if (open) throw redirect({ to: '/setup' });
  },
  component: lazyRouteComponent(() => import('./setup/SignIn.tsx'), 'SignIn'),
});
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./setup/SetUp.tsx'), 'SetUp'),
});
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('./setup/Join.tsx'), 'Join'),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('./setup/Reset.tsx'), 'Reset'),
});

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(meQuery);
    } catch (error) {
      if (error instanceof Problem && error.status === 401)
        throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } });
      throw error;
    }
  },
});
const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox/$view', params: { view: 'open' } });
  },
});
export type InboxSearch = {
  inbox?: string;
  team?: string;
  tag?: string;
  customer?: string;
  status?: Status;
  assignee?: string;
  priority?: Filter['priority'];
  unread?: '1';
  from?: string;
  since?: string;
  /** Days, as 2026-11-01. */
  before?: string;
  after?: string;
  /** A saved view, by its id. */
  v?: string;
};
const inboxSearch = (s: Record<string, unknown>): InboxSearch => readSearch(text, s);
const inbox = createRoute({
  getParentRoute: () => app,
  path: '/inbox/$view',
  validateSearch: inboxSearch,
  component: Inbox,
  beforeLoad: ({ params }) => {
    if (!isView(params.view)) throw redirect({ to: '/inbox/$view', params: { view: 'open' } });
  },
});
const conversation = createRoute({ getParentRoute: () => inbox, path: '$number', component: () => null });
/** Where links in mails and notifications lead: whatever view it stands in, the conversation opens. */
const byNumber = createRoute({
  getParentRoute: () => app,
  path: '/c/$number',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/inbox/$view/$number', params: { view: 'all', number: params.number } });
  },
});
const byId = createRoute({
  getParentRoute: () => app,
  path: '/conversations/$id',
  beforeLoad: async ({ params, context }) => {
    const { conversation: row } = await api('GET /conversations/:id', { params: { id: params.id } });
    context.client.setQueryData(numberQuery(row.number).queryKey, row.id);
    throw redirect({
      to: '/inbox/$view/$number',
      params: { view: row.folder === 'inbox' ? 'all' : row.folder, number: String(row.number) },
    });
  },
});

const page = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => app,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, () => React.JSX.Element>>, name),
  });
const search = createRoute({
  getParentRoute: () => app,
  path: '/search',
  validateSearch: (s: Record<string, unknown>): { q?: string } => ({ q: text(s.q) }),
  component: lazyRouteComponent(() => import('./conversations/Search.tsx'), 'Search'),
});
const customers = page('/customers', () => import('./customers/Customers.tsx'), 'Customers');
const customer = page('/customers/$id', () => import('./customers/CustomerPage.tsx'), 'CustomerPage');
const notifications = page('/notifications', () => import('./notifications/Notifications.tsx'), 'Notifications');
const quarantine = page('/quarantine', () => import('./inboxes/Quarantine.tsx'), 'Quarantine');

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./workspace/Settings.tsx'), 'Settings'),
});
const setting = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => settings,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, () => React.JSX.Element>>, name),
  });
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: lazyRouteComponent(() => import('./workspace/Settings.tsx'), 'SettingsHome'),
  }),
  setting('inboxes', () => import('./inboxes/Inboxes.tsx'), 'Inboxes'),
  setting('inboxes/new', () => import('./inboxes/InboxPage.tsx'), 'NewInbox'),
  setting('inboxes/$id', () => import('./inboxes/InboxPage.tsx'), 'EditInbox'),
  setting('sign-in', () => import('./inboxes/Providers.tsx'), 'Providers'),
  setting('domains', () => import('./domains/Domains.tsx'), 'Domains'),
  setting('people', () => import('./people/People.tsx'), 'People'),
  setting('teams', () => import('./people/Teams.tsx'), 'Teams'),
  setting('notifications', () => import('./notifications/Choices.tsx'), 'Choices'),
  setting('you', () => import('./people/You.tsx'), 'You'),
  setting('keyboard', () => import('./people/Keyboard.tsx'), 'Keyboard'),
  setting('workspace', () => import('./workspace/Workspace.tsx'), 'Workspace'),
  setting('mails', () => import('./workspace/SystemMails.tsx'), 'SystemMails'),
  setting('keys', () => import('./workspace/ApiKeys.tsx'), 'ApiKeys'),
  setting('spam', () => import('./workspace/Spam.tsx'), 'Spam'),
] as const;

const tree = root.addChildren([
  signIn,
  setup,
  join,
  reset,
  app.addChildren([
    home,
    inbox.addChildren([conversation]),
    byNumber,
    byId,
    search,
    customers,
    customer,
    notifications,
    quarantine,
    settings.addChildren([...settingsPages]),
  ]),
]);

export const makeClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        gcTime: 15 * 60_000,
        refetchOnWindowFocus: false,
        // Only what may pass by itself is tried again: an unreachable or failing server.
        retry: (failures, error) =>
          failures < 2 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
      },
    },
  });

export const makeRouter = (client: QueryClient) => {
  const router = createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultErrorComponent: Crash,
    scrollRestoration: false,
  });
  whenSignedOut(() => {
    const here = router.state.location;
    // Asking who is here is also how a visitor finds out that nobody is.
    if (here.pathname === '/sign-in' || client.getQueryData(meQuery.queryKey) === undefined) return;
    client.clear();
    void router.navigate({ to: '/sign-in', search: { to: here.href, ended: true } });
  });
  return router;
};
declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
