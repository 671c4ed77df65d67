import type { MailSecurity } from '@hearten/contract';
import { LockKeyhole, ShieldAlert, ShieldQuestion } from 'lucide-react';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';

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
            <Said
              id="<0>Encrypted with {format}.</0> Hearten has no key to open it, and keeps it as it came. Open the <1>raw mail</1> in a mail program that has the key, or ask the sender to write again without encryption."
              values={{ format }}
              components={[
                <b key="0" />,
                (inside) => (
                  <a className="link" href={`/files/messages/${id}/raw`} download>
                    {inside}
                  </a>
                ),
              ]}
            />
          </span>
        </div>
      ) : null}
      {s.signed ? <Signed security={s} format={format} from={from} /> : null}
    </>
  );
};

const Signed = ({ security: s, format, from }: { security: MailSecurity; format: string; from: string }) => {
  const who = s.signer
    ? s.signer.name && s.signer.address
      ? `${s.signer.name} (${s.signer.address})`
      : s.signer.name || s.signer.address
    : '';
  const other = s.signer?.address && s.signer.address.toLowerCase() !== from.toLowerCase();
  if (s.fits === false)
    return (
      <div className="sealed bad" role="note">
        <ShieldAlert className="i s14" aria-hidden="true" />
        <span>
          {who ? (
            <Said
              id="<0>The signature does not fit.</0> It names <1>{who}</1>, but this mail was changed after it was signed, or somebody else wrote it. Ask the sender before you trust it."
              values={{ who }}
              components={[<b key="0" />, <bdi key="1" />]}
            />
          ) : (
            <Said
              id="<0>The signature does not fit.</0> This mail was changed after it was signed, or somebody else wrote it. Ask the sender before you trust it."
              components={[<b key="0" />]}
            />
          )}
        </span>
      </div>
    );
  if (s.format === 'pgp')
    return (
      <div className="sealed" role="note">
        <ShieldQuestion className="i s14" aria-hidden="true" />
        <span>
          {who ? (
            <Said
              id="Signed with the {format} key <0>{who}</0> (not checked: Hearten keeps no keys)."
              values={{ format, who }}
              components={[<bdi key="0" />]}
            />
          ) : (
            t('Signed with {format} (not checked: Hearten keeps no keys).', { format })
          )}
        </span>
      </div>
    );
  return (
    // Never green: anyone can make a certificate for any name, and nobody here vouches for its maker.
    <div className="sealed" role="note">
      <ShieldQuestion className="i s14" aria-hidden="true" />
      <span>
        {who ? (
          <Said
            id={s.fits ? 'Signed by <0>{who}</0> (checked: unchanged since).' : 'Signed by <0>{who}</0> (not checked).'}
            values={{ who }}
            components={[<bdi key="0" />]}
          />
        ) : s.fits ? (
          t('Signed with {format} (checked: unchanged since).', { format })
        ) : (
          t('Signed with {format} (not checked).', { format })
        )}{' '}
        {other ? `${t('That is another address than the mail’s sender.')} ` : ''}
        {s.issuer && s.fits ? (
          <Said
            id="Who that is says <0>{issuer}</0>; Hearten does not know whether to believe it."
            values={{ issuer: s.issuer }}
            components={[<bdi key="0" />]}
          />
        ) : null}
      </span>
    </div>
  );
};
