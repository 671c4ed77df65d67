import type { ConversationRow } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { useActions } from '../conversations/act.ts';
import { inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';

/** A chat goes on by mail, a mail in the chat: through the first inbox that is switched on; null where there is none. */
export const useOtherWay = (row: ConversationRow): { chat: boolean; run: () => void } | null => {
  const may = useMay();
  const act = useActions();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const chat = row.channel !== 'chat';
  const to = inboxes?.find((one) => one.enabled && one.channel === (chat ? 'chat' : 'email'));
  if (!to || row.parent?.kind === 'side') return null;
  const { number } = row;
  return {
    chat,
    run: () =>
      void act.inbox(
        row,
        to.id,
        chat
          ? t('#{number} goes on in the chat: the next answer stands there', { number })
          : t('#{number} goes on by mail: the next answer is sent', { number }),
        chat ? 'chat' : 'email',
      ),
  };
};
