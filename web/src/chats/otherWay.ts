import type { ConversationRow } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { useActions } from '../conversations/act.ts';
import { inboxesQuery } from '../conversations/data.ts';
import { chatsQuery } from '../inboxes/chats.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { tellProblem } from '../ui/toast.tsx';
import { chatWay, mailWay } from './ways.ts';

/** A chat goes on by mail, a mail in the chat: null where there is no inbox for it. */
export const useOtherWay = (row: ConversationRow): { chat: boolean; run: () => void } | null => {
  const may = useMay();
  const act = useActions();
  const chat = row.channel !== 'chat';
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const { data: chats } = useQuery({ ...chatsQuery, enabled: may('inbox.read') && !chat });
  const to = chat ? chatWay(inboxes) : mailWay(row, inboxes, chats);
  if (!to || row.parent?.kind === 'side') return null;
  const { number } = row;
  const go = (id: string): Promise<void> =>
    act.inbox(
      row,
      id,
      chat
        ? t('#{number} goes on in the chat: the next answer stands there', { number })
        : t('#{number} goes on by mail: the next answer is sent', { number }),
      chat ? 'chat' : 'email',
    );
  const intoChat = async (): Promise<void> => {
    const { beenIn } = await api('GET /conversations/:id/visitor', { params: { id: row.id } });
    await go(chatWay(inboxes, beenIn)?.id ?? to.id);
  };
  return { chat, run: () => void (chat ? intoChat().catch(tellProblem) : go(to.id)) };
};
