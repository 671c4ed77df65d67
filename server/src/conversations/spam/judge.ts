import { domainOf, plainAddress } from '../../customers/index.ts';
import type { Incoming, Sign } from '../channel.ts';
import { resemblance } from './bayes.ts';
import { featuresOf } from './features.ts';
import type { Listed, Standing } from './filter.ts';

/** A score with its reasons, as it is kept with the message. */
export type Verdict = { score: number; threshold: number; reasons: Sign[] };

/** What a person said outweighs whatever a machine finds. */
export const DECIDES = 50;
const LIKE_SPAM = 5.5; // what the learned words can bring at most: alone enough, unless the workspace is careful
const LIKE_GOOD = -2;
const FORGED = 4;
const UNPROVEN = 0.5;

const day = (at: string): string =>
  new Date(at).toLocaleDateString('en', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const tenth = (n: number): number => Math.round(n * 10) / 10;

export const isForged = (one: Incoming): boolean => one.authentication?.verdict === 'failed';
export const isSpam = (verdict: Verdict): boolean => verdict.score >= verdict.threshold;

/** Points and reasons of one mail. Whom we know already is not asked here: see `spare`. */
export function judge(one: Incoming, by: Standing): Verdict {
  const reasons = [...listed(one, by), ...proof(one.authentication), ...one.signs, ...learned(one, by)];
  return verdictOf(reasons, by.threshold);
}

/** Mail of somebody we know is not hidden, whatever it looks like; unless it is a forgery in their name, or a person blocked them. */
export function spare(one: Incoming, verdict: Verdict, words: string): Verdict {
  if (isForged(one) || verdict.reasons.some((reason) => reason.rule === 'blocked')) return verdict;
  return verdictOf([...verdict.reasons, { rule: 'known', points: -DECIDES, words }], verdict.threshold);
}

/** The same mail, now that it is known who sent it. What spoke for somebody we know does not speak for a forger. */
export function again(before: Verdict, said: Incoming['authentication']): Verdict {
  const forged = said?.verdict === 'failed';
  const kept = before.reasons
    .filter(({ rule }) => rule !== 'forged' && rule !== 'unproven' && !(forged && rule === 'known'))
    .map((reason) =>
      forged && reason.rule === 'allowed'
        ? { ...reason, points: 0, words: `${reason.words}, but this mail is not from there: somebody uses the name` }
        : reason,
    );
  return verdictOf([...kept, ...proof(said)], before.threshold);
}

/** Whether what a message is kept with makes it spam, with what is known of its sender by now. */
export const isSpamNow = (kept: Verdict | null, said: Incoming['authentication']): boolean =>
  kept !== null && isSpam(again(kept, said));

function verdictOf(reasons: Sign[], threshold: number): Verdict {
  const sum = reasons.reduce((all, reason) => all + reason.points, 0);
  return {
    score: tenth(sum),
    threshold,
    reasons: reasons.sort((a, b) => Math.abs(b.points) - Math.abs(a.points)),
  };
}

/** The nearer word counts: an address says more than its domain. */
function listed(one: Incoming, { listed: lists }: Standing): Sign[] {
  const found = lists.get(plainAddress(one.from.address)) ?? lists.get(`@${domainOf(one.from.address)}`);
  if (!found) return [];
  const who = whose(found);
  if (!found.allow)
    return [{ rule: 'blocked', points: DECIDES, words: `${who.whom} blocked${who.by} on ${day(found.at)}` }];
  if (isForged(one))
    return [
      {
        rule: 'allowed',
        points: 0,
        words: `${who.whom} allowed${who.by}, but this mail is not from there: somebody uses the name`,
      },
    ];
  return [{ rule: 'allowed', points: -DECIDES, words: `${who.whom} allowed${who.by} on ${day(found.at)}` }];
}
const whose = (found: Listed): { whom: string; by: string } => ({
  whom: found.pattern.startsWith('@') ? `Everyone at ${found.pattern.slice(1)} was` : 'This sender was',
  by: found.by ? ` by ${found.by}` : '',
});

function proof(said: Incoming['authentication']): Sign[] {
  if (said?.verdict === 'failed') {
    const what = said.dmarc === 'fail' ? 'DMARC fail' : said.spf === 'fail' ? 'SPF fail' : 'not signed by it';
    return [
      {
        rule: 'forged',
        points: FORGED,
        words: `The sender’s domain, ${said.domain}, says this mail is forged (${what})`,
      },
    ];
  }
  if (said?.verdict === 'unverified')
    return [{ rule: 'unproven', points: UNPROVEN, words: `Nothing proves that ${said.domain} sent this` }];
  return [];
}

function learned(one: Incoming, { model, spam }: Standing): Sign[] {
  if (!model) return [];
  const { p, words } = resemblance(model, featuresOf(one.subject, one.text, domainOf(one.from.address)));
  const named = words.slice(0, 5).join(', ');
  if (p > 0.6 && named)
    return [
      {
        rule: 'words',
        points: tenth(((p - 0.6) / 0.4) * LIKE_SPAM),
        words: `Words like those of ${spam === 1 ? 'one mail' : `${spam} mails`} marked as spam here: ${named}`,
      },
    ];
  if (p < 0.4 && named)
    return [
      {
        rule: 'words',
        points: tenth(((0.4 - p) / 0.4) * LIKE_GOOD),
        words: `Words like those of mail that was answered here: ${named}`,
      },
    ];
  return [];
}
