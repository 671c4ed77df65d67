import type { WholeCustomer } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Download, Ellipsis, Eraser, FileDown } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Dialog, Item, Menu } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { bytes, due, full, number } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

/** What the law gives a customer: everything held of them in a file, and its end. */
export const PrivacyMenu = ({ customer }: { customer: WholeCustomer }) => {
  const may = useMay();
  const [open, setOpen] = useState<'export' | 'erase' | null>(null);
  if (customer.mergedInto !== null || (!may('data.export') && !may('data.erase'))) return null;
  return (
    <>
      <Menu
        align="end"
        trigger={
          <button type="button" className="btn quiet icon" aria-label={t('More actions')} title={t('More actions')}>
            <Ellipsis className="i" />
          </button>
        }
      >
        {may('data.export') ? (
          <Item icon={FileDown} run={() => setOpen('export')}>
            {t('Export everything')}
          </Item>
        ) : null}
        {may('data.erase') ? (
          <Item icon={Eraser} danger run={() => setOpen('erase')}>
            {t('Erase everything')}
          </Item>
        ) : null}
      </Menu>
      {open === 'export' ? <ExportDialog customer={customer} onClose={() => setOpen(null)} /> : null}
      {open === 'erase' ? <EraseDialog customer={customer} onClose={() => setOpen(null)} /> : null}
    </>
  );
};

const erasureQuery = (id: string) => ({
  queryKey: ['customer', id, 'erasure'],
  queryFn: () => api('GET /customers/:id/erasure', { params: { id } }),
});

/** Stands above a customer who is about to be erased, with the way back. */
export const ErasureBanner = ({ customer }: { customer: WholeCustomer }) => {
  const may = useMay()('data.erase');
  const client = useQueryClient();
  const query = useQuery({ ...erasureQuery(customer.id), enabled: may && customer.mergedInto === null });
  const asked = query.data?.due;
  if (!asked) return null;
  const back = async () => {
    try {
      await api('DELETE /customers/:id/erasure', { params: { id: customer.id } });
      tell(t('Taken back: nothing is erased'));
    } catch (error) {
      tellProblem(error);
    }
    await client.invalidateQueries({ queryKey: ['customer', customer.id] });
  };
  return (
    <div className="said" role="status">
      <Eraser className="i" />
      <span className="grow">
        {t('{who} asked for it: everything of this customer is erased {when}.', { who: asked.by, when: due(asked.at) })}
      </span>
      <button type="button" className="btn sm" onClick={() => void back()}>
        {t('Take back')}
      </button>
    </div>
  );
};

const EraseDialog = ({ customer, onClose }: { customer: WholeCustomer; onClose: () => void }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const query = useQuery(erasureQuery(customer.id));
  const form = useSubmit(async (data) => {
    const now = data.get('when') === 'now';
    await api('POST /customers/:id/erasure', {
      params: { id: customer.id },
      body: { confirm: String(data.get('confirm') ?? ''), now },
    });
    onClose();
    if (now) {
      tell(t('Being erased'));
      await navigate({ to: '/customers' });
    } else await client.invalidateQueries({ queryKey: ['customer', customer.id] });
  });
  const held = query.data;
  return (
    <Dialog open onClose={onClose} title={t('Erase everything of this customer?')}>
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {held ? (
        <form className="form" onSubmit={form.submit}>
          <p>
            {t(
              '{conversations, plural, one {# conversation} other {# conversations}} with {messages, plural, one {# message} other {# messages}}, their raw mails and files, {notes, plural, one {# note} other {# notes}}, drafts, and all that names them is deleted for good. No mailbox or archive brings it back; only backups made before still hold it.',
              { conversations: held.conversations, messages: held.messages, notes: held.notes },
            )}
          </p>
          {held.elsewhere > 0 ? (
            <p className="ink2">
              {t(
                'In {n, plural, one {# conversation} other {# conversations}} of others their own messages go; what others wrote stays as they wrote it.',
                { n: held.elsewhere },
              )}
            </p>
          ) : null}
          <ul className="ink2">
            {held.addresses.map((one) => (
              <li key={one}>
                <bdi dir="ltr">{one}</bdi>
              </li>
            ))}
          </ul>
          <fieldset>
            <legend>{t('When')}</legend>
            <label className="check">
              <input type="radio" name="when" value="later" defaultChecked />
              <span>{t('In 24 hours; until then it can be taken back')}</span>
            </label>
            <label className="check">
              <input type="radio" name="when" value="now" />
              <span>{t('At once; it cannot be taken back')}</span>
            </label>
          </fieldset>
          <Field label={t('Type “{name}” to confirm', { name: held.name })} error={form.fields.confirm}>
            <input className="input" name="confirm" dir="auto" autoComplete="off" required />
          </Field>
          <FormError error={form.error} fields={['confirm']} />
          <div className="feet">
            <button type="button" className="btn quiet" onClick={onClose}>
              {t('Cancel')}
            </button>
            <Submit busy={form.busy} className="btn danger">
              {t('Erase everything')}
            </Submit>
          </div>
        </form>
      ) : null}
    </Dialog>
  );
};

const ExportDialog = ({ customer, onClose }: { customer: WholeCustomer; onClose: () => void }) => {
  const client = useQueryClient();
  const key = ['exports', customer.id];
  const query = useQuery({
    queryKey: key,
    queryFn: async () => (await api('GET /exports', { query: { customerId: customer.id } })).items,
    refetchInterval: (q) => (q.state.data?.some((one) => one.state === 'running') ? 1500 : false),
  });
  const form = useSubmit(async () => {
    await api('POST /customers/:id/exports', { params: { id: customer.id } });
    await client.invalidateQueries({ queryKey: key });
  });
  return (
    <Dialog open onClose={onClose} title={t('Export everything of this customer')}>
      <form className="form" onSubmit={form.submit}>
        <p>
          {t(
            'One zip file with everything held of them: a page to read, the data as JSON lines, raw mails and files. Notes of the team are in it. The download stays for seven days.',
          )}
        </p>
        <Exports items={query.data ?? []} />
        <FormError error={form.error} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('Close')}
          </button>
          <Submit busy={form.busy}>{t('Make an export')}</Submit>
        </div>
      </form>
    </Dialog>
  );
};

type Made = {
  id: string;
  state: string;
  done: number;
  total: number;
  bytes: number;
  createdAt: string;
  expiresAt: string;
};
const fileOf = ({ id }: Made): string => `/files/exports/${id}`;
/** Whoever is to prove once more who they are can do so in the page; a file that is fetched by itself could only fail. */
async function take(made: Made): Promise<void> {
  try {
    await api('GET /exports/:id', { params: { id: made.id } });
    Object.assign(document.createElement('a'), { href: fileOf(made), download: '' }).click();
  } catch (error) {
    tellProblem(error);
  }
}
export const Exports = ({ items }: { items: Made[] }) =>
  items.length === 0 ? null : (
    <div className="card rowsof" aria-live="polite">
      {items.map((one) => (
        <div key={one.id}>
          <span className="grow">
            <time dateTime={one.createdAt}>{full(one.createdAt)}</time>
            <span className="xs ink2 row">
              {one.state === 'ready'
                ? t('{size}, to be had until {when}', { size: bytes(one.bytes), when: full(one.expiresAt) })
                : one.state === 'failed'
                  ? t('It could not be made. Try again.')
                  : t('{done} of {total}', { done: number(one.done), total: number(one.total) })}
            </span>
          </span>
          {one.state === 'ready' ? (
            <a
              className="btn sm"
              href={fileOf(one)}
              download
              onClick={(event) => {
                event.preventDefault();
                void take(one);
              }}
            >
              <Download className="i s14" /> {t('Download')}
            </a>
          ) : one.state === 'running' ? (
            <progress value={one.done} max={Math.max(1, one.total)} aria-label={t('Export')} />
          ) : null}
        </div>
      ))}
    </div>
  );
