import type { Reply, Role } from '@hearten/contract';
import { useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { date } from '../ui/time.ts';
import { roles } from './roles.ts';

export const Invite = ({ onClose }: { onClose: () => void }) => {
  const [role, setRole] = useState<Role>('representative');
  const [made, setMade] = useState<Reply<'POST /invitations'> | null>(null);
  const madeAt = useRef(0);
  const form = useSubmit(async (data) => {
    const name = String(data.get('name')).trim();
    setMade(
      await api('POST /invitations', {
        body: { email: String(data.get('email')).trim(), role, ...(name ? { name } : {}) },
      }),
    );
    madeAt.current = Date.now();
  });
  // The second press of a double one falls beside what stands here now: it must not take the link away.
  const leave = () => {
    if (Date.now() - madeAt.current > 800) onClose();
  };
  if (made)
    return (
      <Dialog open onClose={leave} title={t('{email} is invited', { email: made.email })}>
        <p className="ink2">
          {made.mailed
            ? t(
                'A mail with the link is on its way. You can also hand the link over yourself; it works once, until {when}.',
                { when: date(made.expiresAt) },
              )
            : t(
                'No mail was sent: this Hearten has no mail server of its own. Hand this link over yourself; it works once, until {when}.',
                { when: date(made.expiresAt) },
              )}
        </p>
        {made.link ? <CopyLine value={made.link} label={t('Invitation link')} /> : null}
        <div className="feet">
          <button type="button" className="btn quiet" onClick={() => setMade(null)}>
            {t('Invite another')}
          </button>
          <button type="button" className="btn primary" onClick={onClose}>
            {t('Done')}
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title={t('Invite someone')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('E-mail')} error={form.fields.email}>
          <input className="input" name="email" type="email" required autoComplete="off" dir="ltr" />
        </Field>
        <Field label={t('Name')} optional error={form.fields.name}>
          <input className="input" name="name" dir="auto" autoComplete="off" />
        </Field>
        <Field label={t('Role')} help={roles.find((r) => r.role === role)?.text}>
          <select className="input" value={role} onChange={(e) => setRole(e.target.value as Role)}>
            {roles.map((r) => (
              <option key={r.role} value={r.role}>
                {r.label}
              </option>
            ))}
          </select>
        </Field>
        <FormError error={form.error} fields={['email', 'name']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Invite')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};
