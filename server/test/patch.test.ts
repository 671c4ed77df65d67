import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Endpoint, endpoints, type Key } from '@hearten/contract';
import { founding, makeModules } from '../src/modules.ts';
import { makeSide, type Side } from './side.ts';
import { makeWorld, type World } from './world.ts';

type Change = Extract<Key, `PATCH ${string}`>;
/** For each change of the contract: of what, and for each of its fields a value that is not the one a new thing has. One that is missing here does not compile. */
const changes: Record<
  Change,
  (s: Side) => { id?: string; full: Record<string, unknown>; but?: string[]; along?: object }
> = {
  'PATCH /me': () => ({
    full: {
      name: 'Ana',
      language: 'de',
      timeZone: 'Asia/Tokyo',
      signature: 'Yours, Ana',
      keys: { on: false, preset: 'gmail', own: { reply: 'q' } },
      look: { theme: 'dark', contrast: 'high', density: 'compact' },
      firstSteps: false,
      checksTone: true,
    },
  }),
  'PATCH /people/:id': (s) => ({ id: s.person, full: { role: 'lead', active: false, name: 'Ben' } }),
  'PATCH /teams/:id': (s) => ({ id: s.team, full: { name: 'Lamps', people: [s.place.ownerId] } }),
  'PATCH /api-keys/:id': (s) => ({
    id: s.key,
    full: { name: 'A robot', expiresAt: '2040-01-01T00:00:00.000Z', perMinute: 17 },
  }),
  'PATCH /workspace': () => ({
    full: {
      name: 'Lamps',
      language: 'fr',
      timeZone: 'Asia/Tokyo',
      closesAfterDays: 17,
      emptiesTrashAfterDays: 19,
      asksMood: true,
      chatsEach: 7,
      orderEvent: 'Order completed',
    },
  }),
  'PATCH /me/passkeys/:id': (s) => ({ id: s.passkey, full: { name: 'The blue key' } }),
  'PATCH /sign-in-providers/:id': (s) => ({
    id: s.signInProvider,
    full: {
      name: 'Ours',
      clientId: 'another',
      clientSecret: 'a new secret',
      domains: ['lamps.example'],
      creates: true,
      trusted: true,
      role: 'lead',
      claim: 'groups',
      roles: [{ value: 'boss', role: 'manager' }],
    },
    but: ['issuer'], // a real provider is asked: server/test/journeys/access.test.ts
  }),
  'PATCH /customers/:id': (s) => ({
    id: s.customer,
    full: {
      name: 'Claire',
      role: 'Buyer',
      companyId: s.company,
      language: 'fr',
      timeZone: 'Asia/Tokyo',
      fields: { [`field_${s.canary}`]: 'blue' },
    },
  }),
  'PATCH /customer-notes/:id': (s) => ({ id: s.customerNote, full: { text: 'Likes lamps' } }),
  'PATCH /companies/:id': (s) => ({ id: s.company, full: { name: 'Atelier', domain: 'atelier.example', fields: {} } }),
  'PATCH /customer-fields/:id': (s) => ({
    id: s.customerField,
    full: { label: 'Colour', place: 7, archived: true },
    but: ['choices'], // of fields with choices alone
  }),
  'PATCH /conversations/:id': (s) => ({
    id: s.other,
    full: { subject: 'A lamp', priority: 'high', category: 'broken' },
  }),
  'PATCH /spam': () => ({ full: { threshold: 7 } }),
  'PATCH /saved-views/:id': (s) => ({
    id: s.savedView,
    full: { name: 'Mine', icon: 'flag', filter: { view: 'mine', tag: `tag-${s.canary}` }, for: s.team, position: 7 },
  }),
  'PATCH /snippets/:id': (s) => ({ id: s.snippet, full: prepared(s) }),
  'PATCH /macros/:id': (s) => ({
    id: s.macro,
    full: { ...prepared(s), shortcut: 'hello', steps: [{ do: 'tag', add: ['one', 'two'] }], sends: true },
  }),
  'PATCH /inboxes/:id': (s) => ({
    id: s.inbox,
    full: {
      name: 'Lamps',
      address: `lamps@${s.canary}.example`,
      enabled: false,
      settings: {
        imap: {
          host: 'imap.example',
          port: 993,
          security: 'tls',
          user: 'support',
          folder: 'Support',
          since: '2026-01-01T00:00:00.000Z',
          all: true,
        },
        smtp: { host: 'smtp.example', port: 465, security: 'tls', user: 'support' },
        signature: 'Yours',
        undoSeconds: 17,
        quoteHistory: true,
        acknowledge: true,
        plusAddress: false,
        trustedHosts: ['mx.example'],
        signIn: null,
      },
      habits: { signature: 'Yours', undoSeconds: 17, quoteHistory: true, acknowledge: true, plusAddress: false },
    },
    // Whether servers are tried first is no field, and there are none at these addresses: server/src/channels/email/routes.test.ts.
    but: ['untested'],
    along: { untested: true },
  }),
  'PATCH /chats/:id': (s) => ({
    id: s.chat,
    full: {
      name: 'Shop',
      enabled: false,
      settings: {
        greeting: 'Hello',
        colour: '#123456',
        side: 'start',
        theme: 'dark',
        domains: ['lamps.example'],
        asks: {
          new: { name: 'required', email: 'required', question: 'Which lamp?', answer: 'required' },
          returning: { name: 'optional', email: 'required', question: '', answer: 'optional' },
          signedIn: { name: 'no', email: 'optional', question: 'Which order?', answer: 'optional' },
        },
        emailWhenClosed: true,
        files: false,
        mailInboxId: s.inbox,
        mailAfter: 90,
      },
    },
  }),
  'PATCH /notifications/choices': () => ({
    full: {
      ways: { new: ['app', 'mail'] },
      quiet: { hours: { from: '18:00', to: '08:00' }, days: [6, 7] },
      digest: { at: ['07:30'], days: [1, 3] },
      sound: false,
    },
    but: ['preset'], // means all ways at once
  }),
  'PATCH /brand': () => ({
    full: { site: 'https://lamps.example', colour: '#123456', logo: 'data:image/png;base64,iVBORw0KGgo=' },
  }),
  'PATCH /forms/:id': (s) => ({
    id: s.form,
    full: {
      name: 'Returns',
      enabled: false,
      settings: {
        title: 'Send it back',
        intro: 'We take it.',
        button: 'Go',
        thanks: 'Seen.',
        name: 'required',
        subject: 'optional',
        urgency: false,
        files: false,
        fields: [{ name: 'lamp', kind: 'choice', label: 'Which?', help: '', required: true, choices: ['Fjord'] }],
        acknowledge: false,
        sites: ['https://lamps.example'],
      },
    },
    but: ['inboxId'], // there is one inbox; server/test/isolation/forms.ts
  }),
  'PATCH /hours/:id': (s) => ({
    id: s.hours,
    full: { name: 'Early', timeZone: 'Asia/Tokyo', week: [[], [[420, 660]], [], [], [], [], []], isDefault: true },
  }),
  'PATCH /hours/:id/holidays/:holidayId': (s) => ({
    id: s.hours,
    full: { name: 'Market day', rule: { kind: 'once', from: '2027-05-01', to: '2027-05-03' }, open: [[600, 720]] },
  }),
  'PATCH /surveys/:id': (s) => ({
    id: s.survey,
    full: {
      name: 'Was it easy?',
      kind: 'ces',
      way: 'both',
      moment: 'rhythm',
      delayHours: 48,
      everyDays: 60,
      share: 50,
      audience: {
        channels: ['email'],
        brandIds: [],
        teamIds: [s.team],
        tags: ['vip'],
        problemIds: [],
        languages: ['de'],
      },
      questions: [{ kind: 'choice', text: 'Which lamp?', choices: ['Fjord', 'Aurora'], low: '', high: '' }],
      intro: 'Hello,\n\none question.',
      running: true,
    },
    but: ['saw'], // what one looked at, no field
  }),
  'PATCH /problems/:id': (s) => ({
    id: s.problem,
    full: {
      name: 'Cannot pay by card',
      step: 'Paying',
      remedy: 'A voucher',
      prevention: 'Say which cards are taken',
      cause: 'docs',
      fix: 'article',
      ownerId: s.place.ownerId,
      state: 'fixed',
      workaround: 'Pay by transfer',
      answer: 'Please pay by transfer.',
      link: 'https://issues.example/7',
      wish: true,
      shippedOn: '2025-03-01',
    },
    but: ['saw'], // an older one is refused: server/src/problems/problems.test.ts
  }),
  'PATCH /trackers/:id': (s) => ({
    id: s.tracker,
    full: { name: 'northwind/shop' },
    but: ['secret'], // never shown again: server/src/problems/issues/issues.test.ts
  }),
  'PATCH /webhooks/:id': (s) => ({
    id: s.webhook,
    full: {
      address: `http://127.0.0.1:9/changed-${s.canary}`,
      description: 'Tells the shop',
      types: ['conversation.created'],
      active: false,
      headers: { 'x-door': 'ajar' },
    },
  }),
  'PATCH /retention': () => ({
    full: { conversations: 901, spam: 31, files: 801, events: 701, visits: 60, audit: 601 },
  }),
};
function prepared(s: Side): Record<string, unknown> {
  return {
    name: 'Hello',
    shortcut: 'hi',
    folder: 'Greetings',
    for: s.team,
    text: 'Hello there',
    html: '<p>Hello there</p>',
    files: [],
    variants: { de: { text: 'Hallo', html: null } },
  };
}

let world: World;
let side: Side;
before(async () => {
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } });
  side = await makeSide(world);
});
after(() => world.end());

/** What moves by itself with every change. */
const still = (text: string): unknown =>
  JSON.parse(text, (name, value) =>
    ['version', 'updatedAt', 'editedAt', 'changedAt', 'at', 'lastUsedAt', 'stateAt'].includes(name) ? undefined : value,
  );
const isPart = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

test('A change touches what it names and nothing else: every PATCH of the contract, with nothing and with each field alone', async () => {
  for (const key of Object.keys(changes) as Change[]) {
    const { id = '', full, but = [], along = {} } = changes[key](side);
    const fields = Object.keys((endpoints[key] as Endpoint & { body: { shape: object } }).body.shape);
    assert.deepEqual([...Object.keys(full), ...but].sort(), fields.sort(), `${key}: its fields`);
    const ask = async (body: object): Promise<unknown> => {
      const { status, text } = await side.owner.send(
        'PATCH',
        key.slice(6).replace(':id', id).replace(':holidayId', side.holiday),
        { ...body, ...along },
      );
      assert.equal(status, 200, `${key} ${JSON.stringify(body)}: ${text}`);
      return still(text);
    };
    const whole = await ask(full);
    const needed = endpoints[key].body.safeParse({}).success === false;
    if (!needed) assert.deepEqual(await ask({}), whole, `${key} with nothing`);
    for (const [name, value] of Object.entries(full)) {
      assert.deepEqual(await ask({ [name]: value }), whole, `${key} with ${name} alone`);
      if (isPart(value) && ['settings', 'habits', 'fields', 'ways'].includes(name))
        for (const [inner, one] of Object.entries(value))
          assert.deepEqual(await ask({ [name]: { [inner]: one } }), whole, `${key} with ${name}.${inner} alone`);
    }
  }
});
