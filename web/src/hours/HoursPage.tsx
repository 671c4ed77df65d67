import type { BodyInput, Schedule } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Files } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { DeleteIt, OneOf } from '../ui/listed.tsx';
import { Zones } from '../ui/places.tsx';
import { SavedPick, SavedText } from '../ui/saved.tsx';
import { there } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Calendars } from './Calendars.tsx';
import { scheduleQuery, shownNow } from './data.ts';
import { Exceptions } from './Exceptions.tsx';
import { Holidays } from './Holidays.tsx';
import { Now } from './Now.tsx';
import { Week } from './Week.tsx';
import './hours.css';

const Page = ({ one }: { one: Schedule }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay()('workspace.write');
  const save = async (body: BodyInput<'PATCH /hours/:id'>) =>
    shownNow(client, await api('PATCH /hours/:id', { params: { id: one.id }, body }));
  const copy = async () => {
    try {
      const made = await api('POST /hours', {
        body: { name: t('Copy of {name}', { name: one.name }), copyOf: one.id },
      });
      await shownNow(client, made);
      await navigate({ to: '/settings/hours/$id', params: { id: made.id } });
    } catch (error) {
      tellProblem(error);
    }
  };
  const remove = async () => {
    try {
      await api('DELETE /hours/:id', { params: { id: one.id } });
      await navigate({ to: '/settings/hours' });
      await client.invalidateQueries({ queryKey: ['hours', 'all'] });
      tell(t('Deleted: {what}', { what: one.name }));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <>
      <Head
        title={<bdi>{one.name}</bdi>}
        lead={<Now state={one.now} zone={one.timeZone} />}
        help={t(
          'Open is what the clock on the wall there shows: when summer time leaves an hour out, it is not worked, and when an hour comes twice, it is worked twice. Hours over midnight belong to the day on which they begin, and go with it when that day is a holiday.',
        )}
        action={
          may ? (
            <button type="button" className="btn" onClick={() => void copy()}>
              <Files className="i" /> {t('Copy these hours')}
            </button>
          ) : null
        }
      />
      <fieldset className="form card pad" disabled={!may}>
        <div className="form two">
          <SavedText
            label={t('Name')}
            name="name"
            value={one.name}
            save={(name) => save({ name })}
            wrong={(name) => (name.trim() ? undefined : t('A name is missing.'))}
          >
            <input className="input" dir="auto" maxLength={120} />
          </SavedText>
          <SavedPick
            label={t('Time zone')}
            name="timeZone"
            value={one.timeZone}
            save={(timeZone) => save({ timeZone })}
            help={t('There it is {time} now.', { time: there(one.timeZone) })}
          >
            <Zones />
          </SavedPick>
        </div>
      </fieldset>
      <Week schedule={one} disabled={!may} />
      <Holidays schedule={one} disabled={!may} />
      <Exceptions schedule={one} disabled={!may} />
      <Calendars schedule={one} disabled={!may} />
      {may ? (
        <DeleteIt
          label={t('Delete these hours')}
          title={t('Delete these hours?')}
          yes={t('Delete them')}
          onYes={() => void remove()}
        >
          {t(
            'Their holidays and calendars go with them. Where they held, those of what stands above hold from now on.',
          )}
        </DeleteIt>
      ) : null}
    </>
  );
};

export const HoursPage = () => {
  useTitle(t('Hours'));
  const { id } = useParams({ from: '/app/settings/hours/$id' });
  const query = useQuery(scheduleQuery(id));
  return (
    <OneOf to="/settings/hours" all={t('Hours')} query={query}>
      {(one) => <Page key={one.id} one={one} />}
    </OneOf>
  );
};
