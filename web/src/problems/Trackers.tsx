import type { Reply, Tracker, TrackerKind } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleDot, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Confirm, Dialog } from '../ui/float.tsx';
import { CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import './problems.css';

const key = ['trackers'];
const names: Record<TrackerKind, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Forgejo, Gitea',
  jira: 'Jira',
  linear: 'Linear',
};
/** Where in each tracker the address and the secret go. */
const where: Record<TrackerKind, string> = {
  github: t(
    'In the repository: Settings, Webhooks, Add webhook. Content type application/json, and only the event Issues.',
  ),
  gitlab: t('In the project: Settings, Webhooks. The secret is the secret token, the trigger Issues events.'),
  gitea: t('In the repository: Settings, Webhooks, Add webhook. Content type application/json, and the event Issues.'),
  jira: t('As an administrator: System, WebHooks, Create. Enter the secret, and choose Issue: updated.'),
  linear: t(
    'Settings, API, New webhook, with the data Issues. Linear makes a secret itself: enter it here afterwards.',
  ),
};
const addressOf = (id: string): string => `${location.origin}/issues/${id}`;

const Secret = ({ of }: { of: Tracker }) => {
  const client = useQueryClient();
  const form = useSubmit(async (data) => {
    await api('PATCH /trackers/:id', { params: { id: of.id }, body: { secret: String(data.get('secret')).trim() } });
    await client.invalidateQueries({ queryKey: key });
    tell(t('Its secret is kept'));
  });
  return (
    <form className="inline-form" onSubmit={(e) => void form.submit(e)}>
      <Field label={t('The secret it made itself')}>
        <input className="input" name="secret" dir="ltr" autoComplete="off" minLength={8} maxLength={500} required />
      </Field>
      <Submit busy={form.busy}>{t('Keep it')}</Submit>
      <FormError error={form.error} fields={['secret']} />
    </form>
  );
};

const NewTracker = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const [made, setMade] = useState<Reply<'POST /trackers'> | null>(null);
  const [kind, setKind] = useState<TrackerKind>('github');
  const form = useSubmit(async (data) => {
    setMade(await api('POST /trackers', { body: { kind, name: String(data.get('name')) } }));
    await client.invalidateQueries({ queryKey: key });
  });
  return (
    <Dialog open onClose={onClose} title={made ? made.name : t('New tracker')} wide>
      {made ? (
        <div className="form">
          <p className="ink2">{where[made.kind]}</p>
          <div>
            <p className="sm strong">{t('Address')}</p>
            <CopyLine value={addressOf(made.id)} label={t('Address')} />
          </div>
          <div>
            <p className="sm strong">{t('Secret, shown only now')}</p>
            <CopyLine value={made.secret} label={t('Secret, shown only now')} />
          </div>
          {made.kind === 'linear' ? <Secret of={made} /> : null}
          <div className="feet">
            <button type="button" className="btn primary" onClick={onClose}>
              {t('Done')}
            </button>
          </div>
        </div>
      ) : (
        <form className="form" onSubmit={(e) => void form.submit(e)}>
          <Field label={t('Tracker')}>
            <select className="input" value={kind} onChange={(e) => setKind(e.target.value as TrackerKind)}>
              {Object.entries(names).map(([id, label]) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          </Field>
          <Field label={t('Name')} help={t('Such as the repository or project.')}>
            <input className="input" name="name" dir="auto" maxLength={100} required />
          </Field>
          <FormError error={form.error} fields={['name']} />
          <div className="feet">
            <button type="button" className="btn quiet" onClick={onClose}>
              {t('Cancel')}
            </button>
            <Submit busy={form.busy}>{t('Make it')}</Submit>
          </div>
        </form>
      )}
    </Dialog>
  );
};

/** Where issues are kept: each tracker tells here what becomes of them. */
export const Trackers = () => {
  useTitle(t('Issue trackers'));
  const client = useQueryClient();
  const query = useQuery({ queryKey: key, queryFn: async () => (await api('GET /trackers')).items });
  const [making, setMaking] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const [removing, setRemoving] = useState<Tracker | null>(null);
  const remove = async (id: string): Promise<void> => {
    try {
      await api('DELETE /trackers/:id', { params: { id } });
      await client.invalidateQueries({ queryKey: key });
      tell(t('Removed: what it sends is refused from now on'));
    } catch (error) {
      tellProblem(error);
    }
  };
  const add = (
    <button type="button" className="btn primary" onClick={() => setMaking(true)}>
      <Plus className="i" /> {t('New tracker')}
    </button>
  );
  return (
    <>
      <Head
        title={t('Issue trackers')}
        lead={t('When an issue is closed, the problem that links to it says so, and asks whether it is fixed.')}
        help={t(
          'Each tracker sends what becomes of its issues to an address of its own, signed with its secret. Nothing is fetched from it, and nothing is sent there.',
        )}
        action={query.data?.length ? add : null}
      />
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? (
        <Empty title={t('No trackers yet')} action={add}>
          {t('GitHub, GitLab, Forgejo, Gitea, Jira and Linear can tell.')}
        </Empty>
      ) : null}
      {query.data && query.data.length > 0 ? (
        <div className="card rowsof">
          {query.data.map((one) => (
            <div key={one.id} className="trackerrow">
              <CircleDot className="i ink3" />
              <span className="grow">
                <bdi className="strong">{one.name}</bdi>
                <span className="xs ink2 row">
                  {names[one.kind]} ·{' '}
                  {one.heardAt ? t('heard from {when}', { when: ago(one.heardAt) }) : t('nothing heard yet')}
                </span>
              </span>
              <button
                type="button"
                className="btn sm"
                aria-expanded={open === one.id}
                onClick={() => setOpen(open === one.id ? null : one.id)}
              >
                {t('Address')}
              </button>
              <button type="button" className="btn sm danger" onClick={() => setRemoving(one)}>
                {t('Remove')}
              </button>
              {open === one.id ? (
                <div className="form trackeropen">
                  <p className="sm ink2">{where[one.kind]}</p>
                  <CopyLine value={addressOf(one.id)} label={t('Address')} />
                  <Secret of={one} />
                </div>
              ) : null}
            </div>
          ))}
        </div>
      ) : null}
      {making ? <NewTracker onClose={() => setMaking(false)} /> : null}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('Remove {name}?', { name: removing?.name ?? '' })}
        yes={t('Remove')}
        onYes={() => removing && void remove(removing.id)}
      >
        {t('Its address and secret end at once. What it told of issues stays with the problems.')}
      </Confirm>
    </>
  );
};
