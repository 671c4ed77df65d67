import { type FormFacts, type FormField, mailAddress } from '@hearten/contract';
import { Invalid } from '../../base/errors.ts';
import type { Said } from '../../base/words.ts';
import { say } from '../../base/words.ts';
import type { Open } from './settings.ts';

const LONGEST = 50_000;
const MOST_FILES = 10;
export const MOST_BYTES = 15 * 1024 * 1024;

export type Entry = {
  from: { name: string; address: string };
  subject: string;
  text: string;
  files: File[];
  urgency: FormFacts['urgency'];
  neededBy: string | null;
  page: string | null;
  trap: boolean;
};
type Wrong = { path: string; message: Said };

const one = (given: FormData, name: string): string => {
  const value = given.get(name);
  return typeof value === 'string' ? value.replaceAll('\0', '').replace(/\r\n?/g, '\n').trim().toWellFormed() : '';
};
const line = (text: string, most: number): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed();

/** What was filled in, held against what the form asks; all that is wrong is said at once. */
export function readEntry(form: Open, given: FormData): Entry {
  const { settings } = form;
  const wrong: Wrong[] = [];
  const needs = (path: string, message: Said): void => void wrong.push({ path, message });
  const address = one(given, 'email');
  if (!mailAddress.safeParse(address).success)
    needs('email', say('Write your e-mail address, so that we can answer: you@example.com'));
  const name = settings.name === 'no' ? '' : line(one(given, 'name'), 100);
  if (settings.name === 'required' && !name) needs('name', say('Tell us your name.'));
  const subject = settings.subject === 'no' ? '' : line(one(given, 'subject'), 200);
  if (settings.subject === 'required' && !subject) needs('subject', say('Say in a few words what it is about.'));
  const message = one(given, 'message');
  if (!message) needs('message', say('Write what we can do for you.'));
  if (message.length > LONGEST)
    needs('message', say('This is too long: {most} letters fit. Attach it as a file instead.', { most: LONGEST }));
  const answers = settings.fields.flatMap((field) => answerTo(field, one(given, `field_${field.name}`), needs));
  const files = settings.files ? given.getAll('files').filter((file) => file instanceof File && file.size > 0) : [];
  const there = files as File[];
  if (there.length > MOST_FILES || there.reduce((all, file) => all + file.size, 0) > MOST_BYTES)
    needs(
      'files',
      say('Up to {n} files of {mb} MB together can come along. Leave some out, or send a link.', {
        n: MOST_FILES,
        mb: MOST_BYTES / 1024 / 1024,
      }),
    );
  if (wrong.length > 0) throw Invalid(say('Something is missing or not as it should be. Nothing was sent yet.'), wrong);
  const urgency = settings.urgency ? urgencyIn(one(given, 'urgency')) : null;
  const by = one(given, 'needed_by');
  return {
    from: { name, address },
    subject: subject || firstLine(message),
    text: [message, answers.join('\n')].filter(Boolean).join('\n\n'),
    files: there,
    urgency,
    neededBy: urgency === 'stuck' && isDay(by) ? by : null,
    page: pageIn(one(given, 'page')),
    trap: one(given, 'more_about_you') !== '',
  };
}

function answerTo(field: FormField, value: string, needs: (path: string, message: Said) => void): string[] {
  const path = `field_${field.name}`;
  const said = field.kind === 'text' ? value.slice(0, 5000) : line(value, 500);
  if (!said || (field.kind === 'tick' && said !== 'yes')) {
    if (field.required) needs(path, say('Please fill this in: {label}', { label: field.label }));
    return [];
  }
  if (field.kind === 'number' && !Number.isFinite(numberIn(said)))
    needs(path, say('This needs to be a number: {label}', { label: field.label }));
  if (field.kind === 'date' && !isDay(said))
    needs(path, say('This needs to be a date: {label}', { label: field.label }));
  if (field.kind === 'choice' && !field.choices.includes(said))
    needs(path, say('Choose one of those offered: {label}', { label: field.label }));
  // What ends in a sign of its own (?, :, ？) needs no colon.
  const asked = /\p{Po}$/u.test(field.label) ? field.label : `${field.label}:`;
  if (field.kind === 'tick') return [`${asked} ✓`];
  return [`${asked}${said.includes('\n') ? '\n' : ' '}${said}`];
}

const urgencyIn = (text: string): FormFacts['urgency'] =>
  text === 'no' || text === 'slows' || text === 'stuck' ? text : null;
/** A day there is: of 31 February a date would make 3 March. */
export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!day) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return Number(year) >= 1000 && date.toISOString().startsWith(text);
}
/** A number as people write it, in their own digits: 12,5 and ١٢٫٥ alike. Not one where it is none. */
export function numberIn(text: string): number {
  const plain = text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) as number;
    const nought = NOUGHTS.find((one) => code >= one && code < one + 10);
    return nought === undefined ? digit : String(code - nought);
  });
  return Number(plain.replaceAll('\u066c', '').replace(/[\u066b,]/, '.'));
}
const NOUGHTS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50]; // Arabic, Persian, Devanagari, Bengali, Thai; NFKC knows those of full width
const firstLine = (text: string): string => {
  const [start = ''] = text.split('\n');
  return start.length > 78 ? `${start.slice(0, 77).trimEnd()}…` : start;
};
/** Where it was written, without what the address carries along: that may be a secret. */
function pageIn(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, origin, pathname } = new URL(text);
  return /^https?:$/.test(protocol) ? `${origin}${pathname}`.slice(0, 500).toWellFormed() : null;
}
export const priorityOf = (urgency: Entry['urgency']): 'normal' | 'high' | 'urgent' =>
  urgency === 'stuck' ? 'urgent' : urgency === 'slows' ? 'high' : 'normal';
