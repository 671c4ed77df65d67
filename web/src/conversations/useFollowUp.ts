import type { ConversationRow } from '@hearten/contract';
import { useNavigate } from '@tanstack/react-router';
import { useActions } from './act.ts';

/** A new conversation that follows this one, and there one goes. */
export const useFollowUp = (): ((row: ConversationRow) => Promise<void>) => {
  const act = useActions();
  const navigate = useNavigate();
  return async (row) => {
    const next = await act.followUp(row);
    if (next) await navigate({ to: '/inbox/$view/$number', params: { view: 'mine', number: String(next.number) } });
  };
};
