import type { ConversationRow } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api.ts';
import { useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { useActions } from './act.ts';
import { openedQuery } from './data.ts';

/** Two conversations about the same thing become one; the number is enough to name the other. */
export const Merge = ({ row, onClose }: { row: ConversationRow; onClose: () => void }) => {
  const me = useMe().person.id;
  const act = useActions();
  const navigate = useNavigate();
  const { view = 'open' } = useParams({ strict: false }) as { view?: string };
  const [number, setNumber] = useState('');
  const wanted = Number(number.replace(/\D/g, ''));
  const own = wanted === row.number;
  const into = useQuery({
    queryKey: ['number', wanted],
    queryFn: async () => (await api('GET /conversations/number/:number', { params: { number: wanted } })).id,
    enabled: wanted > 0 && Number.isSafeInteger(wanted) && !own,
    retry: false,
  });
  const other = useQuery({ ...openedQuery(into.data ?? '', me), enabled: into.data !== undefined }).data?.conversation;
  const form = useSubmit(async () => {
    if (!other) return;
    await act.merge(row, other.id);
    onClose();
    // What was here stands there now.
    await navigate({ to: '/inbox/$view/$number', params: { view, number: String(other.number) } });
  });
  return (
    <Dialog open onClose={onClose} title={`Merge #${row.number} into another`}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field
          label="Number of the other conversation"
          error={
            own
              ? 'This is the same conversation.'
              : into.isError && wanted > 0
                ? `There is no conversation #${wanted} that you may see.`
                : undefined
          }
          help={other ? undefined : 'Its messages and this one’s stand together there. It can be taken back.'}
        >
          <input
            className="input"
            inputMode="numeric"
            placeholder="4182"
            value={number}
            onChange={(e) => setNumber(e.target.value)}
          />
        </Field>
        {other ? (
          <div className="card pad">
            <div className="strong">
              <bdi dir="auto">{other.subject || 'No subject'}</bdi>
            </div>
            <div className="xs ink2">
              #{other.number} · <bdi>{other.customer.name || other.customer.address}</bdi>
              {other.customer.id === row.customer.id
                ? ''
                : ' · a different customer: they will see each other’s replies'}
            </div>
          </div>
        ) : null}
        <FormError error={form.error} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className={`btn primary${form.busy ? ' busy' : ''}`} disabled={!other || own}>
            Merge
          </button>
        </div>
      </form>
    </Dialog>
  );
};

export const Rename = ({ row, onClose }: { row: ConversationRow; onClose: () => void }) => {
  const act = useActions();
  const form = useSubmit(async (data) => {
    const subject = String(data.get('subject')).trim();
    if (subject && subject !== row.subject) void act.change(row, { subject });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title="Change the subject">
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label="Subject" help="For your team and for the next answer’s subject line.">
          <input className="input" name="subject" dir="auto" defaultValue={row.subject} maxLength={500} required />
        </Field>
        <div className="feet">
          <button type="button" className="btn quiet" onClick={onClose}>
            Cancel
          </button>
          <Submit busy={form.busy}>Change</Submit>
        </div>
      </form>
    </Dialog>
  );
};
