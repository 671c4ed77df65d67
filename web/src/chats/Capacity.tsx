import type { Attendance } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Avatar } from '../ui/kit.tsx';
import { SavedText } from '../ui/saved.tsx';
import { ago } from '../ui/time.ts';
import { attendanceQuery, useAttendance } from './attendance.ts';

const number = (text: string, least: number): string | undefined =>
  /^\d{1,3}$/.test(text.trim()) && Number(text) >= least && Number(text) <= 100
    ? undefined
    : t('A number from {least} to 100.', { least });

const state = ({ here, awaySince }: Attendance['items'][number]): string =>
  awaySince ? t('Away since {when}', { when: ago(awaySince) }) : here ? t('There') : t('Not there');

/** How many chats each takes at once, who is there and who is not. Shown where there is a live chat. */
export const Capacity = () => {
  const may = useMay();
  const client = useQueryClient();
  const { data: people } = useQuery(peopleQuery);
  const all = useAttendance();
  if (!all) return null;
  const set = async (id: string, most: number | null) => {
    client.setQueryData(attendanceQuery.queryKey, await api('PUT /attendance/:id', { params: { id }, body: { most } }));
  };
  const answering = all.items.filter((one) => {
    const role = people?.find((p) => p.id === one.personId)?.role;
    return role && role !== 'viewer' && role !== 'specialist';
  });
  return (
    <section className="stack" id="chats" aria-labelledby="chats-title">
      <h2 id="chats-title">{t('Chats at once')}</h2>
      <p className="ink2">
        {t(
          'Where new chats go to whoever has most room, nobody gets more than this. Who takes one by hand may have more.',
        )}
        {all.queued > 0 ? (
          <>
            {' '}
            <strong>
              {t(
                '{n, plural, one {# chat waits for somebody with room.} other {# chats wait for somebody with room.}}',
                {
                  n: all.queued,
                },
              )}
            </strong>
          </>
        ) : null}
      </p>
      {may('workspace.write') ? (
        <div className="form card pad">
          <SavedText
            label={t('How many one takes')}
            name="chatsEach"
            help={t('Of everyone for whom nothing else is said below.')}
            value={String(all.each)}
            save={async (each) => {
              await api('PATCH /workspace', { body: { chatsEach: Number(each) } });
              await client.invalidateQueries({ queryKey: attendanceQuery.queryKey });
            }}
            wrong={(text) => number(text, 1)}
          >
            <input className="input" inputMode="numeric" style={{ maxInlineSize: 90 }} />
          </SavedText>
        </div>
      ) : null}
      <div className="card rowsof">
        {answering.map((one) => {
          const name = people?.find((p) => p.id === one.personId)?.name ?? '?';
          return (
            <div key={one.personId}>
              <Avatar id={one.personId} name={name} team size={24} />
              <span className="grow">
                <bdi className="strong">{name}</bdi>
                <span className="xs ink2 row">
                  {state(one)}
                  {' · '}
                  {t('{n, plural, =0 {no chat now} one {# chat now} other {# chats now}}', { n: one.chats })}
                </span>
              </span>
              {may('team.write') ? (
                <span className="barelabel">
                  <SavedText
                    label={t('Chats {name} takes', { name })}
                    name={`most-${one.personId}`}
                    value={one.own ? String(one.most) : ''}
                    save={(most) => set(one.personId, most.trim() === '' ? null : Number(most))}
                    wrong={(text) => (text.trim() === '' ? undefined : number(text, 0))}
                  >
                    <input
                      className="input"
                      inputMode="numeric"
                      placeholder={String(all.each)}
                      style={{ inlineSize: 64 }}
                    />
                  </SavedText>
                </span>
              ) : (
                <span className="ink2">{one.most}</span>
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
};
