import type { Company } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Building2 } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Avatar, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { useFields } from './data.ts';
import { readValue, shownValue, typedValue } from './fields.ts';
import { InPlace } from './InPlace.tsx';

const companyQuery = (id: string) => ({
  queryKey: ['customer', 'company', id],
  queryFn: () => api('GET /companies/:id', { params: { id } }),
});
type Patch = { name?: string; domain?: string | null; fields?: Record<string, string | number | boolean | null> };

/** One company: what is known of it, and its people. */
export const CompanyPage = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const client = useQueryClient();
  const can = useMay()('customer.write');
  const query = useQuery(companyQuery(id));
  const fields = useFields('company');
  const company = query.data;
  useTitle(company?.name || t('Company'));
  const put = async (before: Company, patch: Patch, undo = true): Promise<void> => {
    await api('PATCH /companies/:id', { params: { id }, body: patch });
    await client.invalidateQueries({ queryKey: ['customer'] });
    if (!undo) return;
    const back: Patch = {
      ...(patch.name === undefined ? {} : { name: before.name }),
      ...(patch.domain === undefined ? {} : { domain: before.domain }),
      ...(patch.fields
        ? { fields: Object.fromEntries(Object.keys(patch.fields).map((key) => [key, before.fields[key] ?? null])) }
        : {}),
    };
    tell(t('Saved'), { label: t('Undo'), run: () => void put(before, back, false).catch((e) => tellProblem(e)) });
  };
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          {query.isPending ? <SkeletonRows count={3} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {company ? (
            <>
              <div className="row" style={{ gap: 14 }}>
                <Building2 className="i s24 ink3" aria-hidden="true" />
                <h1 className="grow">
                  <InPlace
                    label={t('Name')}
                    can={can}
                    value={company.name}
                    shown={<bdi dir="auto">{company.name}</bdi>}
                    save={async (name) => (name ? put(company, { name }) : undefined)}
                  />
                </h1>
              </div>
              <section className="card pad">
                <dl className="det">
                  <div>
                    <dt>{t('Domain')}</dt>
                    <dd>
                      <InPlace
                        label={t('Domain')}
                        can={can}
                        value={company.domain ?? ''}
                        shown={company.domain ? <bdi dir="ltr">{company.domain}</bdi> : null}
                        save={(domain) => put(company, { domain: domain || null })}
                      />
                    </dd>
                  </div>
                  {fields.map((field) => (
                    <div key={field.id}>
                      <dt>
                        <bdi dir="auto">{field.label}</bdi>
                      </dt>
                      <dd>
                        <InPlace
                          label={field.label}
                          can={can}
                          value={typedValue(company.fields[field.key])}
                          shown={shownValue(field, company.fields[field.key])}
                          {...(field.kind === 'choice'
                            ? { options: field.choices.map((choice) => ({ value: choice, label: choice })) }
                            : field.kind === 'yes-no'
                              ? {
                                  options: [
                                    { value: 'true', label: t('Yes') },
                                    { value: 'false', label: t('No') },
                                  ],
                                }
                              : {})}
                          type={field.kind === 'date' || field.kind === 'number' ? field.kind : 'text'}
                          save={async (text) => put(company, { fields: { [field.key]: readValue(field, text) } })}
                        />
                      </dd>
                    </div>
                  ))}
                </dl>
                <p className="ink3 xs">{t('Whoever writes from this domain is put with the company.')}</p>
              </section>
              <section>
                <h2>{t('{n, plural, =0 {Nobody yet} one {# person} other {# people}}', { n: company.count })}</h2>
                {company.people.map((c) => (
                  <Link key={c.id} to="/customers/$id" params={{ id: c.id }} className="hit">
                    <span className="row">
                      <Avatar name={c.name || (c.handles[0]?.value ?? '')} id={c.id} />
                      <bdi dir="auto" className="medium cut">
                        {c.name || c.handles[0]?.value}
                      </bdi>
                      <bdi className="ink3 xs cut grow">{c.role ?? c.handles[0]?.value}</bdi>
                    </span>
                  </Link>
                ))}
                {company.count > company.people.length ? (
                  <p className="ink3 xs">{t('The first hundred by name. Find others by a search.')}</p>
                ) : null}
              </section>
            </>
          ) : null}
        </div>
      </main>
    </div>
  );
};
