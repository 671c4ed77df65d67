import type { Authentication, Message } from '@hearten/contract';
import { t } from '../language/index.ts';

export type Tone = 'good' | 'plain' | 'bad';
export type Check = { outcome: 'pass' | 'fail' | 'none'; words: string };
/** `label` stands beside the sender; what is proven needs no words there. */
export type Proof = { tone: Tone; label: string; title: string; text: string; how: Check[] };

const checks = {
  spf: t('Sending server (SPF)'),
  dkim: t('Signature (DKIM)'),
  dmarc: t('Domain’s rules (DMARC)'),
  arc: t('Host that passed it on (ARC)'),
} as const;
const results: Record<string, { outcome: Check['outcome']; words: string }> = {
  pass: { outcome: 'pass', words: t('passed') },
  fail: { outcome: 'fail', words: t('failed') },
  softfail: { outcome: 'fail', words: t('probably not allowed') },
  neutral: { outcome: 'none', words: t('none that counts') },
  none: { outcome: 'none', words: t('none') },
  policy: { outcome: 'fail', words: t('not accepted') },
  temperror: { outcome: 'none', words: t('could not be looked up') },
  permerror: { outcome: 'none', words: t('set up wrongly') },
};

/** Each check in words: what was looked at, and how it came out. */
const how = (a: Authentication): Check[] =>
  (Object.keys(checks) as (keyof typeof checks)[]).flatMap((name) => {
    const result = a[name];
    if (result === null) return [];
    const { outcome, words } = results[result] ?? { outcome: 'none', words: result };
    return [{ outcome, words: `${checks[name]}: ${words}` }];
  });

/** What a person should know of the sender's proof; null when nothing was noted. */
export const proofOf = ({ authentication: a }: Pick<Message, 'authentication'>): Proof | null => {
  if (!a) return null;
  const by = a.by === 'host' ? t('Checked by your mail host.') : t('Checked by Hearten.');
  const domain = a.domain || t('the sender');
  if (a.verdict === 'verified')
    return {
      tone: 'good',
      label: '',
      title: t('Verified: it comes from {domain}', { domain }),
      text: t('{domain} stands by this mail. {by}', { domain, by }),
      how: how(a),
    };
  if (a.verdict === 'failed')
    return {
      tone: 'bad',
      label: t('Not genuine'),
      title: t('Not genuine: {domain} says that it did not send this', { domain }),
      text: t(
        'Somebody else probably wrote this in the name of {domain}: the domain says which mail is its own, and this is none of it. Click no links, and ask the customer another way before you act on it. {by}',
        { domain, by },
      ),
      how: how(a),
    };
  if (a.checking)
    return {
      tone: 'plain',
      label: t('Checking …'),
      title: t('Being checked'),
      text: t('Whether it comes from {domain} is being looked up at this moment.', { domain }),
      how: [],
    };
  if (a.verdict === 'unknown')
    return {
      tone: 'plain',
      label: t('Not checked'),
      title: t('Not checked: nobody could be asked'),
      text:
        how(a).length > 0
          ? t(
              'Whether it comes from {domain} is not known: no name server answered. Treat it like a mail from anyone.',
              { domain },
            )
          : t('Whether it comes from {domain} is not known. Treat it like a mail from anyone.', { domain }),
      how: how(a),
    };
  return {
    tone: 'plain',
    label: t('Not verified'),
    title: t('Not verified: nothing proves that it comes from {domain}', { domain }),
    text: t(
      'Nothing proves that this comes from {domain}, and nothing speaks against it. Many honest senders look like this. Anyone could have written it, so ask before you give something away. {by}',
      { domain, by },
    ),
    how: how(a),
  };
};

/** A sender who uses an address or a name of ours; null when it is proven to be ours, or has nothing to do with us. */
export const claimed = ({ authentication: a, from }: Pick<Message, 'authentication' | 'from'>): string | null => {
  const address = from?.address ?? '';
  switch (a?.claims) {
    case 'colleague':
      return a.verdict === 'verified'
        ? null
        : t(
            'It uses the address of someone in your team, {address}, and nothing proves that they wrote it. By mail nobody acts for your team.',
            { address },
          );
    case 'inbox':
      return a.verdict === 'verified'
        ? null
        : t('It uses the address of one of your own inboxes, {address}, and nothing proves that it comes from there.', {
            address,
          });
    case 'colleague-name':
      return t('It uses the name of someone in your team, but comes from {address}.', { address });
    case 'inbox-name':
      return t('It uses the name of one of your inboxes, but comes from {address}.', { address });
    default:
      return null;
  }
};
