import type { Reason, ReasonCode } from '@hearten/contract';
import { quoted } from '../../base/reasons.ts';
import { domainOf, plainAddress } from '../../customers/index.ts';
import { type Incoming, type Sign, sign } from '../channel.ts';
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

const tenth = (n: number): number => Math.round(n * 10) / 10;

export const isForged = (one: Incoming): boolean => one.authentication?.verdict === 'failed';
export const isSpam = (verdict: Verdict): boolean => verdict.score >= verdict.threshold;

/** Points and reasons of one mail. Whom we know already is not asked here: see `spare`. */
export function judge(one: Incoming, by: Standing): Verdict {
  const reasons = [...listed(one, by), ...proof(one.authentication), ...one.signs, ...learned(one, by)];
  return verdictOf(reasons, by.threshold);
}

/** Mail of somebody we know is not hidden, whatever it looks like; unless it is a forgery in their name, or a person blocked them. */
export function spare(one: Incoming, verdict: Verdict, code: ReasonCode): Verdict {
  if (isForged(one) || verdict.reasons.some((reason) => reason.rule === 'blocked')) return verdict;
  return verdictOf([...verdict.reasons, sign('known', -DECIDES, code)], verdict.threshold);
}

/** The same mail, now that it is known who sent it. What spoke for somebody we know does not speak for a forger. */
export function again(before: Verdict, said: Incoming['authentication']): Verdict {
  const forged = said?.verdict === 'failed';
  const kept = before.reasons
    .filter(({ rule }) => rule !== 'forged' && rule !== 'unproven' && !(forged && rule === 'known'))
    .map((reason) =>
      forged && reason.rule === 'allowed'
        ? sign(reason.rule, 0, 'name-used', { why: reason.why ?? quoted(reason.words) })
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
  const why = onList(found);
  if (!found.allow) return [sign('blocked', DECIDES, why.code, why.values)];
  if (isForged(one) || one.typed) return [sign('allowed', 0, 'name-used', { why })];
  return [sign('allowed', -DECIDES, why.code, why.values)];
}
function onList(found: Listed): Reason {
  const whole = found.pattern.startsWith('@');
  const code: ReasonCode = `${whole ? 'domain' : 'sender'}-${found.allow ? 'allowed' : 'blocked'}${found.by ? '-by' : ''}`;
  return {
    code,
    values: {
      ...(whole ? { domain: found.pattern.slice(1) } : {}),
      ...(found.by ? { person: found.by } : {}),
      day: new Date(found.at).toISOString().slice(0, 10),
    },
  };
}

function proof(said: Incoming['authentication']): Sign[] {
  if (said?.verdict === 'failed') {
    const code = said.dmarc === 'fail' ? 'forged' : said.spf === 'fail' ? 'forged-spf' : 'forged-unsigned';
    return [sign('forged', FORGED, code, { domain: said.domain })];
  }
  return said?.verdict === 'unverified' ? [sign('unproven', UNPROVEN, 'unproven', { domain: said.domain })] : [];
}

function learned(one: Incoming, { model, spam }: Standing): Sign[] {
  if (!model) return [];
  const { p, words } = resemblance(model, featuresOf(one.subject, one.text, domainOf(one.from.address)));
  const named = words.slice(0, 5).join(', ');
  if (p > 0.6 && named)
    return [sign('words', tenth(((p - 0.6) / 0.4) * LIKE_SPAM), 'words-of-spam', { n: spam, words: named })];
  if (p < 0.4 && named) return [sign('words', tenth(((0.4 - p) / 0.4) * LIKE_GOOD), 'words-of-good', { words: named })];
  return [];
}
