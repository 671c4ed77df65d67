import type { Person, Team } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Pencil, Plus, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { Capacity } from '../chats/Capacity.tsx';
import { peopleQuery, teamsQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Confirm, Dialog } from '../ui/float.tsx';
import { Check, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Avatar, Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { listed } from '../ui/names.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

const TeamForm = ({ team, onClose }: { team: Team | null; onClose: () => void }) => {
  const client = useQueryClient();
  const { data: people } = useQuery(peopleQuery);
  const [chosen, setChosen] = useState(new Set(team?.people));
  const form = useSubmit(async (data) => {
    const body = { name: String(data.get('name')).trim(), people: [...chosen] };
    if (team) await api('PATCH /teams/:id', { params: { id: team.id }, body });
    else await api('POST /teams', { body });
    await client.invalidateQueries({ queryKey: ['teams'] });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={team ? t('Team {name}', { name: team.name }) : t('New team')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('Name')} error={form.fields.name}>
          <input className="input" name="name" dir="auto" required defaultValue={team?.name} />
        </Field>
        <fieldset>
          <legend>{t('Who is in it')}</legend>
          {people
            ?.filter((p) => p.active)
            .map((p) => (
              <Check
                key={p.id}
                label={p.name}
                checked={chosen.has(p.id)}
                onChange={(on) =>
                  setChosen((was) => {
                    const next = new Set(was);
                    if (on) next.add(p.id);
                    else next.delete(p.id);
                    return next;
                  })
                }
              />
            ))}
        </fieldset>
        <FormError error={form.error} fields={['name']} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <Submit busy={form.busy}>{team ? t('Save') : t('Create')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

/** The way to how the customers of one person left, for who leads them: by name, and no figure stands beside another's. */
const Led = ({ team, people }: { team: Team; people: Person[] }) => {
  const me = useMe();
  const others = people.filter((one) => one.active && one.id !== me.person.id && team.people.includes(one.id));
  return others.length ? (
    <span className="xs row wraps">
      <span className="ink3">{t('How their customers left:')}</span>
      {others
        .toSorted((a, b) => a.name.localeCompare(b.name))
        .map((one) => (
          <Link key={one.id} to="/home/people/$id" params={{ id: one.id }} className="link">
            <bdi>{one.name}</bdi>
          </Link>
        ))}
    </span>
  ) : null;
};

export const Teams = () => {
  useTitle(t('Teams'));
  const may = useMay()('team.write');
  const leads = useMay()('report.person');
  const me = useMe();
  const client = useQueryClient();
  const query = useQuery(teamsQuery);
  const { data: people } = useQuery(peopleQuery);
  const [editing, setEditing] = useState<Team | 'new' | null>(null);
  const [leaving, setLeaving] = useState<Team | null>(null);
  const remove = async (team: Team) => {
    try {
      await api('DELETE /teams/:id', { params: { id: team.id } });
      await client.invalidateQueries({ queryKey: ['teams'] });
      tell(t('{name} is gone; its conversations are with no team', { name: team.name }));
    } catch (error) {
      tellProblem(error);
    }
  };
  const add = may ? (
    <button type="button" className="btn primary" onClick={() => setEditing('new')}>
      <Plus className="i" /> {t('New team')}
    </button>
  ) : null;
  return (
    <>
      <Head
        title={t('Teams')}
        lead={t('A conversation can be with a team until someone in it takes it.')}
        help={t(
          'A conversation that is given to a team belongs to nobody in it until someone takes it. Whoever is in the team is told of it. Deleting a team deletes no conversation: they are with no team then.',
        )}
        action={query.data?.length ? add : null}
      />
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? (
        <Empty title={t('No teams yet')} action={add}>
          {t('With few people you may never need one.')}
        </Empty>
      ) : null}
      {query.data && query.data.length > 0 ? (
        <div className="card rowsof">
          {query.data.map((one) => {
            const names = one.people.flatMap((id) => people?.find((p) => p.id === id)?.name ?? []);
            return (
              <div key={one.id}>
                <Users className="i ink3" />
                <span className="grow">
                  <bdi className="strong">{one.name}</bdi>
                  <span className="xs ink2 row">{one.people.length === 0 ? t('Nobody yet') : listed(names)}</span>
                  {leads && one.people.includes(me.person.id) ? <Led team={one} people={people ?? []} /> : null}
                </span>
                <span className="avs">
                  {one.people.slice(0, 4).map((id) => (
                    <Avatar key={id} id={id} name={people?.find((p) => p.id === id)?.name ?? '?'} team size={20} />
                  ))}
                </span>
                {may ? (
                  <button
                    type="button"
                    className="btn sm icon quiet"
                    aria-label={t('Change {name}', { name: one.name })}
                    onClick={() => setEditing(one)}
                  >
                    <Pencil className="i s14" />
                  </button>
                ) : null}
                {may ? (
                  <button
                    type="button"
                    className="btn sm icon quiet"
                    aria-label={t('Delete {name}', { name: one.name })}
                    onClick={() => setLeaving(one)}
                  >
                    <Trash2 className="i s14" />
                  </button>
                ) : null}
              </div>
            );
          })}
        </div>
      ) : null}
      <Capacity />
      {editing ? <TeamForm team={editing === 'new' ? null : editing} onClose={() => setEditing(null)} /> : null}
      <Confirm
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t('Delete {name}?', { name: leaving?.name ?? '' })}
        yes={t('Delete')}
        onYes={() => leaving && void remove(leaving)}
      >
        {t('Its conversations stay, with no team.')}
      </Confirm>
    </>
  );
};
