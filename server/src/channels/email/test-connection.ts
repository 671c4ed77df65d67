import type { Finding, MailSettings } from '@hearten/contract';
import { explain, type Trouble } from './explain.ts';
import { type ImapPlace, imapClient } from './imap.ts';
import { type Proof, signedInAt } from './sign-in/proof.ts';
import { openWire } from './wire.ts';

type Steps = [step: Trouble['step'], text: string][];
/** What is known to work once a later step fails. */
function upTo(prefix: string, steps: Steps, trouble: Trouble): Finding[] {
  const at = steps.findIndex(([step]) => step === trouble.step);
  const done = at < 0 ? [] : steps.slice(0, at);
  return [
    ...done.map(([step, text]) => ({ step: `${prefix}.${step}`, ok: true, text })),
    { step: `${prefix}.${trouble.step}`, ok: false, text: trouble.text },
  ];
}
const stepsFor = (place: { host: string; port: number; security: string }): Steps => [
  ['host', `${place.host} is there.`],
  ['port', `It answers on port ${place.port}.`],
  [
    'tls',
    place.security === 'none'
      ? 'The connection is not encrypted: the password and all mail can be read on the way. Use this inside your own network only.'
      : 'The connection is encrypted and the certificate is good.',
  ],
  ['password', 'User name and password are right.'],
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
  const well = steps.map(([step, text]) => ({ step: `imap.${step}`, ok: true, text }));
  const client = imapClient(place, address, proof);
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
            text: `There is no folder named ${place.folder}. There are: ${some || 'none'}.`,
          },
        ],
        count: null,
      };
    }
    const opened = await client.mailboxOpen(folder, { readOnly: true });
    const found =
      opened.exists === 0
        ? 'It is empty.'
        : `It holds ${opened.exists.toLocaleString('en')} ${opened.exists === 1 ? 'mail' : 'mails'}.`;
    return {
      findings: [...well, { step: 'imap.folder', ok: true, text: `The folder ${folder} is there. ${found}` }],
      count: opened.exists,
    };
  } catch (error) {
    const trouble = explain(error, { ...place, what: 'IMAP' });
    return {
      findings: [
        ...well,
        { step: 'imap.folder', ok: false, text: `The folder ${place.folder} could not be opened. ${trouble.text}` },
      ],
      count: null,
    };
  } finally {
    client.close();
  }
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
      .map(([step, text]) => ({ step: `smtp.${step}`, ok: true, text }));
  } catch (error) {
    return upTo('smtp', steps, explain(error, { ...place, what: 'SMTP' }));
  }
}
