import type { MailSecurity } from '@hearten/contract';
import { LockKeyhole, ShieldAlert, ShieldQuestion } from 'lucide-react';

const formats = { pgp: 'OpenPGP', smime: 'S/MIME' };

/** How a mail was signed or encrypted, and what that is worth: no more than was looked at. */
export const Sealed = ({ id, security: s, from }: { id: string; security: MailSecurity; from: string }) => {
  const format = formats[s.format];
  return (
    <>
      {s.encrypted ? (
        <div className="sealed" role="note">
          <LockKeyhole className="i s14" aria-hidden="true" />
          <span>
            <b>Encrypted with {format}.</b> Hearten has no key to open it, and keeps it as it came. Open the{' '}
            <a className="link" href={`/files/messages/${id}/raw`} download>
              raw mail
            </a>{' '}
            in a mail program that has the key, or ask the sender to write again without encryption.
          </span>
        </div>
      ) : null}
      {s.signed ? <Signed security={s} format={format} from={from} /> : null}
    </>
  );
};

const Signed = ({ security: s, format, from }: { security: MailSecurity; format: string; from: string }) => {
  const who = s.signer ? (
    <bdi>
      {s.signer.name && s.signer.address ? `${s.signer.name} (${s.signer.address})` : s.signer.name || s.signer.address}
    </bdi>
  ) : null;
  const other = s.signer?.address && s.signer.address.toLowerCase() !== from.toLowerCase();
  if (s.fits === false)
    return (
      <div className="sealed bad" role="note">
        <ShieldAlert className="i s14" aria-hidden="true" />
        <span>
          <b>The signature does not fit.</b> {who ? <>It names {who}, but this </> : 'This '}
          mail was changed after it was signed, or somebody else wrote it. Ask the sender before you trust it.
        </span>
      </div>
    );
  if (s.format === 'pgp')
    return (
      <div className="sealed" role="note">
        <ShieldQuestion className="i s14" aria-hidden="true" />
        <span>
          {who ? (
            <>
              Signed with the {format} key {who}
            </>
          ) : (
            `Signed with ${format}`
          )}{' '}
          (not checked: Hearten keeps no keys).
        </span>
      </div>
    );
  return (
    // Never green: anyone can make a certificate for any name, and nobody here vouches for its maker.
    <div className="sealed" role="note">
      <ShieldQuestion className="i s14" aria-hidden="true" />
      <span>
        {who ? <>Signed by {who}</> : `Signed with ${format}`}
        {s.fits ? ' (checked: unchanged since). ' : ' (not checked). '}
        {other ? 'That is another address than the mail’s sender. ' : ''}
        {s.issuer && s.fits ? (
          <>
            Who that is says <bdi>{s.issuer}</bdi>; Hearten does not know whether to believe it.
          </>
        ) : null}
      </span>
    </div>
  );
};
