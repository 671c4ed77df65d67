import type { Person, Role } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, KeyRound, UserCheck, UserMinus, UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { useMay, useMe } from '../me.ts';
import { Confirm, Dialog, Item, Menu } from '../ui/float.tsx';
import { CopyLine } from '../ui/form.tsx';
import { Avatar, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago, date, full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Invite } from './Invite.tsx';
import { roleName, roles } from './roles.ts';

/** Everyone who works here, and who is on the way. */
export const People = () => {
  useTitle('People');
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
      <div className="row">
        <div className="grow">
          <h1>People</h1>
          <p className="lead">Who works here, and what each may do.</p>
        </div>
        {may ? (
          <button type="button" className="btn primary" onClick={() => setInviting(true)}>
            <UserPlus className="i" /> Invite
          </button>
        ) : null}
      </div>
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
                  {p.id === me.id ? <span className="chip">you</span> : null}
                  {p.active ? null : <span className="chip">deactivated</span>}
                </span>
                <span className="xs ink2 cut">
                  <bdi>{p.email}</bdi>
                  {p.lastSeenAt ? ` · here ${ago(p.lastSeenAt)}` : ' · not here yet'}
                </span>
              </span>
              {may && p.id !== me.id ? (
                <select
                  className="input"
                  style={{ inlineSize: 150 }}
                  aria-label={`Role of ${p.name}`}
                  value={p.role}
                  disabled={!p.active}
                  onChange={(e) =>
                    void change(
                      p,
                      { role: e.target.value as Role },
                      `${p.name} is ${roleName(e.target.value as Role).toLowerCase()} now`,
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
                    <button type="button" className="btn quiet sm icon" aria-label={`More for ${p.name}`}>
                      <Ellipsis className="i" />
                    </button>
                  }
                >
                  {p.active ? (
                    <Item icon={KeyRound} run={() => void reset(p)}>
                      Link for a new password
                    </Item>
                  ) : null}
                  {p.active ? (
                    <Item icon={UserMinus} danger run={() => setLeaving(p)}>
                      Deactivate
                    </Item>
                  ) : (
                    <Item icon={UserCheck} run={() => void change(p, { active: true }, `${p.name} may sign in again`)}>
                      Activate again
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
          <h2>On the way</h2>
          <div className="card rowsof">
            {open.data.map((i) => (
              <div key={i.id}>
                <span className="grow">
                  <bdi className="medium">{i.email}</bdi>
                  <span className="xs ink2">
                    {' '}
                    · {roleName(i.role)} · invitation until {date(i.expiresAt)}
                  </span>
                </span>
                {may ? (
                  <button
                    type="button"
                    className="btn sm quiet"
                    onClick={() =>
                      void attempt(
                        () => api('DELETE /invitations/:id', { params: { id: i.id } }),
                        'Invitation withdrawn',
                      )
                    }
                  >
                    <X className="i s14" /> Withdraw
                  </button>
                ) : null}
              </div>
            ))}
          </div>
        </section>
      ) : null}
      {inviting ? <Invite onClose={() => setInviting(false)} /> : null}
      <Dialog open={link !== null} onClose={() => setLink(null)} title={`A new password for ${link?.name ?? ''}`}>
        <p className="ink2">Hand this link over yourself. It works once{link ? `, until ${full(link.until)}` : ''}.</p>
        {link ? <CopyLine value={link.link} label="Link for a new password" /> : null}
      </Dialog>
      <Confirm
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Deactivate ${leaving?.name ?? ''}?`}
        yes="Deactivate"
        onYes={() => leaving && void change(leaving, { active: false }, `${leaving.name} can’t sign in any more`)}
      >
        Their sessions and keys end at once. What they wrote stays, and you can activate them again.
      </Confirm>
    </>
  );
};
