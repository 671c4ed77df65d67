import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Group, groupOf, groups } from '../server/src/mood/emotions.ts';
import { inferMood } from '../server/src/mood/infer.ts';
import { feelingsOf } from '../server/src/mood/model.ts';
import { byLexicon } from './mood/lexicon.ts';

type Row = { text: string; labels: string[] };
type Message = { id: string; language: string; mood: number; upset: boolean; stuck: boolean; text: string };
type Told = { value: number; upset: boolean; stuck: boolean };

const lines = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

/**
 * How well mood is read, and what it costs. GoEmotions' test rows by the paper's groups, where HEARTEN_CORPORA names them; our own
 * messages in seven languages, none of which was ever trained on, and others that were written and labelled by who knew neither model nor
 * word lists; and a plain word list on all, to see what the rest is worth.
 */
export async function measure(args: string[]): Promise<Record<string, number>> {
  const messages = lines<Message>(join(import.meta.dirname, 'mood/messages.jsonl'));
  const blind = lines<Message>(join(import.meta.dirname, 'mood/blind.jsonl'));
  const figures: Record<string, number> = {};
  const corpora = process.env.HEARTEN_CORPORA;
  const test = corpora ? join(corpora, 'text', 'goemotions.test.jsonl') : '';
  if (existsSync(test)) {
    const rows = lines<Row>(test);
    figures.macro_f1 = macroF1(rows, (text) => new Set(feelingsOf(text).groups.keys()));
    figures.lexicon_macro_f1 = macroF1(rows, (text) => new Set([groupByLexicon(text)]));
  }
  for (const [prefix, some] of [
    ['', messages],
    ['blind_', blind],
  ] as const) {
    Object.assign(figures, heard(prefix, some));
    if (args.includes('--misses')) tellMisses(some);
  }
  const texts = messages.map(({ text }) => text);
  const long = `${texts.slice(0, 40).join(' ')} `.repeat(3).slice(0, 8000);
  figures.cpu_ms = cpuOf([...texts, long]);
  figures.long_cpu_ms = cpuOf(Array.from({ length: 20 }, () => long));
  return figures;
}

const read = (text: string): Told => inferMood(text) ?? { value: 3, upset: false, stuck: false };
const plainly = (text: string): Told => {
  const value = byLexicon(text);
  return { value, upset: value === 1, stuck: false };
};
/** A whole set, what a word list makes of it, and both by language. */
function heard(prefix: string, messages: Message[]): Record<string, number> {
  const [told, plain] = [messages.map(({ text }) => read(text)), messages.map(({ text }) => plainly(text))];
  const figures = { ...scores(prefix, messages, told), ...scores(`${prefix}lexicon_`, messages, plain) };
  for (const language of new Set(messages.map((one) => one.language))) {
    const of = <T>(all: T[]): T[] => all.filter((_, i) => messages[i]?.language === language);
    Object.assign(figures, scores(`${prefix}${language}_`, of(messages), of(told)));
    figures[`${prefix}${language}_lexicon_exact_percent`] =
      scores('', of(messages), of(plain)).exact_percent ?? Number.NaN;
  }
  return figures;
}
function tellMisses(messages: Message[]): void {
  for (const { id, mood, text } of messages) {
    const { value } = read(text);
    if (value !== mood) process.stderr.write(`${id}: ${mood}, read as ${value}\n`);
  }
}

/** Exactly right, right to one step, F1 over the five values, and how many of the upset and the stuck are found and rightly so. */
function scores(prefix: string, messages: Message[], told: Told[]): Record<string, number> {
  const share = (some: number, all: number): number => (all === 0 ? Number.NaN : (100 * some) / all);
  const count = (ok: (said: Message, got: Told) => boolean): number =>
    messages.filter((one, i) => ok(one, told[i] as Told)).length;
  const f1 = [1, 2, 3, 4, 5].map((value) => {
    const right = count((said, got) => said.mood === value && got.value === value);
    const all = count((said) => said.mood === value) + count((_, got) => got.value === value);
    return all === 0 ? 0 : (2 * right) / all;
  });
  const figures: Record<string, number> = {
    exact_percent: share(
      count((said, got) => said.mood === got.value),
      messages.length,
    ),
    near_percent: share(
      count((said, got) => Math.abs(said.mood - got.value) <= 1),
      messages.length,
    ),
    mood_macro_f1: f1.reduce((a, b) => a + b, 0) / 5,
  };
  for (const kind of ['upset', 'stuck'] as const) {
    const both = count((said, got) => said[kind] && got[kind]);
    figures[`${kind}_recall_percent`] = share(
      both,
      count((said) => said[kind]),
    );
    const got = count((_, one) => one[kind]);
    if (got > 0) figures[`${kind}_precision_percent`] = share(both, got);
  }
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** Each group is said or not of each row, as the set was made; the mean of the four F1. */
function macroF1(rows: Row[], read: (text: string) => Set<Group>): number {
  const said = rows.map((row) => new Set(row.labels.map((label) => groupOf(label))));
  const got = rows.map((row) => read(row.text));
  const each = groups.map((group) => {
    const right = rows.filter((_, i) => said[i]?.has(group) && got[i]?.has(group)).length;
    const all = said.filter((one) => one.has(group)).length + got.filter((one) => one.has(group)).length;
    process.stderr.write(`${group}: F1 ${((2 * right) / all).toFixed(3)}\n`);
    return (2 * right) / all;
  });
  return each.reduce((a, b) => a + b, 0) / groups.length;
}
const groupByLexicon = (text: string): Group => {
  const value = byLexicon(text);
  return value > 3 ? 'positive' : value < 3 ? 'negative' : text.includes('?') ? 'ambiguous' : 'neutral';
};

function cpuOf(texts: string[]): number {
  for (const text of texts) inferMood(text);
  const began = process.cpuUsage();
  for (let i = 0; i < 5; i++) for (const text of texts) inferMood(text);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000 / texts.length / 5;
}
