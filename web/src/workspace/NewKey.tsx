import type { ApiKey, BodyInput } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Check, CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { sampleQuery } from './sample.ts';

type Scope = BodyInput<'POST /api-keys'>['scopes'][number];
type Width = 'read' | 'write' | 'admin' | 'chosen';

const widths: [Width, string, string?][] = [
  ['read', t('Read everything')],
  ['write', t('Read everything, and work on conversations and customers')],
  ['admin', t('Everything that I may do')],
  ['chosen', t('Only what I choose')],
];
const areas: Record<string, string> = {
  conversation: t('Conversations'),
  customer: t('Customers'),
  inbox: t('Inboxes'),
  people: t('People'),
  team: t('Teams'),
  snippet: t('Snippets and macros'),
  workspace: t('Workspace'),
  key: t('API keys'),
  quarantine: t('Quarantine'),
  webhook: t('Webhooks'),
  data: t('Privacy and retention'),
};
const verbs: Record<string, string> = {
  read: t('Read'),
  write: t('Write'),
  note: t('Note'),
  delete: t('Delete'),
  share: t('Share'),
  audit: t('Audit log'),
  export: t('Export'),
  erase: t('Erase'),
  workspace: t('Workspace'),
};

/** What one may oneself, an area a line: no key may do more. */
const Chosen = () => {
  const { permissions } = useMe();
  const lines = new Map<string, string[]>();
  for (const permission of permissions) {
    const [area = '', verb = ''] = permission.split('.');
    lines.set(area, [...(lines.get(area) ?? []), verb]);
  }
  return (
    <div className="key-areas">
      {[...lines].map(([area, of]) => (
        <fieldset key={area}>
          <legend>{areas[area] ?? area}</legend>
          {of.map((verb) => (
            <Check key={verb} name={`${area}.${verb}`} label={verbs[verb] ?? verb} />
          ))}
        </fieldset>
      ))}
    </div>
  );
};

const day = (at: string | null): string => (at ? at.slice(0, 10) : '');
const untilOf = (data: FormData): string | null => {
  const until = String(data.get('until') ?? '');
  return until ? new Date(`${until}T23:59:59`).toISOString() : null;
};
const limitOf = (data: FormData): number | null => Number(data.get('perMinute')) || null;

const Basics = ({ of, errors }: { of?: ApiKey; errors: Record<string, string | undefined> }) => (
  <>
    <Field label={t('What it is for')} {...(errors.name ? { error: errors.name } : {})}>
      <input
        className="input"
        name="name"
        dir="auto"
        required
        defaultValue={of?.name}
        placeholder={t('Order system')}
      />
    </Field>
    <Field
      label={t('Until')}
      optional
      help={t('Empty: until you revoke it.')}
      {...(errors.expiresAt ? { error: errors.expiresAt } : {})}
    >
      <input
        className="input"
        type="date"
        name="until"
        defaultValue={day(of?.expiresAt ?? null)}
        style={{ maxInlineSize: 180 }}
      />
    </Field>
    <Field
      label={t('Requests a minute')}
      optional
      help={t('Empty: as many as everyone.')}
      {...(errors.perMinute ? { error: errors.perMinute } : {})}
    >
      <input
        className="input"
        type="number"
        name="perMinute"
        min={1}
        max={1_000_000}
        defaultValue={of?.perMinute ?? ''}
        style={{ maxInlineSize: 180 }}
      />
    </Field>
  </>
);
const named = ['name', 'expiresAt', 'perMinute'];

/** Shown once, with a first request to try it with. */
const Made = ({ token, onClose }: { token: string; onClose: () => void }) => (
  <Dialog open onClose={onClose} title={t('Copy the key now')}>
    <p className="ink2">{t('It is shown this once. Hearten keeps only a fingerprint of it.')}</p>
    <CopyLine value={token} label={t('API key')} />
    <p className="ink2">{t('Try it in a terminal:')}</p>
    <CopyLine
      value={`curl -H "Authorization: Bearer ${token}" '${location.origin}/api/v1/conversations?limit=5'`}
      label={t('Try it in a terminal:')}
    />
    <div className="feet">
      <button type="button" className="btn primary" onClick={onClose}>
        {t('I have it')}
      </button>
    </div>
  </Dialog>
);

export const NewKey = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const sample = useQuery(sampleQuery).data;
  const [token, setToken] = useState<string | null>(null);
  const [width, setWidth] = useState<Width>('read');
  const form = useSubmit(async (data) => {
    const chosen = [...data.keys()].filter((name) => name.includes('.')) as Scope[];
    const scopes = width === 'chosen' ? chosen : [width];
    if (scopes.length === 0) throw new Error(t('Choose at least one thing it may do.'));
    const [expiresAt, perMinute] = [untilOf(data), limitOf(data)];
    const key = await api('POST /api-keys', {
      body: {
        name: String(data.get('name')).trim(),
        scopes,
        ...(expiresAt ? { expiresAt } : {}),
        ...(perMinute ? { perMinute } : {}),
        ...(data.get('sample') === 'on' ? { sample: true } : {}),
      },
    });
    setToken(key.token ?? '');
    await client.invalidateQueries({ queryKey: ['api-keys'] });
  });
  if (token !== null) return <Made token={token} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} title={t('New API key')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <fieldset>
          <legend>{t('What it may do')}</legend>
          {widths.map(([name, label]) => (
            <Check
              key={name}
              type="radio"
              name="width"
              value={name}
              label={label}
              checked={width === name}
              onChange={(on) => on && setWidth(name)}
            />
          ))}
        </fieldset>
        {width === 'chosen' ? <Chosen /> : null}
        <Basics errors={form.fields} />
        {sample?.state === 'ready' && sample.mine ? (
          <Check
            name="sample"
            label={t('For the sample workspace')}
            help={t('To try things out: nothing it does touches real conversations.')}
          />
        ) : null}
        <FormError error={form.error} fields={named} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Create')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

export const ChangeKey = ({ of, onClose }: { of: ApiKey; onClose: () => void }) => {
  const client = useQueryClient();
  const form = useSubmit(async (data) => {
    await api('PATCH /api-keys/:id', {
      params: { id: of.id },
      body: { name: String(data.get('name')).trim(), expiresAt: untilOf(data), perMinute: limitOf(data) },
    });
    await client.invalidateQueries({ queryKey: ['api-keys'] });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={of.name}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Basics of={of} errors={form.fields} />
        <FormError error={form.error} fields={named} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{t('Save')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};
