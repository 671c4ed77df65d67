import type {
  BodyInput,
  NotificationChoices,
  NotificationKind,
  NotificationPreset,
  NotificationWay,
} from '@hearten/contract';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { browser } from '../people/browser.ts';
import { Check, Field } from '../ui/form.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { deafHere } from './browser.ts';
import { Device } from './Device.tsx';
import { Preview } from './Preview.tsx';
import { kinds, presets, sentence, ways, weekdays } from './words.ts';

const query = queryOptions({ queryKey: ['notification-choices'], queryFn: () => api('GET /notifications/choices') });
type Change = BodyInput<'PATCH /notifications/choices'>;

/** What you hear of, how and when. Saved as you go. */
export const Choices = () => {
  useTitle(t('Notifications'));
  const client = useQueryClient();
  const me = useMe();
  const { data, error, isPending, isError, refetch } = useQuery(query);
  const [busy, setBusy] = useState(false);
  const keep = (next: NotificationChoices) => client.setQueryData(query.queryKey, next);
  const save = async (change: Change, undo?: NotificationChoices): Promise<void> => {
    try {
      keep(await api('PATCH /notifications/choices', { body: change }));
      if (undo)
        tell(t('Saved'), {
          label: t('Undo'),
          run: () => void save({ ways: undo.ways, quiet: undo.quiet, digest: undo.digest, sound: undo.sound }),
        });
    } catch (cause) {
      tellProblem(cause);
    }
  };
  const withBrowser = async (work: () => Promise<NotificationChoices | Record<string, never>>, said: string) => {
    setBusy(true);
    try {
      const next = await work();
      if ('ways' in next) keep(next as NotificationChoices);
      tell(said);
    } catch (cause) {
      tellProblem(cause);
      await client.invalidateQueries({ queryKey: query.queryKey });
    } finally {
      setBusy(false);
    }
  };
  if (isPending) return <SkeletonRows />;
  if (isError) return <Failed error={error} retry={() => void refetch()} />;
  const set = (change: Change) => void save(change, data);
  const toggle = (kind: NotificationKind, way: NotificationWay, on: boolean) =>
    set({ ways: { [kind]: on ? [...data.ways[kind], way] : data.ways[kind].filter((one) => one !== way) } });
  const { quiet, digest } = data;
  const days = (chosen: number[], day: number, on: boolean): number[] =>
    (on ? [...chosen, day] : chosen.filter((one) => one !== day)).sort();
  return (
    <>
      <div>
        <h1>{t('Notifications')}</h1>
        <p className="lead" aria-live="polite">
          {sentence(data)}
        </p>
      </div>
      <div className="beside">
        <div className="stack">
          <fieldset className="card pad form" style={{ border: 0, margin: 0 }}>
            <legend className="sr">{t('Begin with')}</legend>
            {(Object.keys(presets) as NotificationPreset[]).map((preset) => (
              <Check
                key={preset}
                type="radio"
                name="preset"
                value={preset}
                checked={data.preset === preset}
                onChange={() => set({ preset })}
                label={presets[preset].label}
                help={presets[preset].help}
              />
            ))}
            {data.preset === null ? (
              <Check type="radio" name="preset" checked label={t('Your own choice, as below')} />
            ) : null}
          </fieldset>
          <section className="stack tight">
            <h2>{t('Of what, and how')}</h2>
            <div className="card pad" style={{ overflowX: 'auto' }}>
              <table style={{ inlineSize: '100%', borderSpacing: '0 6px' }}>
                <thead>
                  <tr>
                    <th scope="col" style={{ textAlign: 'start' }}>
                      {t('Event')}
                    </th>
                    {ways.map(([way, label]) => (
                      <th key={way} scope="col" className="xs">
                        {label}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {kinds.map(([kind, label]) => (
                    <tr key={kind}>
                      <th scope="row" style={{ textAlign: 'start', fontWeight: 'normal' }}>
                        {label}
                      </th>
                      {ways.map(([way, how]) => (
                        <td key={way} style={{ textAlign: 'center' }}>
                          <span className="check">
                            <input
                              type="checkbox"
                              aria-label={`${label}: ${how}`}
                              checked={data.ways[kind].includes(way)}
                              onChange={(e) => toggle(kind, way, e.target.checked)}
                            />
                          </span>
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
          <section className="form card pad">
            <h2>{t('Sound')}</h2>
            <Check
              label={t('Two notes for a new chat, and when a visitor writes in one of mine')}
              help={t('Where Hearten is open and that chat is not on screen. Never in quiet hours.')}
              checked={data.sound}
              onChange={(sound) => {
                set({ sound });
                if (sound) void import('../chats/sound.ts').then(({ ring }) => ring('try'));
              }}
            />
          </section>
          <section className="form card pad">
            <h2>{t('Quiet hours')}</h2>
            <p className="ink2">
              {t('In your time zone, {timeZone}. What comes meanwhile waits for the digest.', {
                timeZone: me.person.timeZone,
              })}
            </p>
            <Check
              label={t('Nothing interrupts between these times')}
              checked={quiet.hours !== null}
              onChange={(on) => set({ quiet: { ...quiet, hours: on ? { from: '18:00', to: '08:00' } : null } })}
            />
            {quiet.hours ? (
              <div className="form two">
                {(['from', 'to'] as const).map((end) => (
                  <Field key={end} label={end === 'from' ? t('From') : t('To')}>
                    <input
                      className="input"
                      type="time"
                      required
                      defaultValue={quiet.hours?.[end]}
                      onBlur={(e) => {
                        const { value } = e.currentTarget;
                        if (value && quiet.hours && value !== quiet.hours[end])
                          set({ quiet: { ...quiet, hours: { ...quiet.hours, [end]: value } } });
                      }}
                    />
                  </Field>
                ))}
              </div>
            ) : null}
            <fieldset className="row wrap" style={{ border: 0, margin: 0, padding: 0 }}>
              <legend>{t('Nothing interrupts all day on')}</legend>
              {weekdays().map(([day, label]) => (
                <Check
                  key={day}
                  label={label}
                  checked={quiet.days.includes(day)}
                  onChange={(on) => set({ quiet: { ...quiet, days: days(quiet.days, day, on) } })}
                />
              ))}
            </fieldset>
          </section>
          <section className="form card pad">
            <h2>{t('Digest')}</h2>
            <p className="ink2">
              {data.mails
                ? t('One mail with what waits, grouped, and only when something does.')
                : t(
                    'No mail can be sent yet: whoever runs this Hearten has to set SYSTEM_SMTP. Until then it stands in the app.',
                  )}
            </p>
            <Field label={t('At')} help={t('Times with a comma between them, like 9:00, 16:00.')}>
              <input
                key={digest.at.join()}
                className="input"
                defaultValue={digest.at.join(', ')}
                onBlur={(e) => {
                  const at = e.currentTarget.value
                    .split(/[\s,]+/)
                    .filter(Boolean)
                    .map((time) => time.padStart(5, '0'));
                  if (at.join() !== digest.at.join()) set({ digest: { ...digest, at } });
                }}
              />
            </Field>
            <fieldset className="row wrap" style={{ border: 0, margin: 0, padding: 0 }}>
              <legend>{t('On')}</legend>
              {weekdays().map(([day, label]) => (
                <Check
                  key={day}
                  label={label}
                  checked={digest.days.includes(day)}
                  disabled={digest.days.length === 1 && digest.days.includes(day)}
                  onChange={(on) => set({ digest: { ...digest, days: days(digest.days, day, on) } })}
                />
              ))}
            </fieldset>
          </section>
          <Device data={data} busy={busy} run={withBrowser} />
          {data.browsers.length > 0 ? (
            <section className="stack tight">
              <h2>{t('Browsers that are told by push')}</h2>
              <div className="card rowsof">
                {data.browsers.map((b) => (
                  <div key={b.id}>
                    <span className="grow">
                      <span className="medium">{browser(b.agent)}</span>
                      <span className="xs ink2 row">
                        {b.toldAt ? t('told {when}', { when: ago(b.toldAt) }) : t('told nothing yet')}
                      </span>
                    </span>
                    {b.current ? <span className="chip accent">{t('this one')}</span> : null}
                    <button
                      type="button"
                      className="btn sm"
                      disabled={busy}
                      onClick={() =>
                        void withBrowser(
                          () => api('POST /notifications/browsers/:id/try', { params: { id: b.id } }),
                          t('Sent. It should show in a moment.'),
                        )
                      }
                    >
                      {t('Try it')}
                    </button>
                    <button
                      type="button"
                      className="btn sm"
                      disabled={busy}
                      onClick={() =>
                        void withBrowser(async () => {
                          if (b.current) await deafHere();
                          return api('DELETE /notifications/browsers/:id', { params: { id: b.id } });
                        }, t('Removed'))
                      }
                    >
                      {t('Remove')}
                    </button>
                  </div>
                ))}
              </div>
            </section>
          ) : null}
        </div>
        <Preview choice={data} />
      </div>
    </>
  );
};
