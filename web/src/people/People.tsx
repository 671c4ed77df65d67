import type { Person, Role } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, KeyRound, MonitorSmartphone, ShieldOff, UserCheck, UserMinus, UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Confirm, Dialog, Item, Menu } from '../ui/float.tsx';
import { CopyLine } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Avatar, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago, date, full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Invite } from './Invite.tsx';
import { roleName, roles } from './roles.ts';
import { Sessions } from './Sessions.tsx';

/** Everyone who works here, and who is on the way. */
export const People = () => {
  useTitle(t('People'));
  const me = useMe().person;
  const may = useMay()('people.write');
  const client = useQueryClient();
  const query = useQuery(peopleQuery);
  const open = useQuery({
    queryKey: ['people', 'invitations'],
    queryFn: async () => (await api('GET /invitations')).items,
  });
  const [inviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Person | null>(null);
  const [looking, setLooking] = useState<Person | null>(null);
  const [link, setLink] = useState<{ name: string; link: string; until: string } | null>(null);
  const attempt = async (what: () => Promise<unknown>, said?: string) => {
    try {
      await what();
      await client.invalidateQueries({ queryKey: ['people'] });
      if (said) tell(said);
    } catch (error) {
      tellProblem(error);
    }
  };
  const change = (p: Person, body: { role?: Role; active?: boolean }, said: string) =>
    attempt(() => api('PATCH /people/:id', { params: { id: p.id }, body }), said);
  const reset = (p: Person) =>
    attempt(async () => {
      const out = await api('POST /people/:id/reset-link', { params: { id: p.id } });
      setLink({ name: p.name, link: out.link, until: out.expiresAt });
    });
  const people = [...(query.data ?? [])].sort(
    (a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name),
  );
  return (
    <>
      <Head
        title={t('People')}
        lead={t('Who works here, and what each may do.')}
        help={t(
          'Owners may do everything, managers everything but touch owners. Leads, representatives and specialists work in conversations, viewers read. A role counts at once. Nobody is deleted: deactivated people can’t sign in any more, and what they wrote stays.',
        )}
        action={
          may ? (
            <button type="button" className="btn primary" onClick={() => setInviting(true)}>
              <UserPlus className="i" /> {t('Invite')}
            </button>
          ) : null
        }
      />
      {query.isPending ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {people.length > 0 ? (
        <div className="card rowsof">
          {people.map((p) => (
            <div key={p.id}>
              <Avatar name={p.name} id={p.id} team size={36} />
              <span className="grow">
                <span className="row">
                  <bdi className={`cut ${p.active ? 'strong' : 'ink3'}`}>{p.name}</bdi>
                  {p.id === me.id ? <span className="chip">{t('you')}</span> : null}
                  {p.active ? null : <span className="chip">{t('deactivated')}</span>}
                </span>
                <span className="xs ink2 cut">
                  <bdi>{p.email}</bdi>
                  {' · '}
                  {p.lastSeenAt ? t('here {when}', { when: ago(p.lastSeenAt) }) : t('not here yet')}
                </span>
              </span>
              {may && p.id !== me.id ? (
                <select
                  className="input"
                  style={{ inlineSize: 150 }}
                  aria-label={t('Role of {name}', { name: p.name })}
                  value={p.role}
                  disabled={!p.active}
                  onChange={(e) =>
                    void change(
                      p,
                      { role: e.target.value as Role },
                      t('{name} is {roleName} now', {
                        name: p.name,
                        roleName: roleName(e.target.value as Role).toLowerCase(),
                      }),
                    )
                  }
                >
                  {roles.map((r) => (
                    <option key={r.role} value={r.role}>
                      {r.label}
                    </option>
                  ))}
                </select>
              ) : (
                <span className="chip">{roleName(p.role)}</span>
              )}
              {may && p.id !== me.id ? (
                <Menu
                  align="end"
                  trigger={
                    <button
                      type="button"
                      className="btn quiet sm icon"
                      aria-label={t('More for {name}', { name: p.name })}
                    >
                      <Ellipsis className="i" />
                    </button>
                  }
                >
                  <Item icon={MonitorSmartphone} run={() => setLooking(p)}>
                    {t('Where they are signed in')}
                  </Item>
                  {p.active ? (
                    <Item icon={KeyRound} run={() => void reset(p)}>
                      {t('Link for a new password')}
                    </Item>
                  ) : null}
                  {me.role === 'owner' ? (
                    <Item
                      icon={ShieldOff}
                      run={() =>
                        void attempt(
                          () => api('DELETE /people/:id/second-factor', { params: { id: p.id } }),
                          t('{name} has no second factor any more', { name: p.name }),
                        )
                      }
                    >
                      {t('Reset the second factor')}
                    </Item>
                  ) : null}
                  {p.active ? (
                    <Item icon={UserMinus} danger run={() => setLeaving(p)}>
                      {t('Deactivate')}
                    </Item>
                  ) : (
                    <Item
                      icon={UserCheck}
                      run={() => void change(p, { active: true }, t('{name} may sign in again', { name: p.name }))}
                    >
                      {t('Activate again')}
                    </Item>
                  )}
                </Menu>
              ) : null}
            </div>
          ))}
        </div>
      ) : null}
      {open.data && open.data.length > 0 ? (
        <section className="stack tight">
          <h2>{t('On the way')}</h2>
          <div className="card rowsof">
            {open.data.map((i) => (
              <div key={i.id}>
                <span className="grow">
                  <bdi className="medium">{i.email}</bdi>
                  <span className="xs ink2">
                    {' '}
                    · {roleName(i.role)} · {t('invitation until {when}', { when: date(i.expiresAt) })}
                  </span>
                </span>
                {may ? (
                  <button
                    type="button"
                    className="btn sm quiet"
                    onClick={() =>
                      void attempt(
                        () => api('DELETE /invitations/:id', { params: { id: i.id } }),
                        t('Invitation withdrawn'),
                      )
                    }
                  >
                    <X className="i s14" /> {t('Withdraw')}
                  </button>
                ) : null}
              </div>
            ))}
          </div>
        </section>
      ) : null}
      {inviting ? <Invite onClose={() => setInviting(false)} /> : null}
      <Dialog
        open={link !== null}
        onClose={() => setLink(null)}
        title={t('A new password for {name}', { name: link?.name ?? '' })}
      >
        <p className="ink2">
          {link
            ? t('Hand this link over yourself. It works once, until {when}.', { when: full(link.until) })
            : t('Hand this link over yourself. It works once.')}
        </p>
        {link ? <CopyLine value={link.link} label={t('Link for a new password')} /> : null}
      </Dialog>
      <Dialog
        open={looking !== null}
        onClose={() => setLooking(null)}
        title={t('Where {name} is signed in', { name: looking?.name ?? '' })}
      >
        {looking ? <Sessions of={looking.id} /> : null}
      </Dialog>
      <Confirm
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t('Deactivate {name}?', { name: leaving?.name ?? '' })}
        yes={t('Deactivate')}
        onYes={() =>
          leaving && void change(leaving, { active: false }, t('{name} can’t sign in any more', { name: leaving.name }))
        }
      >
        {t('Their sessions and keys end at once. What they wrote stays, and you can activate them again.')}
      </Confirm>
    </>
  );
};
