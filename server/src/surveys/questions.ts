import type { OwnQuestion, SurveyKind } from '@hearten/contract';
import { inWords, type Said, say } from '../base/words.ts';

export type Option = { value: string; label: string };
/** A question as it is shown: in mail, on the page and in the results alike. Only the first must be answered. */
export type Question = {
  id: string;
  kind: 'faces' | 'scale' | 'choice' | 'text';
  text: string;
  options: Option[];
  /** What the ends of a scale mean. */
  low: string;
  high: string;
};

const faces: Said[] = [say('Upset'), say('Uneasy'), say('Okay'), say('Glad'), say('Heartened')];
const numbers = (from: number, to: number): Option[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ value: String(from + i), label: String(from + i) }));

/** All questions of a survey in a language: those of its kind, the company's own, and room for words. */
export function questionsOf(
  { kind, questions }: { kind: SurveyKind; questions: OwnQuestion[] },
  { language, brand }: { language: string; brand: string },
): Question[] {
  const t = (what: Said): string => inWords(what, language);
  const five = faces.map((word, i) => ({ value: String(i + 1), label: t(word) }));
  const one = (id: string, of: Question['kind'], text: Said, options: Option[], ends: [Said, Said] | null = null) => ({
    ...{ id, kind: of, text: t(text), options },
    ...{ low: ends ? t(ends[0]) : '', high: ends ? t(ends[1]) : '' },
  });
  const own = questions.map(
    (q, i): Question => ({
      id: `own${i + 1}`,
      kind: q.kind,
      text: q.text,
      options:
        q.kind === 'scale'
          ? numbers(1, 5)
          : q.kind === 'choice'
            ? q.choices.map((label, at) => ({ value: String(at + 1), label }))
            : [],
      low: q.low,
      high: q.high,
    }),
  );
  const words = (text: Said): Question => one('words', 'text', text, []);
  switch (kind) {
    case 'csat':
      return [
        one('support', 'faces', say('How do you feel about the help you got from {brand}?', { brand }), five),
        one('product', 'faces', say('And about what {brand} makes or sells?', { brand }), five),
        one('expected', 'choice', say('Was it as you expected?'), [
          { value: 'better', label: t(say('Better than expected')) },
          { value: 'as', label: t(say('As expected')) },
          { value: 'worse', label: t(say('Worse than expected')) },
        ]),
        ...own,
        words(say('Anything you would like to tell us? (if you like)')),
      ];
    case 'ces':
      return [
        one('ease', 'scale', say('{brand} made it easy for me to get this solved.', { brand }), numbers(1, 7), [
          say('I disagree completely'),
          say('I agree completely'),
        ]),
        ...own,
        words(say('What would have made it easier? (if you like)')),
      ];
    case 'nps':
      return [
        one(
          'recommend',
          'scale',
          say('How likely are you to recommend {brand} to somebody you know?', { brand }),
          numbers(0, 10),
          [say('Not at all likely'), say('Extremely likely')],
        ),
        ...own,
        words(say('What is the main reason? (if you like)')),
      ];
    default:
      return own;
  }
}

/** Whether what was chosen first is a number of which a score is made. */
export const isScored = (q: Question | undefined): boolean => q?.kind === 'faces' || q?.kind === 'scale';

/** Glad enough to ask whether others may read it. */
export const isHappy = (kind: SurveyKind, score: number | null): boolean =>
  score !== null &&
  ((kind === 'csat' && score >= 4) || (kind === 'ces' && score >= 6) || (kind === 'nps' && score >= 9));

export type Answers = Record<string, string>;
/** What a form said, as far as it can be an answer; null where the first question has none. */
export function readAnswers(questions: Question[], body: Record<string, string>): Answers | null {
  const answers: Answers = {};
  for (const q of questions) {
    const given = (body[q.id] ?? '').replaceAll('\u0000', '').trim();
    if (given === '') continue;
    if (q.kind === 'text') answers[q.id] = [...given].slice(0, 4000).join('');
    else if (q.options.some(({ value }) => value === given)) answers[q.id] = given;
  }
  const [first] = questions;
  return first && answers[first.id] !== undefined ? answers : null;
}

/** All that was said in words, one after the other. */
export const wordsIn = (questions: Question[], answers: Answers): string =>
  questions.flatMap((q) => (q.kind === 'text' && answers[q.id] ? [answers[q.id]] : [])).join('\n\n');

export const labelOf = (q: Question, answer: string): string =>
  q.options.find(({ value }) => value === answer)?.label ?? answer;
