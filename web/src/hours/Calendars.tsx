import type { HoursCalendar, Schedule } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Plus, RefreshCw, X } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Confirm, Dialog } from '../ui/float.tsx';
import { Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { ago, calendarDay, onClockOf } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { shownNow } from './data.ts';
import { troubleInWords } from './words.ts';

const New = ({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) => {
  const client = useQueryClient();
  const [from, setFrom] = useState<'address' | 'file'>('address');
  const form = useSubmit(async (data) => {
    const file = data.get('file');
    const body =
      from === 'file' && file instanceof File
        ? { name: String(data.get('name')).trim(), text: await file.text() }
        : { name: String(data.get('name')).trim(), address: String(data.get('address')).trim() };
    await shownNow(client, await api('POST /hours/:id/calendars', { params: { id: schedule.id }, body }));
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={t('New calendar')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('Name')} error={form.fields.name}>
          <input className="input" name="name" dir="auto" required maxLength={120} placeholder={t('Public holidays')} />
        </Field>
        <Field label={t('Where it comes from')}>
          <select
            className="input"
            value={from}
            onChange={(e) => setFrom(e.target.value === 'file' ? 'file' : 'address')}
          >
            <option value="address">{t('An address, looked at every day')}</option>
            <option value="file">{t('An iCal file (.ics), read once')}</option>
          </select>
        </Field>
        {from === 'address' ? (
          <Field
            label={t('Address')}
            error={form.fields.address}
            help={t('An iCal address, as calendars offer it under “share” or “subscribe”. Every entry in it closes.')}
          >
            <input
              className="input"
              name="address"
              dir="ltr"
              required
              autoComplete="off"
              placeholder="https://example.com/holidays.ics"
            />
          </Field>
        ) : (
          <Field label={t('File')} error={form.fields.text} help={t('Every entry in it closes.')}>
            <input className="input" name="file" type="file" required accept=".ics,text/calendar" />
          </Field>
        )}
        <FormError error={form.error} fields={['name', 'address', 'text']} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Add')}
        </Feet>
      </form>
    </Dialog>
  );
};

const when = (from: string, to: string, zone: string): string =>
  from.length === 10
    ? from === to
      ? calendarDay(from)
      : t('{from} to {to}', { from: calendarDay(from), to: calendarDay(to) })
    : t('{from} to {to}', { from: onClockOf(zone, from), to: onClockOf(zone, to) });

const stateOf = (one: HoursCalendar): string =>
  one.triedAt === null
    ? t('Being read…')
    : one.address === null
      ? t('A file, {n, plural, one {# entry} other {# entries}}', { n: one.count })
      : one.fetchedAt
        ? t('Read {when}, {n, plural, one {# entry} other {# entries}}', { when: ago(one.fetchedAt), n: one.count })
        : t('Never read yet');

/** Calendars of others that close: looked at every day, or read once from a file. */
export const Calendars = ({ schedule, disabled }: { schedule: Schedule; disabled: boolean }) => {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<HoursCalendar | null>(null);
  const look = async (calendarId: string) => {
    try {
      await api('POST /hours/:id/calendars/:calendarId/fetch', { params: { id: schedule.id, calendarId } });
      tell(t('It is looked at now.'));
    } catch (error) {
      tellProblem(error);
    }
  };
  const remove = async (one: HoursCalendar) => {
    try {
      const params = { id: schedule.id, calendarId: one.id };
      await shownNow(client, await api('DELETE /hours/:id/calendars/:calendarId', { params }));
      const { name, address } = one;
      const again = {
        label: t('Undo'),
        run: () =>
          void api('POST /hours/:id/calendars', {
            params: { id: schedule.id },
            body: { name, address: address ?? '' },
          }).then((back) => shownNow(client, back), tellProblem),
      };
      tell(t('Removed: {what}', { what: name }), address ? again : undefined);
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="card pad">
      <div className="row">
        <h2 className="grow">{t('Calendars')}</h2>
        {disabled ? null : (
          <button type="button" className="btn sm" onClick={() => setAdding(true)}>
            <Plus className="i s14" /> {t('Add a calendar')}
          </button>
        )}
      </div>
      {schedule.calendars.length === 0 ? (
        <p className="help">
          {t('Public holidays of your country, or days off of your company: an iCal address or file.')}
        </p>
      ) : (
        <ul className="hourslist">
          {schedule.calendars.map((one) => (
            <li key={one.id}>
              <span className="grow">
                <bdi className="medium">{one.name}</bdi>
                {one.address ? (
                  <bdi className="xs ink3 cut" dir="ltr">
                    {one.address}
                  </bdi>
                ) : null}
                <span className="xs ink2">{stateOf(one)}</span>
                {one.trouble ? (
                  <span className="help err">
                    <CircleAlert className="i s13" />
                    {troubleInWords(one.trouble, one.status)}
                  </span>
                ) : null}
                {one.next.slice(0, 5).map((entry) => (
                  <span key={`${entry.from}${entry.name}`} className="xs ink3">
                    {when(entry.from, entry.to, schedule.timeZone)} · <bdi>{entry.name}</bdi>
                  </span>
                ))}
              </span>
              {disabled ? null : (
                <span className="row">
                  {one.address ? (
                    <button
                      type="button"
                      className="btn quiet icon sm"
                      aria-label={t('Look at {name} now', { name: one.name })}
                      onClick={() => void look(one.id)}
                    >
                      <RefreshCw className="i s14" />
                    </button>
                  ) : null}
                  <button
                    type="button"
                    className="btn quiet icon sm"
                    aria-label={t('Remove {name}', { name: one.name })}
                    onClick={() => (one.address ? void remove(one) : setRemoving(one))}
                  >
                    <X className="i s14" />
                  </button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {adding ? <New schedule={schedule} onClose={() => setAdding(false)} /> : null}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('Remove this calendar?')}
        yes={t('Remove it')}
        onYes={() => (removing ? void remove(removing) : undefined)}
      >
        {t('The file itself is not kept here: to have it again, it is added again.')}
      </Confirm>
    </div>
  );
};
