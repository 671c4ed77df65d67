import type { HoursPlace, ScheduleRow } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, Clock, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { Listed } from '../ui/listed.tsx';
import { SavedPick } from '../ui/saved.tsx';
import { there } from '../ui/time.ts';
import { tellProblem } from '../ui/toast.tsx';
import { hoursQuery, shownNow } from './data.ts';
import { Now } from './Now.tsx';
import './hours.css';

/** A select as `SavedPick` wants its control. */
const Choice = ({
  value = '',
  onPick,
  all,
  none,
  ...rest
}: {
  value?: string;
  onPick?: (value: string) => void;
  all: ScheduleRow[];
  none?: string;
}) => (
  <select className="input" {...rest} value={value} onChange={(e) => onPick?.(e.target.value)}>
    {none === undefined ? null : <option value="">{none}</option>}
    {all.map((one) => (
      <option key={one.id} value={one.id}>
        {one.name}
      </option>
    ))}
  </select>
);
const kinds = { brand: t('Brand'), inbox: t('Inbox'), team: t('Team') };

/** Whose hours they are: the workspace's, and of each brand, inbox and team that has its own. */
const Places = ({ items, places, disabled }: { items: ScheduleRow[]; places: HoursPlace[]; disabled: boolean }) => {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['hours'] });
  const all = items.find((one) => one.isDefault);
  return (
    <fieldset className="form card pad" disabled={disabled}>
      <h2>{t('Whose hours hold')}</h2>
      <p className="help">
        {t('The closest: those of the team that answers, else of the inbox, of the brand, of the workspace.')}
      </p>
      <SavedPick
        label={t('Workspace')}
        value={all?.id ?? ''}
        save={async (id) => {
          await api('PATCH /hours/:id', { params: { id }, body: { isDefault: true } });
          await again();
        }}
      >
        <Choice all={items} />
      </SavedPick>
      <div className="form two">
        {places.map((place) => (
          <SavedPick
            key={place.id}
            label={`${kinds[place.kind]}: ${place.name}`}
            value={place.scheduleId ?? ''}
            save={async (scheduleId) => {
              const params = { kind: place.kind, id: place.id };
              await api('PUT /hours/places/:kind/:id', { params, body: { scheduleId: scheduleId || null } });
              await again();
            }}
          >
            <Choice all={items} none={t('Those above it')} />
          </SavedPick>
        ))}
      </div>
    </fieldset>
  );
};

export const Hours = () => {
  useTitle(t('Hours'));
  const query = useQuery(hoursQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay()('workspace.write');
  const [busy, setBusy] = useState(false);
  const items = query.data?.items;
  const make = async () => {
    setBusy(true);
    try {
      const made = await api('POST /hours', { body: { name: items?.length ? t('New hours') : t('Opening hours') } });
      await shownNow(client, made);
      await navigate({ to: '/settings/hours/$id', params: { id: made.id } });
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const add = may ? (
    <button type="button" className={`btn primary${busy ? ' busy' : ''}`} disabled={busy} onClick={() => void make()}>
      <Plus className="i" /> {t('New hours')}
    </button>
  ) : null;
  return (
    <>
      <Head
        title={t('Hours')}
        lead={t('When your team answers, and on which days it does not.')}
        help={t(
          'Customers are told these hours, and working time is reckoned in them: correctly when summer time begins and ends. A team, an inbox or a brand may have hours of its own. Holidays are rules that come back each year, or come from a calendar that is looked at every day.',
        )}
        action={items?.length ? add : null}
      />
      <Listed
        query={query}
        none={t('No hours yet')}
        add={add}
        empty={t('Until you set some nobody is told when you answer. They begin as Monday to Friday, nine to five.')}
      >
        {(one) => (
          <Link key={one.id} to="/settings/hours/$id" params={{ id: one.id }}>
            <Clock className="i ink3" />
            <span className="grow hoursline">
              <span className="row wraps">
                <bdi className="strong cut">{one.name}</bdi>
                {one.isDefault ? <span className="chip">{t('Workspace')}</span> : null}
              </span>
              <Now state={one.now} zone={one.timeZone} />
              <span className="xs ink3">
                <bdi dir="ltr">{one.timeZone.replaceAll('_', ' ')}</bdi> · {there(one.timeZone)}
              </span>
            </span>
            <ChevronRight className="i ink3 flip" />
          </Link>
        )}
      </Listed>
      {items && items.length > 0 ? <Places items={items} places={query.data?.places ?? []} disabled={!may} /> : null}
    </>
  );
};
