import type { Authentication, Message } from '@hearten/contract';

export type Tone = 'good' | 'plain' | 'bad';
/** `label` stands beside the sender; what is proven needs no words there. */
export type Proof = { tone: Tone; label: string; title: string; text: string; how: string[] };

const asked = { spf: 'SPF', dkim: 'DKIM', dmarc: 'DMARC', arc: 'ARC' } as const;
const means: Record<string, string> = {
  pass: 'passed',
  fail: 'failed',
  softfail: 'rather not (softfail)',
  neutral: 'says nothing (neutral)',
  none: 'nothing to check',
  policy: 'not accepted (policy)',
  temperror: 'could not be looked up',
  permerror: 'is set up wrongly',
};
const checks = {
  spf: 'may the server that sent it send for the domain',
  dkim: 'is it signed by the domain, and unchanged',
  dmarc: 'do these agree with the address shown, and what does the domain ask for',
  arc: 'does a host that passed it on vouch for it',
};

/** Each check in words: what was asked, and how it came out. */
const how = (a: Authentication): string[] =>
  (Object.keys(asked) as (keyof typeof asked)[]).flatMap((name) =>
    a[name] === null ? [] : [`${asked[name]}, ${checks[name]}: ${means[a[name]] ?? a[name]}`],
  );

/** What a person should know of the sender's proof; null when nothing was noted. */
export const proofOf = ({ authentication: a }: Pick<Message, 'authentication'>): Proof | null => {
  if (!a) return null;
  const by = a.by === 'host' ? 'Checked by your mail host.' : 'Checked by Hearten.';
  const domain = a.domain || 'the sender';
  if (a.verdict === 'verified')
    return {
      tone: 'good',
      label: '',
      title: `Verified: it comes from ${domain}`,
      text: `${domain} stands by this mail. ${by}`,
      how: how(a),
    };
  if (a.verdict === 'failed')
    return {
      tone: 'bad',
      label: 'Not genuine',
      title: `Not genuine: ${domain} says that it did not send this`,
      text: `Somebody else probably wrote this in the name of ${domain}: the domain says which mail is its own, and this is none of it. Click no links, and ask the customer another way before you act on it. ${by}`,
      how: how(a),
    };
  if (a.checking)
    return {
      tone: 'plain',
      label: 'Checking …',
      title: 'Being checked',
      text: `Whether it comes from ${domain} is being looked up at this moment.`,
      how: [],
    };
  if (a.verdict === 'unknown')
    return {
      tone: 'plain',
      label: 'Not checked',
      title: 'Not checked: nobody could be asked',
      text: `Whether it comes from ${domain} is not known${how(a).length > 0 ? ': no name server answered' : ''}. Treat it like a mail from anyone.`,
      how: how(a),
    };
  return {
    tone: 'plain',
    label: 'Not verified',
    title: `Not verified: nothing proves that it comes from ${domain}`,
    text: `Nothing proves that this comes from ${domain}, and nothing speaks against it. Many honest senders look like this. Anyone could have written it, so ask before you give something away. ${by}`,
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
        : `It uses the address of someone in your team, ${address}, and nothing proves that they wrote it. By mail nobody acts for your team.`;
    case 'inbox':
      return a.verdict === 'verified'
        ? null
        : `It uses the address of one of your own inboxes, ${address}, and nothing proves that it comes from there.`;
    case 'colleague-name':
      return `It uses the name of someone in your team, but comes from ${address}.`;
    case 'inbox-name':
      return `It uses the name of one of your inboxes, but comes from ${address}.`;
    default:
      return null;
  }
};
