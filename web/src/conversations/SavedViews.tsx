import type { SavedView, View, ViewIcon } from '@hearten/contract';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import {
  ArrowDown,
  ArrowUp,
  Bell,
  Bug,
  Clock,
  Ellipsis,
  Flag,
  Heart,
  type LucideIcon,
  Package,
  Pencil,
  Star,
  Trash2,
  Zap,
} from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import type { InboxSearch } from '../router.tsx';
import { Dialog, Item, Line, Menu } from '../ui/float.tsx';
import { Field, useSubmit } from '../ui/form.tsx';
import { Said } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { teamsQuery, viewsQuery } from './data.ts';
import { askedFor } from './operators.ts';
import { counted } from './views.ts';

export const savedViewsQuery = queryOptions({
  queryKey: ['saved-views'],
  queryFn: async () => (await api('GET /saved-views')).items,
  staleTime: 60_000,
});

const icons: Record<ViewIcon, { label: string; icon: LucideIcon }> = {
  star: { label: t('Star'), icon: Star },
  flag: { label: t('Flag'), icon: Flag },
  bolt: { label: t('Bolt'), icon: Zap },
  heart: { label: t('Heart'), icon: Heart },
  box: { label: t('Parcel'), icon: Package },
  bug: { label: t('Bug'), icon: Bug },
  bell: { label: t('Bell'), icon: Bell },
  clock: { label: t('Clock'), icon: Clock },
};

type Kept = { view: View; search: InboxSearch; change?: undefined } | { change: SavedView };
/** Names what one looks at, or changes the name, picture and audience of what was saved. */
export const SaveView = ({ onClose, ...kept }: Kept & { onClose: () => void }) => {
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: teams = [] } = useQuery({ ...teamsQuery, enabled: may('team.write') });
  const { data: saved = [] } = useQuery(savedViewsQuery);
  const was = kept.change;
  const { busy, error, submit } = useSubmit(async (data) => {
    const looks = {
      name: String(data.get('name')),
      icon: String(data.get('icon')) as ViewIcon,
      for: String(data.get('for') ?? 'me'),
    };
    if (kept.change) await api('PATCH /saved-views/:id', { params: { id: kept.change.id }, body: looks });
    else {
      const base = saved.find((v) => v.id === kept.search.v)?.filter;
      const filter = askedFor(kept.view, kept.search, base);
      const { view } = await api('POST /saved-views', { body: { ...looks, filter } });
      await navigate({ to: '/inbox/$view', params: { view: filter.view ?? 'all' }, search: { v: view.id } });
    }
    await client.invalidateQueries({ queryKey: ['saved-views'] });
    void client.invalidateQueries({ queryKey: ['views'] });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={was ? t('Change this view') : t('Save as a view')}>
      <form className="stack" onSubmit={(e) => void submit(e)}>
        <Said error={error} />
        <Field label={t('Name')}>
          <input className="input" name="name" defaultValue={was?.name} maxLength={60} required />
        </Field>
        <Field label={t('Icon')}>
          <select className="input" name="icon" defaultValue={was?.icon ?? 'star'}>
            {Object.entries(icons).map(([id, { label }]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        {may('team.write') ? (
          <Field label={t('For')}>
            <select className="input" name="for" defaultValue={was?.for ?? 'me'}>
              <option value="me">{t('Me alone')}</option>
              <option value="everyone">{t('Everyone')}</option>
              {teams.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </Field>
        ) : null}
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={busy}>
            {t('Save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
};

/** The saved views in the rail, with how many each holds. */
export const SavedViews = () => {
  const client = useQueryClient();
  const { data: saved = [] } = useQuery(savedViewsQuery);
  const { data: counts } = useQuery(viewsQuery);
  const { v } = useSearch({ strict: false }) as { v?: string };
  const [changing, setChanging] = useState<SavedView | null>(null);
  const act = async (ask: () => Promise<unknown>) => {
    try {
      await ask();
      await client.invalidateQueries({ queryKey: ['saved-views'] });
    } catch (error) {
      tellProblem(error);
    }
  };
  const put = (view: SavedView, position: number) =>
    api('PATCH /saved-views/:id', { params: { id: view.id }, body: { position } });
  /** Numbered anew, so that no two stand at one place; those of others that one may not change keep theirs. */
  const shift = (view: SavedView, by: number) => {
    const own = saved.filter((one) => one.mayChange && (one.for === 'me') === (view.for === 'me'));
    const from = own.findIndex((one) => one.id === view.id);
    if (!own[from + by]) return;
    const next = own.toSpliced(from, 1).toSpliced(from + by, 0, view);
    void act(() => Promise.all(next.map((one, i) => (one.position === i ? null : put(one, i)))));
  };
  const drop = (view: SavedView) =>
    act(async () => {
      await api('DELETE /saved-views/:id', { params: { id: view.id } });
      tell(t('Deleted the view {name}', { name: view.name }), {
        label: t('Undo'),
        run: () => void act(() => api('POST /saved-views/:id/restore', { params: { id: view.id } })),
      });
    });
  if (saved.length === 0) return null;
  return (
    <>
      <div className="cap">{t('Saved views')}</div>
      {saved.map((view) => {
        const Icon = icons[view.icon].icon;
        return (
          <div className="savedview" key={view.id}>
            <Link
              to="/inbox/$view"
              params={{ view: view.filter.view ?? 'all' }}
              search={{ v: view.id }}
              className="nav"
              title={view.name}
              aria-current={v === view.id ? 'page' : undefined}
            >
              <Icon className="i" />
              <span className="grow cut words">
                <bdi>{view.name}</bdi>
              </span>
              <span className="count">{counted(counts?.[view.id])}</span>
            </Link>
            {view.mayChange ? (
              <Menu
                trigger={
                  <button
                    type="button"
                    className="btn quiet sm icon"
                    aria-label={t('More for {name}', { name: view.name })}
                  >
                    <Ellipsis className="i s14" />
                  </button>
                }
              >
                <Item icon={Pencil} run={() => setChanging(view)}>
                  {t('Change')}
                </Item>
                <Item icon={ArrowUp} run={() => shift(view, -1)}>
                  {t('Move up')}
                </Item>
                <Item icon={ArrowDown} run={() => shift(view, 1)}>
                  {t('Move down')}
                </Item>
                <Line />
                <Item icon={Trash2} danger run={() => void drop(view)}>
                  {t('Delete')}
                </Item>
              </Menu>
            ) : null}
          </div>
        );
      })}
      {changing ? <SaveView change={changing} onClose={() => setChanging(null)} /> : null}
    </>
  );
};
