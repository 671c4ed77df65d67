import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Building2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { beginCompany } from '../setup/company.ts';
import { Confirm } from '../ui/float.tsx';
import { date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

type Way = { id: string; name: string; linkedAt: string | null };
/** The company's sign-ins here: linked to oneself, or not yet. There are none where the company has none. */
export const CompanySignIns = () => {
  const { workspace, person } = useMe();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['ways'], queryFn: () => api('GET /me/sign-in') });
  const [leaving, setLeaving] = useState<Way | null>(null);
  if (!query.data || query.data.company.length === 0) return null;
  const { company, bound } = query.data;
  const link = (one: Way) =>
    beginCompany({ workspaceId: workspace.id, id: one.id }, person.email, { links: true }).catch(tellProblem);
  const unlink = async (one: Way) => {
    try {
      await api('DELETE /me/company-sign-ins/:id', { params: { id: one.id } });
      tell(t('Unlinked: {name}', { name: one.name }));
    } catch (error) {
      tellProblem(error);
    }
    await Promise.all(['ways', 'sessions'].map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  return (
    <section className="stack tight">
      <h2>{t('Your company’s sign-in')}</h2>
      <div className="card rowsof">
        {company.map((one) => (
          <div key={one.id}>
            <Building2 className="i ink3" />
            <span className="grow">
              <bdi className="medium">{one.name}</bdi>
              <span className="xs ink2 row">
                {one.linkedAt ? t('linked since {when}', { when: date(one.linkedAt) }) : t('not linked to you')}
              </span>
            </span>
            {bound ? null : one.linkedAt ? (
              <button type="button" className="btn sm" onClick={() => setLeaving(one)}>
                {t('Unlink')}
              </button>
            ) : (
              <button type="button" className="btn sm" onClick={() => void link(one)}>
                {t('Link')}
              </button>
            )}
          </div>
        ))}
      </div>
      <Confirm
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t('Unlink {name}?', { name: leaving?.name ?? '' })}
        yes={t('Unlink')}
        onYes={() => leaving && void unlink(leaving)}
      >
        {t('It opens nothing of yours from then on, and where you came in by it you are signed out.')}
      </Confirm>
    </section>
  );
};
