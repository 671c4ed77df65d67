import type { Finding, MailSettings, Reason } from '@hearten/contract';
import type { ImapFlow } from 'imapflow';
import { worded } from '../../base/reasons.ts';
import { explain, type Trouble } from './explain.ts';
import { type ImapPlace, imapClient } from './imap.ts';
import { type Proof, signedInAt } from './sign-in/proof.ts';
import { openWire } from './wire.ts';

/** Somebody waits for it, and what stands before Hearten gives up after a minute. */
const LONGEST = 40_000;

type Steps = [step: Trouble['step'], why: Reason][];
/** What is known to work once a later step fails. */
function upTo(prefix: string, steps: Steps, trouble: Trouble): Finding[] {
  const at = steps.findIndex(([step]) => step === trouble.step);
  const done = at < 0 ? [] : steps.slice(0, at);
  return [
    ...done.map(([step, why]) => ({ step: `${prefix}.${step}`, ok: true, ...worded(why) })),
    { step: `${prefix}.${trouble.step}`, ok: false, ...worded(trouble.why) },
  ];
}
const stepsFor = (place: { host: string; port: number; security: string }): Steps => [
  ['host', { code: 'host-there', values: { host: place.host } }],
  ['port', { code: 'port-answers', values: { port: place.port } }],
  ['tls', { code: place.security === 'none' ? 'not-encrypted' : 'encrypted' }],
  ['password', { code: 'password-right' }],
];

/** Tries what was typed, step by step, and says in plain words what works and what does not. Changes nothing, sends nothing. */
export async function testConnection(
  address: string,
  settings: MailSettings,
  proofs: { imap?: Proof; smtp?: Proof },
): Promise<{ findings: Finding[]; count: number | null }> {
  const [fetching, sending] = await Promise.all([
    settings.imap
      ? testImap(address, { ...settings.imap, ...signedInAt(settings) }, proofs.imap)
      : { findings: [], count: null },
    settings.smtp ? testSmtp(address, { ...settings.smtp, ...signedInAt(settings) }, proofs.smtp) : [],
  ]);
  return { findings: [...fetching.findings, ...sending], count: fetching.count };
}

async function testImap(
  address: string,
  place: ImapPlace & { by?: string },
  proof: Proof | undefined,
): Promise<{ findings: Finding[]; count: number | null }> {
  const steps = stepsFor(place);
  const well = steps.map(([step, why]) => ({ step: `imap.${step}`, ok: true, ...worded(why) }));
  const client = imapClient(place, address, proof);
  // A server that says something now and then is never silent, and never done.
  const late = setTimeout(() => client.close(), LONGEST);
  try {
    try {
      await client.connect();
    } catch (error) {
      return { findings: upTo('imap', steps, explain(error, { ...place, what: 'IMAP' })), count: null };
    }
    const folders = (await client.list()).map((folder) => folder.path);
    const folder = folders.find(
      (path) => path === place.folder || (path.toUpperCase() === 'INBOX' && place.folder.toUpperCase() === 'INBOX'),
    );
    if (folder === undefined) {
      const some = folders.slice(0, 30).join(', ') + (folders.length > 30 ? ' …' : '');
      return {
        findings: [
          ...well,
          {
            step: 'imap.folder',
            ok: false,
            ...worded({ code: 'no-folder-among', values: { folder: place.folder, folders: some || '–' } }),
          },
        ],
        count: null,
      };
    }
    const opened = await client.mailboxOpen(folder, { readOnly: true });
    const why: Reason = opened.exists
      ? { code: 'folder-holds', values: { folder, n: opened.exists } }
      : { code: 'folder-empty', values: { folder } };
    return {
      findings: [...well, { step: 'imap.folder', ok: true, ...worded(why) }],
      count: await wouldRead(client, place, opened.exists),
    };
  } catch (error) {
    const trouble = explain(error, { ...place, what: 'IMAP' });
    return {
      findings: [
        ...well,
        {
          step: 'imap.folder',
          ok: false,
          ...worded({ code: 'folder-not-opened', values: { folder: place.folder, why: trouble.why } }),
        },
      ],
      count: null,
    };
  } finally {
    clearTimeout(late);
    client.close();
  }
}

/** How many of those that are there would be read: of what came before, only what was asked for. */
async function wouldRead(client: ImapFlow, place: ImapPlace, there: number): Promise<number> {
  if (place.all || there === 0) return there;
  if (!place.since) return 0;
  return ((await client.search({ since: new Date(place.since) }, { uid: true })) || []).length;
}

async function testSmtp(
  address: string,
  place: NonNullable<MailSettings['smtp']> & { by?: string },
  proof: Proof | undefined,
): Promise<Finding[]> {
  const steps = stepsFor(place);
  try {
    const wire = await openWire(
      { ...place, user: place.user || (proof === undefined ? '' : address) },
      proof,
      'localhost',
    );
    wire.close();
    const signedIn = proof !== undefined;
    return steps
      .filter(([step]) => signedIn || step !== 'password')
      .map(([step, why]) => ({ step: `smtp.${step}`, ok: true, ...worded(why) }));
  } catch (error) {
    return upTo('smtp', steps, explain(error, { ...place, what: 'SMTP' }));
  }
}
