import type { AuditResult, Filter, MailingKind, Me, Status } from '@hearten/contract';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { api, whenAsked, whenSignedOut } from './api.ts';
import { keepClient } from './client.ts';
import { numberQuery } from './conversations/data.ts';
import { Inbox } from './conversations/Inbox.tsx';
import { readSearch } from './conversations/operators.ts';
import { isView } from './conversations/views.ts';
import { type Behind, readBehind, readWeeks } from './home/behind.ts';
import { settingsWords } from './language/begin.ts';
import { meQuery, WithMe } from './me.ts';
import { isUnreachable, Problem } from './problem.ts';
import { Shell } from './Shell.tsx';
import { signInAgain } from './setup/again.ts';
import { proveAgain } from './setup/proof.ts';
import { readTurns, type Turns } from './surveys/turns.ts';
import { readFound } from './topics/behind.ts';
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

const signedIn = async ({
  context,
  location,
}: {
  context: { client: QueryClient };
  location: { pathname: string; href: string };
}) => {
  try {
    const me = await context.client.ensureQueryData(meQuery);
    if (me.held && location.pathname !== '/second-factor') throw redirect({ to: '/second-factor' });
  } catch (error) {
    if (error instanceof Problem && error.status === 401)
      throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } });
    throw error;
  }
};
const companySignIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/company/$id',
  component: lazyRouteComponent(() => import('./setup/CompanyBack.tsx'), 'CompanyBack'),
});
const secondFactor = createRoute({
  getParentRoute: () => root,
  path: '/second-factor',
  beforeLoad: signedIn,
  component: lazyRouteComponent(() => import('./setup/SecondFactor.tsx'), 'SecondFactor'),
});
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: () => (
    <WithMe>
      <Shell />
    </WithMe>
  ),
  beforeLoad: signedIn,
});
/** On paper nothing of the desk is wanted. */
const print = createRoute({
  getParentRoute: () => root,
  path: '/print/$number',
  beforeLoad: signedIn,
  component: lazyRouteComponent(() => import('./conversations/print/Print.tsx'), 'Print'),
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
  channel?: Filter['channel'];
  priority?: Filter['priority'];
  mood?: Filter['mood'];
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
/** The address of a message: it leads to where the message stands now. */
const byMessage = createRoute({
  getParentRoute: () => app,
  path: '/m/$id',
  beforeLoad: async ({ params }) => {
    const { number, folder } = await api('GET /messages/:id', { params: { id: params.id } });
    throw redirect({
      to: '/inbox/$view/$number',
      params: { view: folder === 'inbox' ? 'all' : folder, number: String(number) },
      hash: params.id,
    });
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

type Made = Record<string, () => React.JSX.Element>;
const page = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => app,
    path,
    component: lazyRouteComponent(load as () => Promise<Made>, name),
  });
const onePerson = page('/home/people/$id', () => import('./home/Person.tsx'), 'PersonPage');
const search = createRoute({
  getParentRoute: () => app,
  path: '/search',
  validateSearch: (s: Record<string, unknown>): { q?: string } => ({ q: text(s.q) }),
  component: lazyRouteComponent(() => import('./conversations/Search.tsx'), 'Search'),
});
const customers = page('/customers', () => import('./customers/Customers.tsx'), 'Customers');
const customer = page('/customers/$id', () => import('./customers/CustomerPage.tsx'), 'CustomerPage');
const problems = page('/problems', () => import('./problems/Problems.tsx'), 'Problems');
const rising = page('/problems/rising/$id', () => import('./topics/Found.tsx'), 'Rising');
const found = createRoute({
  getParentRoute: () => app,
  path: '/problems/found/$id',
  validateSearch: (s: Record<string, unknown>): ReturnType<typeof readFound> => readFound(s),
  component: lazyRouteComponent(() => import('./topics/Found.tsx'), 'Found'),
});
const dismissed = page('/problems/dismissed', () => import('./topics/Dismissed.tsx'), 'Dismissed');
const unfiled = page('/problems/unfiled', () => import('./problems/Unfiled.tsx'), 'Unfiled');
const audit = page('/problems/audit', () => import('./problems/Audit.tsx'), 'Audit');
/** The conversations behind how rightly is filed. */
const audited = createRoute({
  getParentRoute: () => app,
  path: '/problems/audited',
  validateSearch: (s: Record<string, unknown>): { result?: AuditResult } =>
    s.result === 'right' || s.result === 'wrong' || s.result === 'unclear' ? { result: s.result } : {},
  component: lazyRouteComponent(() => import('./problems/Audited.tsx'), 'Audited'),
});
const wishes = createRoute({
  getParentRoute: () => app,
  path: '/problems/wishes',
  validateSearch: (s: Record<string, unknown>): { field?: string } => ({ field: text(s.field) }),
  component: lazyRouteComponent(() => import('./problems/Wishes.tsx'), 'Wishes'),
});
const wish = createRoute({
  getParentRoute: () => app,
  path: '/problems/wishes/$id',
  validateSearch: (s: Record<string, unknown>): { field?: string; only?: 'unhappy' | 'valued' } => ({
    field: text(s.field),
    only: s.only === 'unhappy' || s.only === 'valued' ? s.only : undefined,
  }),
  component: lazyRouteComponent(() => import('./problems/WishCustomers.tsx'), 'WishCustomers'),
});
const problem = createRoute({
  getParentRoute: () => app,
  path: '/problems/$id',
  validateSearch: (s: Record<string, unknown>): { weeks?: number } =>
    Number(s.weeks) > 0 ? { weeks: Number(s.weeks) } : {},
  component: lazyRouteComponent(() => import('./problems/ProblemPage.tsx'), 'ProblemPage'),
});
const reports = createRoute({
  getParentRoute: () => app,
  path: '/home',
  validateSearch: (s: Record<string, unknown>): { weeks?: number } => {
    const weeks = readWeeks(s.weeks);
    return weeks ? { weeks } : {};
  },
  component: lazyRouteComponent(() => import('./home/Home.tsx'), 'Home'),
});
/** The conversations behind a number of it. */
const behind = createRoute({
  getParentRoute: () => app,
  path: '/home/conversations',
  validateSearch: (s: Record<string, unknown>): Behind => readBehind(text, s),
  component: lazyRouteComponent(() => import('./home/Conversations.tsx'), 'Conversations'),
});
const surveys = page('/surveys', () => import('./surveys/Surveys.tsx'), 'Surveys');
const praise = page('/praise', () => import('./praise/Praise.tsx'), 'Praise');
const newSurvey = page('/surveys/new', () => import('./surveys/Edit.tsx'), 'EditSurvey');
const survey = page('/surveys/$id', () => import('./surveys/SurveyPage.tsx'), 'SurveyPage');
const editSurvey = page('/surveys/$id/edit', () => import('./surveys/Edit.tsx'), 'EditSurvey');
/** The turns behind a number of a survey, and what was said in words. */
const surveyTurns = createRoute({
  getParentRoute: () => app,
  path: '/surveys/$id/turns',
  validateSearch: (s: Record<string, unknown>): Turns => readTurns(text, s),
  component: lazyRouteComponent(() => import('./surveys/Turns.tsx'), 'Turns'),
});
const writeMailing = page('/problems/$id/tell/$kind', () => import('./mailings/WriteMailing.tsx'), 'WriteMailing');
const told = createRoute({
  getParentRoute: () => app,
  path: '/mailings',
  validateSearch: (s: Record<string, unknown>): { kind?: MailingKind } =>
    s.kind === 'waiting' || s.kind === 'fixed' ? { kind: s.kind } : {},
  component: lazyRouteComponent(() => import('./mailings/Told.tsx'), 'Told'),
});
const unsubscribed = page('/mailings/unsubscribed', () => import('./mailings/Unsubscribed.tsx'), 'Unsubscribed');
const mailing = page('/mailings/$id', () => import('./mailings/MailingPage.tsx'), 'MailingPage');
const company = page('/companies/$id', () => import('./customers/CompanyPage.tsx'), 'CompanyPage');
/** The first five minutes: one is one's own customer, without the rail. */
const welcome = page('/welcome', () => import('./setup/Welcome.tsx'), 'Welcome');
const notifications = page('/notifications', () => import('./notifications/Notifications.tsx'), 'Notifications');
/** For whoever builds on the parts of the app; nothing leads there but its address and the palette. */
const kit = page('/kit', () => import('./kit/Kit.tsx'), 'Kit');
const quarantine = page('/quarantine', () => import('./inboxes/Quarantine.tsx'), 'Quarantine');

/** A part of the settings: what only they say is there before their code runs (launch/words/first.mjs knows this function by its name). */
const settingsPart = (load: () => Promise<Record<string, unknown>>, name: string) =>
  lazyRouteComponent(async () => {
    await settingsWords();
    return (await load()) as Made;
  }, name);
const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: settingsPart(() => import('./workspace/Settings.tsx'), 'Settings'),
});
const setting = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => settings,
    path,
    component: settingsPart(load, name),
  });
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: settingsPart(() => import('./workspace/Settings.tsx'), 'SettingsHome'),
  }),
  setting('inboxes', () => import('./inboxes/Inboxes.tsx'), 'Inboxes'),
  setting('inboxes/new', () => import('./inboxes/InboxPage.tsx'), 'NewInbox'),
  setting('inboxes/$id', () => import('./inboxes/InboxPage.tsx'), 'EditInbox'),
  setting('chats/$id', () => import('./inboxes/ChatPage.tsx'), 'EditChat'),
  setting('sign-in', () => import('./inboxes/Providers.tsx'), 'Providers'),
  setting('domains', () => import('./domains/Domains.tsx'), 'Domains'),
  setting('people', () => import('./people/People.tsx'), 'People'),
  setting('teams', () => import('./people/Teams.tsx'), 'Teams'),
  setting('notifications', () => import('./notifications/Choices.tsx'), 'Choices'),
  setting('you', () => import('./people/You.tsx'), 'You'),
  setting('security', () => import('./people/Security.tsx'), 'Security'),
  setting('appearance', () => import('./people/Appearance.tsx'), 'Appearance'),
  setting('keyboard', () => import('./people/Keyboard.tsx'), 'Keyboard'),
  setting('access', () => import('./workspace/Access.tsx'), 'Access'),
  setting('workspace', () => import('./workspace/Workspace.tsx'), 'Workspace'),
  setting('mood', () => import('./mood/Asking.tsx'), 'Asking'),
  setting('brand', () => import('./workspace/Brand.tsx'), 'Brand'),
  setting('sample', () => import('./workspace/SampleData.tsx'), 'SampleData'),
  setting('mails', () => import('./workspace/SystemMails.tsx'), 'SystemMails'),
  setting('privacy', () => import('./workspace/Retention.tsx'), 'Retention'),
  setting('audit', () => import('./workspace/AuditLog.tsx'), 'AuditLog'),
  setting('forms', () => import('./forms/Forms.tsx'), 'Forms'),
  setting('forms/$id', () => import('./forms/FormPage.tsx'), 'FormPage'),
  setting('hours', () => import('./hours/Hours.tsx'), 'Hours'),
  setting('hours/$id', () => import('./hours/HoursPage.tsx'), 'HoursPage'),
  setting('trackers', () => import('./problems/Trackers.tsx'), 'Trackers'),
  setting('webhooks', () => import('./webhooks/Webhooks.tsx'), 'Webhooks'),
  setting('webhooks/$id', () => import('./webhooks/WebhookPage.tsx'), 'WebhookPage'),
  setting('storage', () => import('./workspace/StorageAndBackups.tsx'), 'StorageAndBackups'),
  setting('keys', () => import('./workspace/ApiKeys.tsx'), 'ApiKeys'),
  setting('fields', () => import('./customers/Fields.tsx'), 'Fields'),
  setting('spam', () => import('./workspace/Spam.tsx'), 'Spam'),
  setting('snippets', () => import('./snippets/Library.tsx'), 'Snippets'),
  setting('snippets/$id', () => import('./snippets/Edit.tsx'), 'EditSnippet'),
  setting('macros', () => import('./snippets/Library.tsx'), 'Macros'),
  setting('macros/$id', () => import('./snippets/Edit.tsx'), 'EditMacro'),
] as const;

const tree = root.addChildren([
  signIn,
  setup,
  join,
  reset,
  companySignIn,
  secondFactor,
  print,
  app.addChildren([
    home,
    inbox.addChildren([conversation]),
    byNumber,
    byId,
    byMessage,
    search,
    customers,
    customer,
    company,
    problems,
    found,
    rising,
    dismissed,
    audit,
    audited,
    unfiled,
    wishes,
    wish,
    problem,
    reports,
    behind,
    onePerson,
    surveys,
    praise,
    newSurvey,
    survey,
    editSurvey,
    surveyTurns,
    writeMailing,
    told,
    unsubscribed,
    mailing,
    welcome,
    notifications,
    quarantine,
    kit,
    settings.addChildren([...settingsPages]),
  ]),
]);

export const makeClient = () =>
  new QueryClient({
    queryCache: new QueryCache({
      // While nothing answers, what is on screen stays there, as old as it is: the banner says so.
      onError: (error, query) => {
        if (isUnreachable(error) && query.state.data !== undefined) query.setState({ status: 'success', error: null });
      },
    }),
    defaultOptions: {
      queries: {
        gcTime: 15 * 60_000,
        refetchOnWindowFocus: false,
        // Without a connection, too: what this device has kept answers then.
        networkMode: 'always',
        // Only what may pass by itself is tried again: an unreachable or failing server.
        retry: (failures, error) =>
          failures < 2 &&
          navigator.onLine &&
          (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
      },
    },
  });

export const makeRouter = (client: QueryClient) => {
  keepClient(client);
  const router = createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultErrorComponent: Crash,
    scrollRestoration: false,
  });
  whenAsked({
    prove: proveAgain,
    heldBack: () => {
      if (router.state.location.pathname !== '/second-factor') location.assign('/second-factor');
    },
  });
  whenSignedOut(() => {
    const here = router.state.location;
    // Asking who is here is also how a visitor finds out that nobody is.
    const me = client.getQueryData<Me>(meQuery.queryKey);
    if (here.pathname === '/sign-in' || me === undefined) return Promise.resolve(false);
    return signInAgain(me, () => {
      client.clear();
      void router.navigate({ to: '/sign-in', search: { to: here.href } });
    });
  });
  return router;
};
declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
