import { createECDH } from 'node:crypto';
import { TOTP } from 'otpauth';
import type { Side } from '../side.ts';
import { password } from '../world.ts';
import { type Before, type Calls, of } from './calls.ts';
import { signInCalls } from './sign-in.ts';

const tokenOf = (link: string): string => link.split(/[/=#]/).at(-1) ?? '';
type Link = { link: string };

const hook = (_: Side, before: Before) => of(before<{ id: string }>('POST /webhooks').id);
const delivery = (_: Side, before: Before) => of(before<{ id: string }>('POST /webhooks/:id/test').id);

const ofHours = (_: Side, before: Before) => of(before<{ id: string }>('POST /hours').id);
const ofHoliday = (_: Side, before: Before) => ({
  params: {
    id: before<{ id: string }>('POST /hours').id,
    holidayId: before<{ holidays: { id: string }[] }>('POST /hours/:id/holidays').holidays[0]?.id ?? '',
  },
});
const ofCalendar = (_: Side, before: Before) => ({
  params: {
    id: before<{ id: string }>('POST /hours').id,
    calendarId: before<{ calendars: { id: string }[] }>('POST /hours/:id/calendars').calendars[0]?.id ?? '',
  },
});

/** Who works here, how they sign in, and what each sees of their own. */
export const peopleCalls = {
  'GET /setup': () => ({ as: 'new desk' }),
  'POST /setup/look': (_, before) => ({ as: 'new desk', body: { token: tokenOf(before<string>('GET /setup')) } }),
  'POST /setup': (_, before) => ({
    as: 'new desk',
    body: {
      token: tokenOf(before<string>('GET /setup')),
      email: 'ada@lamps.example',
      password,
      name: 'Ada',
      workspace: 'Lamps',
    },
  }),
  'POST /sign-in': (s) => ({ as: 'nobody', body: { email: `owner@${s.canary}.example`, password } }),
  'GET /me': () => ({}),
  'PATCH /me': () => ({ as: 'lead', body: { signature: 'Ada\nLamps' } }),
  'POST /me/password': () => ({ as: 'lead', body: { old: password, password } }),
  'POST /me/totp': () => ({ as: 'lead' }),
  'POST /me/totp/confirm': (_, before) => ({
    as: 'lead',
    body: { code: new TOTP({ secret: before<{ secret: string }>('POST /me/totp').secret }).generate() },
  }),
  'DELETE /me/totp': () => ({ as: 'lead' }),
  'POST /me/workspace': (s) => ({ as: 'lead', body: { workspaceId: s.place.id } }),
  'GET /me/sessions': () => ({ as: 'lead' }),
  'DELETE /me/sessions/:id': (_, before) => ({
    as: 'lead',
    ...of(before<{ items: { id: string }[] }>('GET /me/sessions').items[0]?.id ?? ''),
  }),
  ...signInCalls,
  'POST /sign-out': () => ({ as: 'manager' }),

  'GET /people': () => ({}),
  'PATCH /people/:id': (s) => ({ ...of(s.person), body: { role: 'lead' } }),
  'POST /people/:id/reset-link': (s) => of(s.person),
  'POST /password-resets': () => ({ as: 'nobody', body: { email: 'ada@lamps.example' } }),
  'POST /password-resets/use': (_, before) => ({
    as: 'nobody',
    body: { token: tokenOf(before<Link>('POST /people/:id/reset-link').link), password: 'a longer new password' },
  }),
  'GET /invitations': () => ({}),
  'POST /invitations': () => ({ body: { email: 'grace@lamps.example', name: 'Grace', role: 'representative' } }),
  'POST /invitations/look': (_, before) => ({
    as: 'nobody',
    body: { token: tokenOf(before<Link>('POST /invitations').link) },
  }),
  'POST /invitations/accept': (_, before) => ({
    as: 'nobody',
    body: { token: tokenOf(before<Link>('POST /invitations').link), name: 'Grace', password },
  }),
  'DELETE /invitations/:id': (s) => of(s.invitation),
  'GET /teams': () => ({}),
  'POST /teams': (s) => ({ body: { name: 'Repairs', people: [s.person] } }),
  'PATCH /teams/:id': (s) => ({ ...of(s.team), body: { name: 'Answers' } }),
  'DELETE /teams/:id': (_, before) => of(before<{ id: string }>('POST /teams').id),
  'GET /api-keys': () => ({}),
  'POST /api-keys': () => ({
    as: 'owner',
    body: { name: 'Order system', scopes: ['conversation.write', 'customer.read'], perMinute: 600 },
  }),
  'PATCH /api-keys/:id': (_, before) => ({
    as: 'owner',
    ...of(before<{ id: string }>('POST /api-keys').id),
    body: { name: 'Shop', perMinute: null },
  }),
  'DELETE /api-keys/:id': (_, before) => of(before<{ id: string }>('POST /api-keys').id),

  'GET /workspace': () => ({}),
  'GET /workspace/asking': () => ({}),
  'PATCH /workspace': () => ({ body: { timeZone: 'Europe/Lisbon' } }),
  'GET /system-mails': () => ({}),
  'PUT /system-mails/:name': () => ({
    params: { name: 'invitation' },
    body: { subject: 'Come and help us', body: 'Open {link} and choose a password.' },
  }),
  'DELETE /system-mails/:name': () => ({ params: { name: 'invitation' } }),
  'GET /audit': () => ({ query: { limit: 2 } }),
  'GET /audit/file': () => ({ query: { format: 'csv', area: 'sign-in' } }),
  'GET /retention': () => ({ query: { spam: '30' } }),
  'PATCH /retention': () => ({ body: { spam: 60 } }),
  'GET /storage': () => ({}),
  'GET /backups': () => ({}),
  'POST /backups': () => ({ status: 400 }),
  'POST /release': () => ({ status: 409 }),
  'GET /brand': () => ({}),
  'PATCH /brand': () => ({ body: { colour: '#b4531a' } }),
  'POST /brand/look': () => ({ body: { site: 'lamps.example' }, status: 403 }),
  'GET /first-steps': () => ({}),
  'POST /practice/mails': () => ({ body: { text: 'Does it dim?', name: 'Ada', inbox: 'Practice' } }),
  'GET /practice': () => ({}),
  'DELETE /practice': () => ({}),
  'POST /sample': () => ({}),
  'GET /sample': () => ({}),
  'DELETE /sample': () => ({}),

  'POST /forms': (s) => ({
    body: {
      name: 'Contact',
      inboxId: s.inbox,
      settings: {
        title: 'Ask about a lamp',
        fields: [{ name: 'model', kind: 'choice', label: 'Which lamp?', choices: ['Fjord', 'Tind'], required: true }],
      },
    },
  }),
  'GET /forms': () => ({}),
  'GET /forms/:id': (_, before) => of(before<{ id: string }>('POST /forms').id),
  'PATCH /forms/:id': (_, before) => ({
    ...of(before<{ id: string }>('POST /forms').id),
    body: { settings: { sites: ['https://lamps.example'] } },
  }),
  'DELETE /forms/:id': (_, before) => of(before<{ id: string }>('POST /forms').id),
  'POST /hours': () => ({ body: { name: 'Repairs', timeZone: 'Europe/Lisbon' } }),
  'GET /hours': () => ({}),
  'GET /hours/:id': ofHours,
  'PATCH /hours/:id': (s, before) => ({
    ...ofHours(s, before),
    body: {
      week: [
        [
          [540, 720],
          [780, 1080],
        ],
        [[540, 1080]],
        [[540, 1080]],
        [[540, 1080]],
        [[1320, 1560]],
        [],
        [],
      ],
    },
  }),
  'POST /hours/dates': () => ({ body: { rule: { kind: 'nth', month: 9, weekday: 1, nth: 1 } } }),
  'POST /hours/:id/holidays': (s, before) => ({
    ...ofHours(s, before),
    body: { name: 'Good Friday', rule: { kind: 'easter', church: 'western', days: -2 } },
  }),
  'PATCH /hours/:id/holidays/:holidayId': (s, before) => ({ ...ofHoliday(s, before), body: { open: [[600, 720]] } }),
  'PUT /hours/:id/exceptions/:date': (_, before) => ({
    params: { id: before<{ id: string }>('POST /hours').id, date: '2030-12-24' },
    body: { name: 'Christmas Eve', open: [[540, 720]] },
  }),
  'POST /hours/:id/calendars': (s, before) => ({
    ...ofHours(s, before),
    body: { name: 'Public holidays', address: 'webcal://calendars.example.invalid/holidays.ics' },
  }),
  'POST /hours/:id/calendars/:calendarId/fetch': ofCalendar,
  'GET /hours/:id/time': (s, before) => ({
    ...ofHours(s, before),
    query: { at: '2030-03-29T16:00:00Z', to: '2030-04-02T10:00:00Z', minutes: 90 },
  }),
  'PUT /hours/places/:kind/:id': (s, before) => ({
    params: { kind: 'team', id: s.team },
    body: { scheduleId: before<{ id: string }>('POST /hours').id },
  }),
  'GET /hours/now': (s) => ({ query: { teamId: s.team } }),
  'DELETE /hours/:id/calendars/:calendarId': ofCalendar,
  'DELETE /hours/:id/exceptions/:date': (_, before) => ({
    params: { id: before<{ id: string }>('POST /hours').id, date: '2030-12-24' },
  }),
  'DELETE /hours/:id/holidays/:holidayId': ofHoliday,
  'DELETE /hours/:id': ofHours,

  'POST /webhooks': () => ({
    body: { address: 'https://hooks.example.invalid/hearten', types: ['message.received', 'message.sent'] },
  }),
  'GET /webhooks': () => ({}),
  'GET /webhooks/:id': hook,
  'PATCH /webhooks/:id': (s, before) => ({ ...hook(s, before), body: { description: 'The order system' } }),
  'POST /webhooks/:id/secret': hook,
  'POST /webhooks/:id/rotate': (s, before) => ({ ...hook(s, before), body: { overlapHours: 24 } }),
  'POST /webhooks/:id/test': hook,
  'GET /webhooks/:id/deliveries': hook,
  'GET /webhook-deliveries/:id': delivery,
  'POST /webhook-deliveries/:id/resend': delivery,
  'POST /webhooks/:id/resend': (s, before) => ({ ...hook(s, before), body: {} }),
  'DELETE /webhooks/:id': hook,

  'GET /notifications': () => ({ as: 'owner' }),
  'POST /notifications/seen': (s) => ({ as: 'owner', body: { ids: [s.notification] } }),
  'GET /notifications/choices': () => ({ as: 'owner' }),
  'PATCH /notifications/choices': () => ({ as: 'owner', body: { preset: 'alone' } }),
  'POST /notifications/browsers': () => ({
    as: 'owner',
    body: {
      endpoint: 'https://push.example/abc',
      p256dh: createECDH('prime256v1').generateKeys('base64url'),
      auth: 'A'.repeat(22),
    },
  }),
  'POST /notifications/browsers/:id/try': (s) => ({ ...of(s.browser), as: 'owner', status: 403 }),
  'DELETE /notifications/browsers/:id': (s) => ({ ...of(s.browser), as: 'owner' }),
} satisfies Calls;

/** What ends sessions that the story still needs: at its end. */
export const lastCalls = {
  'GET /people/:id/sessions': (s) => of(s.place.ownerId),
  'DELETE /people/:id/sessions/:sessionId': (s, before) => ({
    params: {
      id: s.place.ownerId,
      sessionId: before<{ items: { id: string }[] }>('GET /people/:id/sessions').items[0]?.id ?? '',
    },
  }),
  'DELETE /people/:id/sessions': (s) => of(s.person),
  'DELETE /me/sessions': () => ({ as: 'representative' }),
} satisfies Calls;
