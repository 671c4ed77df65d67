import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { due } from '../ui/time.ts';

/** Below an empty list: what the day was, from what really happened. A day without figures says nothing. */
export const Today = () => {
  const { data } = useQuery({ queryKey: ['today'], queryFn: () => api('GET /today'), staleTime: 30_000 });
  if (!data || (data.answered === 0 && data.resolved === 0 && data.wakes === null)) return null;
  return (
    <ul className="today" aria-label={t('Today')}>
      {data.answered > 0 ? (
        <li>
          {t('{n, plural, one {# conversation answered today} other {# conversations answered today}}', {
            n: data.answered,
          })}
        </li>
      ) : null}
      {data.resolved > 0 ? (
        <li>
          {t('{n, plural, one {# conversation resolved today} other {# conversations resolved today}}', {
            n: data.resolved,
          })}
        </li>
      ) : null}
      {data.wakes ? <li>{t('The next snoozed one is back {when}', { when: due(data.wakes) })}</li> : null}
    </ul>
  );
};
