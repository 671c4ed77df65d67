import type { Handle, WholeCustomer } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { AtSign, Mail, Phone, Plus, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Problem, said } from '../problem.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { keep } from './data.ts';
import { openMerge } from './merging.ts';

const icons = { email: Mail, phone: Phone, other: AtSign } as const;
type Kind = keyof typeof icons;
const kindOf = (kind: string): Kind => (kind === 'email' || kind === 'phone' ? kind : 'other');
const guess = (text: string): Kind =>
  text.includes('@') ? 'email' : /^\+?[\d\s().\-/]{4,}$/.test(text) ? 'phone' : 'other';

/** The addresses and numbers a customer writes from; one can be added, and all but the last taken away. */
export const Handles = ({ customer }: { customer: WholeCustomer }) => {
  const client = useQueryClient();
  const can = useMay()('customer.write') && customer.mergedInto === null;
  const [adding, setAdding] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const input = useRef<HTMLInputElement>(null);
  const params = { id: customer.id };
  const add = async (handle: { kind: Kind; value: string }) => {
    keep(client, await api('POST /customers/:id/handles', { params, body: handle }));
  };
  const remove = async ({ kind, value }: Handle) => {
    try {
      const handle = { kind: kindOf(kind), value };
      keep(client, await api('DELETE /customers/:id/handles', { params, query: handle }));
      tell(t('{value} was taken away', { value }), {
        label: t('Undo'),
        run: () => void add(handle).catch((error) => tellProblem(error)),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  const submit = async () => {
    const value = input.current?.value.trim() ?? '';
    if (!value) return setAdding(false);
    try {
      await add({ kind: guess(value), value });
      setProblem(null);
      setAdding(false);
    } catch (error) {
      setProblem(error);
    }
  };
  const other =
    problem instanceof Problem && typeof problem.body.customerId === 'string' ? problem.body.customerId : null;
  return (
    <ul className="handles" aria-label={t('Addresses')}>
      {customer.handles.map((handle) => {
        const Icon = icons[kindOf(handle.kind)];
        return (
          <li key={handle.kind + handle.value}>
            <Icon className="i s14 ink3" aria-hidden="true" />
            <bdi dir="ltr" className="cut grow" title={handle.value}>
              {handle.value}
            </bdi>
            {can && customer.handles.length > 1 ? (
              <button
                type="button"
                className="btn quiet icon xs"
                aria-label={t('Take {value} away', { value: handle.value })}
                onClick={() => void remove(handle)}
              >
                <X className="i s13" />
              </button>
            ) : null}
          </li>
        );
      })}
      {can ? (
        <li>
          {adding ? (
            <form
              className="grow stack tight"
              onSubmit={(e) => {
                e.preventDefault();
                void submit();
              }}
            >
              <input
                ref={input}
                autoFocus
                className="input sm"
                dir="ltr"
                autoComplete="off"
                maxLength={254}
                aria-label={t('Another address or number')}
                aria-invalid={problem ? true : undefined}
                onKeyDown={(e) => {
                  if (e.key !== 'Escape') return;
                  e.stopPropagation();
                  setAdding(false);
                }}
                onBlur={(e) => (e.currentTarget.value.trim() ? undefined : setAdding(false))}
              />
              {problem ? (
                <span className="help err" role="alert">
                  {said(problem)}{' '}
                  {other ? (
                    <button type="button" className="btn link" onClick={() => openMerge(other, customer.id)}>
                      {t('Merge them')}
                    </button>
                  ) : null}
                </span>
              ) : null}
            </form>
          ) : (
            <button
              type="button"
              className="btn quiet sm"
              onClick={() => {
                setProblem(null);
                setAdding(true);
              }}
            >
              <Plus className="i s13" /> {t('Add an address')}
            </button>
          )}
        </li>
      ) : null}
    </ul>
  );
};
