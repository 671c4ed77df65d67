import type { ConversationRow, Inbox } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { byMail, inboxesQuery } from './data.ts';
import { isPractice } from './ours.ts';

/** The inboxes that an answer here may leave from. What is for practice reaches nobody outside it, and nobody reaches it. */
const useInboxes = (row: ConversationRow): readonly Inbox[] => {
  const { data } = useQuery({ ...inboxesQuery, enabled: useMay()('inbox.read') });
  const home = data?.find((one) => one.id === row.inboxId);
  if (!data || !home || isPractice(home.address)) return home ? [home] : [];
  return byMail(data).filter((one) => one === home || (one.enabled && !isPractice(one.address)));
};
/** The inbox that was chosen, when it is another than that of the conversation. */
export const useFrom = (row: ConversationRow, chosen: string | null): Inbox | undefined => {
  const inboxes = useInboxes(row);
  return chosen === null || chosen === row.inboxId ? undefined : inboxes.find((one) => one.id === chosen);
};

/** From which address an answer leaves; with one inbox there is nothing to choose. */
export const From = ({
  row,
  value,
  onChange,
}: {
  row: ConversationRow;
  value: string | null;
  onChange: (next: string | null) => void;
}) => {
  const id = useId();
  const inboxes = useInboxes(row);
  const gone = value !== null && inboxes.length > 0 && !inboxes.some((one) => one.id === value);
  if (inboxes.length < 2 && !gone) return null;
  return (
    <>
      <label htmlFor={id}>{t('From')}</label>
      <select
        id={id}
        className="input sm"
        value={value ?? row.inboxId}
        onChange={(e) => onChange(e.target.value === row.inboxId ? null : e.target.value)}
      >
        {gone ? <option value={value}>{t('An inbox that is gone: choose another')}</option> : null}
        {inboxes.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name} ({one.address})
          </option>
        ))}
      </select>
    </>
  );
};
