import type { WholeCustomer } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { languages, zones } from '../ui/places.tsx';
import { date, languageName, there } from '../ui/time.ts';
import { change, type Patch, useFields } from './data.ts';
import { readValue, shownValue, typedValue } from './fields.ts';
import { InPlace } from './InPlace.tsx';

const placeOf = (zone: string) => zone.replace(/^.*\//, '').replaceAll('_', ' ');

/** What is known of a customer: each line is changed where it stands. */
export const About = ({ customer }: { customer: WholeCustomer }) => {
  const client = useQueryClient();
  const may = useMay();
  const can = may('customer.write') && customer.mergedInto === null;
  const fields = useFields('customer');
  const put = (patch: Patch) => change(client, customer, patch);
  return (
    <dl className="det">
      <div>
        <dt>{t('Role')}</dt>
        <dd>
          <InPlace
            label={t('Role')}
            can={can}
            value={customer.role ?? ''}
            shown={customer.role ? <bdi dir="auto">{customer.role}</bdi> : null}
            save={(text) => put({ role: text || null })}
          />
        </dd>
      </div>
      <CompanyLine customer={customer} can={can} />
      <div>
        <dt>{t('Language')}</dt>
        <dd>
          <InPlace
            label={t('Language')}
            can={can}
            value={customer.language ?? ''}
            shown={customer.language ? languageName(customer.language) : null}
            options={languages.map((tag) => ({ value: tag, label: languageName(tag) }))}
            save={(tag) => put({ language: tag || null })}
          />
        </dd>
      </div>
      <div>
        <dt>{t('Time zone')}</dt>
        <dd>
          <InPlace
            label={t('Time zone')}
            can={can}
            value={customer.timeZone ?? ''}
            shown={
              customer.timeZone
                ? t('{time} in {place}', { time: there(customer.timeZone), place: placeOf(customer.timeZone) })
                : null
            }
            options={zones().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
            save={(zone) => put({ timeZone: zone || null })}
          />
        </dd>
      </div>
      {fields.map((field) => {
        const value = customer.fields[field.key];
        const text = shownValue(field, value);
        return (
          <div key={field.id}>
            <dt>
              <bdi dir="auto">{field.label}</bdi>
            </dt>
            <dd>
              <InPlace
                label={field.label}
                can={can}
                type={field.kind === 'date' || field.kind === 'number' ? field.kind : 'text'}
                value={typedValue(value)}
                shown={text === null ? null : <bdi dir="auto">{text}</bdi>}
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
                save={async (typed) => put({ fields: { [field.key]: readValue(field, typed) } })}
              />
              {field.kind === 'link' && text !== null ? (
                <a className="link xs" href={text} target="_blank" rel="noreferrer noopener">
                  {t('Show')}
                </a>
              ) : null}
            </dd>
          </div>
        );
      })}
      <div>
        <dt>{t('Since')}</dt>
        <dd>{date(customer.createdAt)}</dd>
      </div>
    </dl>
  );
};

/** The company is one that is known, or a new one by the name that was typed. */
const CompanyLine = ({ customer, can }: { customer: WholeCustomer; can: boolean }) => {
  const client = useQueryClient();
  const [typed, setTyped] = useState<string | null>(null);
  const q = useDeferredValue(typed?.trim() ?? '');
  const found = useQuery({
    queryKey: ['companies', q],
    queryFn: () => api('GET /companies', { query: { q: q || undefined, limit: 8 } }),
    enabled: typed !== null,
  });
  const { company } = customer;
  const save = async (name: string) => {
    if (name === '') return change(client, customer, { companyId: null });
    const { items } = await api('GET /companies', { query: { q: name, limit: 50 } });
    const same = items.find(
      (one) => one.name.toLowerCase() === name.toLowerCase() || one.domain === name.toLowerCase(),
    );
    const { id } = same ?? (await api('POST /companies', { body: { name } }));
    await change(client, customer, { companyId: id });
  };
  return (
    <div>
      <dt>{t('Company')}</dt>
      <dd>
        <InPlace
          label={t('Company')}
          can={can}
          value={company?.name ?? ''}
          shown={company ? <bdi dir="auto">{company.name || company.domain}</bdi> : null}
          suggest={{ list: (found.data?.items ?? []).map((one) => one.name), onType: setTyped }}
          save={save}
        />
        {company ? (
          <Link className="link xs" to="/companies/$id" params={{ id: company.id }}>
            {t('Show')}
          </Link>
        ) : null}
      </dd>
    </div>
  );
};
