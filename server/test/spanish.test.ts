import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { words as widget } from '../../widget/src/words/es.ts';
import { es as mails } from '../src/team/first-texts/es.ts';

const root = join(import.meta.dirname, '../..');
/** What customers read; all else is read by whoever works here. */
const theirs = [
  ...[
    'form/page-texts',
    'form/entry',
    'form/take',
    'chat/take-files',
    'chat/routes',
    'form/page',
    'chat/visits',
    'chat/say',
    'chat/mail-it',
    'chat/links',
    'chat/give-file',
  ].map((one) => `channels/${one}`),
  'base/slots',
  ...['chat/identity', 'chat/send'].map((one) => `channels/${one}`),
  ...['mood/page', 'mood/public', 'mood/in-chat', 'praise/consent', 'praise/shown', 'mailings/page', 'mailings/words'],
  ...['page', 'public', 'stop', 'mail', 'questions', 'in-chat', 'decide'].map((one) => `surveys/${one}`),
].map((one) => readFileSync(join(root, `server/src/${one}.ts`), 'utf8'));
/** On a page for customers, what a colleague who opens it is told. */
const toColleagues = /^(This is your customer’s|You are signed in as someone of the team)/;

const served: Record<string, string> = JSON.parse(readFileSync(join(root, 'server/src/languages/es.json'), 'utf8'));
const isTheirs = (id: string): boolean =>
  !toColleagues.test(id) && theirs.some((source) => source.includes(`'${id.replaceAll("'", "\\'")}'`));
const app = [...readFileSync(join(root, 'web/src/languages/es.po'), 'utf8').matchAll(/^msgstr "(.*)"$/gm)].map(
  ([, text]) => text ?? '',
);

const alone = (words: string, flags = 'iu'): RegExp => new RegExp(`(?<!\\p{L})(${words})(?!\\p{L})`, flags);
const begins = (verbs: string): RegExp => new RegExp(`(?:^|[.;:?!] )(${verbs})(?:l[oa]s?|nos|se)?(?!\\p{L})`, 'iu');
const familiar = [
  alone('tú|tus?|te|ti|contigo|tuy[oa]s?'),
  begins(
    'escribe|escríbe|elige|abre|vuelve|mira|pide|prueba|envía|inténta|recarga|adjúnta|rellena|di|quita|deja|avisa|guarda',
  ),
];
const polite = [
  alone('usted(es)?'),
  begins(
    'escriba|elija|abra|vuelva|mire|míre|pida|pruebe|envíe|intente|inténte|recargue|quite|deje|revise|haga|clasifique|introduzca|indique|inicie|elimine|cree|pulse|compruebe',
  ),
];
const mixed = (texts: string[], not: RegExp[]): string[] => texts.filter((text) => not.some((one) => one.test(text)));

test('In Spanish a customer is spoken to with usted and a colleague with tú, in every text', () => {
  const ids = Object.keys(served);
  const customers = ids.filter(isTheirs).map((id) => served[id] ?? '');
  assert.ok(customers.length > 90, `${customers.length}`);
  const { acknowledgement, 'form-acknowledgement': ofForm, ...team } = mails;
  const flat = (of: object): string[] =>
    Object.values(of).flatMap((one) => (typeof one === 'string' ? [one] : flat(one)));
  assert.deepEqual(mixed([...customers, ...flat(widget), ...flat({ acknowledgement, ofForm })], familiar), []);
  const colleagues = ids.filter((id) => !isTheirs(id)).map((id) => served[id] ?? '');
  assert.deepEqual(mixed([...colleagues, ...app, ...flat(team)], polite), []);
});
