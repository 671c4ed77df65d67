import { useQuery } from '@tanstack/react-query';
import { Building2 } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { beginCompany } from './company.ts';

/** A button for each company whose people have addresses like this one; without an address, those of the only workspace there is. */
export const CompanyButtons = ({
  email,
  to,
  wrong,
}: {
  email: string;
  to: string | undefined;
  wrong: (error: unknown) => void;
}) => {
  const at = email.trim().toLowerCase().split('@')[1] ?? '';
  const domain = /^[^\s.]+(\.[^\s.]+)+$/.test(at) ? at : '';
  const query = useQuery({
    queryKey: ['sign-in-ways', domain],
    queryFn: async () => (await api('POST /sign-in/ways', { body: { email: domain ? `x@${domain}` : '' } })).company,
    placeholderData: (before) => before,
    retry: false,
  });
  return (query.data ?? []).map((company) => (
    <button
      type="button"
      className="btn"
      key={company.id}
      onClick={() => void beginCompany(company, email.trim(), to ? { to } : {}).catch(wrong)}
    >
      <Building2 className="i" /> {t('Sign in with {company}', { company: company.name })}
    </button>
  ));
};
