import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParsedMail, parse } from '../../server/src/channels/email/parse/index.ts';
import { signsOf } from '../../server/src/channels/email/signs.ts';
import type { Incoming } from '../../server/src/conversations/index.ts';
import { count, empty, type Model } from '../../server/src/conversations/spam/bayes.ts';
import { featuresOf } from '../../server/src/conversations/spam/features.ts';
import { THRESHOLD } from '../../server/src/conversations/spam/filter.ts';
import { isSpam, judge } from '../../server/src/conversations/spam/judge.ts';
import { type Labelled, labelled } from './spam-mails.ts';

const LEARNED = 60; // of each kind: what a small desk has taught after a week or two

function taught(): Model {
  const model = empty();
  for (const one of labelled('learned', LEARNED, LEARNED))
    count(model, featuresOf(one.subject, one.text, one.from).ids, one.spam, 1);
  return model;
}
const standing = (model: Model | null) => ({ threshold: THRESHOLD, spam: LEARNED, model, listed: new Map() });
const incoming = (one: Labelled, mail: ParsedMail | null): Incoming =>
  ({
    subject: one.subject,
    text: one.text,
    from: { address: `someone@${one.from}`, name: '' },
    authentication: null,
    signs: mail ? signsOf(mail) : [],
  }) as unknown as Incoming;

/**
 * How well learned words tell spam from mail that is wanted, on mails that were not learned: others of the campaigns that were, and of
 * campaigns that are new. By words alone: without lists, without what a mail host says. `spam_false_other_percent` are honest questions
 * to a bank, a trade it never heard of (only where HEARTEN_CORPORA has them).
 */
export function spamScores(corpora: string | undefined): Record<string, number> {
  const by = standing(taught());
  const found = (list: Labelled[]): number => list.filter((one) => isSpam(judge(incoming(one, null), by))).length;
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
  const held = labelled('held out', 600, 600);
  const [bad, good] = [held.filter((one) => one.spam), held.filter((one) => !one.spam)];
  const [hits, misses] = [found(bad), found(good)];
  const bank = corpora ? join(corpora, 'text', 'banking77.test.jsonl') : '';
  const strangers: Labelled[] =
    bank && existsSync(bank)
      ? readFileSync(bank, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => ({
            subject: 'Question',
            text: (JSON.parse(line) as { text: string }).text,
            from: 'mail.example',
            spam: false,
            campaign: -1,
          }))
      : [];
  return {
    spam_precision_percent: share(hits, hits + misses),
    spam_recall_percent: share(hits, bad.length),
    spam_new_recall_percent: share(found(labelled('new', 200, 0, true)), 200),
    ...(strangers.length ? { spam_false_other_percent: share(found(strangers), strangers.length) } : {}),
  };
}

/** What scoring one mail of 31 kB costs, its signs and its words together. */
export function spamCost(raws: Buffer[], rounds: number): { mails: number; run: () => void } {
  const by = standing(taught());
  const mails = raws.map((raw) => parse(raw));
  const score = (mail: ParsedMail): void => {
    const one = { subject: mail.subject, text: mail.text, from: 'customer.example', spam: false, campaign: -1 };
    judge(incoming(one, mail), by);
  };
  for (let i = 0; i < 20; i++) for (const mail of mails) score(mail);
  return {
    mails: mails.length * rounds,
    run: () => {
      for (let i = 0; i < rounds; i++) for (const mail of mails) score(mail);
    },
  };
}
