import { feelingsOf } from './model.ts';
import { type Language, type Signs, signsOf } from './rules.ts';

/** 1 upset, 2 uneasy, 3 okay, 4 glad, 5 heartened. */
export type MoodValue = 1 | 2 | 3 | 4 | 5;
export type Inferred = {
  value: MoodValue;
  /** Angry or hurt: someone should look soon, and gently. */
  upset: boolean;
  /** Cannot do what they need to until it is solved. */
  stuck: boolean;
  /** 0 to 1: how sure this is, as far as signs can tell. */
  confidence: number;
  language: Language | null;
  /** The words that said that somebody is upset or stuck, as they were written; two at most. */
  why: string[];
};

const MOST = 4000; // letters: what somebody feels stands at the beginning

/**
 * How somebody feels, read from what they wrote; null when it is in no language known here or there is nothing to read. Words of support
 * in seven languages lead; English is also read by a small classifier, which decides where the words are silent.
 */
export function inferMood(raw: string): Inferred | null {
  const text = raw.slice(0, MOST);
  const signs = signsOf(text);
  if (signs.words === 0) return null;
  if (signs.language === null && signs.words > 6) return null;
  const [badly, well] = weigh(signs);
  const stuck = signs.stuck >= 1 && signs.good === 0 && signs.delight === 0;
  const read = signs.language === 'en' ? readEnglish(text) : { down: 0, up: 0, fury: 0 };
  const fury = badly.fury + read.fury;
  const down = badly.low + read.down;
  const up = well + read.up;
  const upset = fury >= 1.5 && fury + down > up;
  const value = pointOf({ upset, stuck, down, up, signs });
  return {
    value,
    upset,
    stuck,
    confidence: confidenceOf({ value, fury, down, up, stuck, signs }),
    language: signs.language,
    why: upset || stuck ? signs.said.slice(0, 2) : [],
  };
}

function weigh(signs: Signs): [{ fury: number; low: number }, number] {
  const { anger, again, stuck, hurry, bad, turned, loud } = signs;
  const trouble = anger + again + stuck + bad + turned > 0;
  const fury = anger * 1.5 + again * 0.75 + (trouble ? loud * 0.75 : loud >= 2 ? 1 : 0) + (again && hurry ? 0.5 : 0);
  const low = bad * 1 + stuck * 1.2 + hurry * 0.5 + turned * 1 + again * 0.5;
  const thanks =
    signs.politeEnd || (signs.asks && signs.good + signs.delight === 0 && signs.words > 8) ? 0 : signs.thanks;
  return [{ fury, low }, thanks * 0.9 + signs.good * 0.9 + signs.delight * 2];
}

/** What the classifier adds: enough to decide where no word of support does, too little to overrule several. */
function readEnglish(text: string): { down: number; up: number; fury: number } {
  const { groups, emotions } = feelingsOf(text);
  const negative = Math.max(0, groups.get('negative') ?? 0);
  const positive = Math.max(0, groups.get('positive') ?? 0);
  const anger = Math.max(0, emotions.get('anger') ?? 0, emotions.get('annoyance') ?? 0, emotions.get('disgust') ?? 0);
  const warm = Math.max(0, emotions.get('joy') ?? 0, emotions.get('love') ?? 0, emotions.get('admiration') ?? 0);
  return {
    down: Math.min(1.2, negative * 0.7),
    up: Math.min(1.2, positive * 0.3 + warm * 0.4),
    fury: Math.min(0.8, anger * 0.5),
  };
}

type Weighed = { stuck: boolean; down: number; up: number; signs: Signs };
function pointOf({ upset, stuck, down, up, signs }: Weighed & { upset: boolean }): MoodValue {
  if (upset) return 1;
  if (stuck) return 2;
  if (down >= 0.8 && down >= up) return 2;
  if (signs.delight > 0 && up >= 2 && up > down) return 5;
  if (up >= 0.8 && up > down) return 4;
  return 3;
}

function confidenceOf({ value, fury, down, up, stuck, signs }: Weighed & { value: MoodValue; fury: number }): number {
  if (signs.language === null && fury + down + up === 0) return 0.3;
  const [on, against] =
    value === 1
      ? [fury + down / 2, up]
      : value === 2
        ? [down + (stuck ? 0.5 : 0), up]
        : value >= 4
          ? [up, down + fury]
          : [1, down + up + fury];
  const sure = 0.4 + 0.5 * (1 - Math.exp(-on / 1.6)) - 0.15 * Math.min(2, against);
  return Math.round(100 * Math.min(0.95, Math.max(0.25, sure))) / 100;
}
