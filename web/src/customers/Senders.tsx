import type { Person, Sender } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban, type LucideIcon, Search, UserCheck } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { date } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

type Kind = 'blocked' | 'allowed';
const about: Record<Kind, { title: string; lead: string; add: string; off: string; none: string; icon: LucideIcon }> = {
  blocked: {
    title: t('Blocked senders'),
    lead: t('Their mail is kept, but goes to spam and tells nobody.'),
    add: t('Block'),
    off: t('Unblock'),
    none: t('Nobody is blocked.'),
    icon: Ban,
  },
  allowed: {
    title: t('Allowed senders'),
    lead: t('Their mail is never taken for spam, unless somebody forges their name.'),
    add: t('Allow'),
    off: t('Remove'),
    none: t('Nobody is on this list. Whoever you have written to is known anyway.'),
    icon: UserCheck,
  },
};
const path = (kind: Kind) => `/${kind}-senders` as const;

/** One of the two lists about senders: found, added by hand, taken off, and that taken back. */
export const Senders = ({ kind }: { kind: Kind }) => {
  const may = useMay();
  const client = useQueryClient();
  const [sought, setSought] = useState('');
  const words = about[kind];
  const query = useQuery({
    queryKey: ['senders', kind, sought],
    queryFn: async () => (await api(`GET ${path(kind)}`, { query: sought ? { q: sought } : {} })).items,
    placeholderData: (before: Sender[] | undefined) => before,
  });
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const again = () => client.invalidateQueries({ queryKey: ['senders'] });
  const add = async (pattern: string): Promise<Sender> => {
    const made = await api(`POST ${path(kind)}`, { body: { pattern } });
    await again();
    return made;
  };
  const remove = async ({ id, pattern }: Pick<Sender, 'id' | 'pattern'>, undo = true) => {
    try {
      await api(`DELETE ${path(kind)}/:id`, { params: { id } });
      await again();
      if (undo)
        tell(t('{pattern} is no longer {kind}', { pattern, kind }), {
          label: t('Undo'),
          run: () => void add(pattern).catch((error) => tellProblem(error)),
        });
    } catch (error) {
      tellProblem(error);
    }
  };
  const form = useSubmit(async (data) => {
    const made = await add(String(data.get('pattern')).trim());
    tell(t('{pattern} is {kind}', { pattern: made.pattern, kind }), {
      label: t('Undo'),
      run: () => void remove(made, false),
    });
    const field = document.querySelector<HTMLInputElement>(`#${kind}-senders input[name=pattern]`);
    if (field) field.value = '';
  });
  const items = query.data ?? [];
  return (
    <section id={`${kind}-senders`} className="stack" style={{ display: 'grid', gap: 12 }} aria-label={words.title}>
      <div>
        <h2>{words.title}</h2>
        <p className="lead">{words.lead}</p>
      </div>
      {may('conversation.write') ? (
        <form className="form" onSubmit={(e) => void form.submit(e)}>
          <div className="inline-form">
            <Field
              label={t('Address or whole domain')}
              help={t('claire@example.com, or @example.com for everyone there.')}
              error={form.fields.pattern}
            >
              <input className="input" name="pattern" required maxLength={254} dir="ltr" autoComplete="off" />
            </Field>
            <Submit busy={form.busy} className="btn">
              {words.add}
            </Submit>
          </div>
          <FormError error={form.error} fields={['pattern']} />
        </form>
      ) : null}
      {sought || items.length > 5 ? (
        <div className="search">
          <Search className="i" />
          <input
            className="input"
            type="search"
            placeholder={t('Find in this list')}
            aria-label={t('Find in {title}', { title: words.title.toLowerCase() })}
            value={sought}
            onChange={(e) => setSought(e.target.value)}
            dir="ltr"
          />
        </div>
      ) : null}
      {query.isPending ? <SkeletonRows count={2} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 ? (
        <p className="ink3">{sought ? t('Nothing with “{sought}” is on this list.', { sought }) : words.none}</p>
      ) : null}
      {items.length > 0 ? (
        <ul className="card rowsof">
          {items.map((one) => (
            <li key={one.id}>
              <words.icon className="i ink3" />
              <bdi className="grow medium cut" dir="ltr" title={one.pattern}>
                {one.pattern}
              </bdi>
              <span className="xs ink3 wide-only">{since(one, people)}</span>
              {may('conversation.write') ? (
                <button
                  type="button"
                  className="btn sm"
                  aria-label={`${words.off} ${one.pattern}`}
                  onClick={() => void remove(one)}
                >
                  {words.off}
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {items.length === 500 ? (
        <p className="xs ink3">{t('The newest 500. Find others by a part of their address.')}</p>
      ) : null}
    </section>
  );
};
const since = (one: Sender, people: Person[] | undefined): string => {
  const by = one.by && people?.find((p) => p.id === one.by)?.name;
  return by
    ? t('since {when}, by {by}', { when: date(one.createdAt), by })
    : t('since {when}', { when: date(one.createdAt) });
};
