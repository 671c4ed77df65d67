import type { ConversationRow, Item, Opened } from '@hearten/contract';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../api.ts';
import { receive } from '../live.ts';
import { useMe } from '../me.ts';
import { due } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

/** Shows a row (and what was said in it) everywhere at once, as if the server had told us. */
export const show = (
  client: QueryClient,
  me: string,
  conversation: ConversationRow,
  items: Item[] = [],
  gone: string[] = [],
) => receive(client, { type: 'change', event: 'here', conversation, items, gone }, me);

type Act = {
  row: ConversationRow;
  next: Partial<ConversationRow>;
  ask: () => Promise<{ conversation: ConversationRow }>;
  said?: string;
  undo?: () => void;
};

const domainOf = ({ customer: { address } }: ConversationRow): string => address.slice(address.lastIndexOf('@') + 1);

/** Everything one can do to a conversation: shown at once, put right when the server says otherwise, with the way back. */
export const actions = (client: QueryClient, me: string) => {
  const act = async ({ row, next, ask, said, undo }: Act): Promise<void> => {
    show(client, me, { ...row, ...next });
    if (said) tell(said, undo && { label: 'Undo', run: undo });
    try {
      show(client, me, (await ask()).conversation);
    } catch (error) {
      tellProblem(error);
      await Promise.all([
        client.invalidateQueries({ queryKey: ['list'] }),
        client.invalidateQueries({ queryKey: ['conversation', row.id] }),
      ]);
    }
  };
  /** The row as it stands now, for taking something back after others changed it too. */
  const latest = (row: ConversationRow): ConversationRow =>
    client.getQueryData<Opened>(['conversation', row.id])?.conversation ?? row;
  const params = (row: ConversationRow) => ({ id: row.id });

  const status = (
    row: ConversationRow,
    next: 'open' | 'waiting' | 'resolved' | 'closed',
    quiet = false,
  ): Promise<void> => {
    const said = { open: 'Reopened', waiting: 'Waiting for the customer', resolved: 'Resolved', closed: 'Closed' }[
      next
    ];
    const was = row.status;
    const undo = () =>
      void (was === 'snoozed' && row.snoozedUntil
        ? snooze(latest(row), row.snoozedUntil, true)
        : status(latest(row), was === 'snoozed' ? 'open' : was, true));
    return act({
      row,
      next: { status: next, snoozedUntil: null },
      ask: () => api('POST /conversations/:id/status', { params: params(row), body: { status: next } }),
      said: quiet ? undefined : `${said} · #${row.number}`,
      undo,
    });
  };
  const snooze = (row: ConversationRow, until: string, quiet = false): Promise<void> =>
    act({
      row,
      next: { status: 'snoozed', snoozedUntil: until },
      ask: () => api('POST /conversations/:id/snooze', { params: params(row), body: { until } }),
      said: quiet ? undefined : `Snoozed until ${due(until)} · #${row.number}`,
      undo: () => void status(latest(row), row.status === 'snoozed' ? 'open' : row.status, true),
    });
  const assign = (
    row: ConversationRow,
    to: { assigneeId?: string | null; teamId?: string | null },
    said?: string,
  ): Promise<void> =>
    act({
      row,
      next: to,
      ask: () => api('POST /conversations/:id/assign', { params: params(row), body: to }),
      said,
      undo: () =>
        void assign(latest(row), {
          ...('assigneeId' in to ? { assigneeId: row.assigneeId } : {}),
          ...('teamId' in to ? { teamId: row.teamId } : {}),
        }),
    });
  /** `block` and `allow` say something about the sender too; the way back takes that back as well. */
  const folder = (
    row: ConversationRow,
    next: 'inbox' | 'spam' | 'trash',
    { block, allow }: { block?: boolean; allow?: 'sender' | 'domain' | null } = {},
  ): Promise<void> =>
    act({
      row,
      next: {
        folder: next,
        spam:
          next !== 'spam'
            ? null
            : (row.spam ?? {
                score: 0,
                threshold: 5,
                reasons: [],
                folder: 'inbox',
                by: me,
                at: new Date().toISOString(),
              }),
      },
      ask: () =>
        api('POST /conversations/:id/folder', {
          params: params(row),
          body: { folder: next, ...(block === undefined ? {} : { block }), ...(allow === undefined ? {} : { allow }) },
        }),
      said: {
        inbox: allow
          ? `Back in the inbox; ${allow === 'domain' ? `everyone at ${domainOf(row)}` : row.customer.address} is allowed`
          : 'Back in the inbox',
        spam: block ? `Spam, and ${row.customer.address} is blocked` : 'Moved to spam',
        trash: 'Moved to trash',
      }[next],
      undo: () =>
        void folder(latest(row), row.folder, {
          ...(block ? { block: false } : {}),
          ...(allow ? { allow: null } : {}),
        }),
    });
  const tag = (row: ConversationRow, name: string): Promise<void> => {
    const on = row.tags.includes(name);
    return act({
      row,
      next: { tags: on ? row.tags.filter((t) => t !== name) : [...row.tags, name].sort() },
      ask: () =>
        api('POST /conversations/:id/tags', { params: params(row), body: on ? { remove: [name] } : { add: [name] } }),
    });
  };
  const change = (
    row: ConversationRow,
    to: Partial<Pick<ConversationRow, 'subject' | 'priority' | 'category'>>,
  ): Promise<void> =>
    act({ row, next: to, ask: () => api('PATCH /conversations/:id', { params: params(row), body: to }) });
  const merge = async (row: ConversationRow, into: string): Promise<void> => {
    const { conversation } = await api('POST /conversations/:id/merge', { params: params(row), body: { into } });
    show(client, me, conversation);
    void client.invalidateQueries({ queryKey: ['conversation'] });
    tell(`Merged · #${row.number}`, { label: 'Undo', run: () => void unmerge(row) });
  };
  const unmerge = async (row: ConversationRow): Promise<void> => {
    try {
      show(client, me, (await api('POST /conversations/:id/unmerge', { params: params(row) })).conversation);
      void client.invalidateQueries({ queryKey: ['conversation'] });
    } catch (error) {
      tellProblem(error);
    }
  };
  /** From this message on, or this one alone, becomes a conversation of its own. */
  const split = async (messageId: string, only: boolean): Promise<void> => {
    try {
      const { conversation, from } = await api('POST /messages/:id/split', {
        params: { id: messageId },
        body: { only },
      });
      show(client, me, from);
      show(client, me, conversation);
      void client.invalidateQueries({ queryKey: ['conversation'] });
      tell(`Split off as #${conversation.number}`, { label: 'Undo', run: () => void unsplit(conversation) });
    } catch (error) {
      tellProblem(error);
    }
  };
  /** The mail is from whoever sent it, whatever it seems to forward. */
  const notForwarded = async (messageId: string): Promise<void> => {
    try {
      const { conversation, message } = await api('POST /messages/:id/not-forwarded', { params: { id: messageId } });
      show(client, me, conversation, [message]);
      void client.invalidateQueries({ queryKey: ['conversation', conversation.id] });
      tell(`#${conversation.number} is from ${conversation.customer.name}`);
    } catch (error) {
      tellProblem(error);
    }
  };
  const unsplit = async (row: ConversationRow): Promise<void> => {
    try {
      show(client, me, (await api('POST /conversations/:id/unsplit', { params: params(row) })).conversation);
      void client.invalidateQueries({ queryKey: ['conversation'] });
      tell(`#${row.number} is together again with what it was split off`);
    } catch (error) {
      tellProblem(error);
    }
  };
  const unlink = async (row: ConversationRow, otherId: string): Promise<void> => {
    try {
      await api('POST /conversations/:id/unlink', { params: params(row), body: { otherId } });
      void client.invalidateQueries({ queryKey: ['conversation'] });
    } catch (error) {
      tellProblem(error);
    }
  };
  /** Nothing brings it back: asked before, told after. */
  const deleteForGood = async (row: ConversationRow): Promise<void> => {
    try {
      await api('DELETE /conversations/:id', { params: params(row) });
      receive(client, { type: 'gone', conversationIds: [row.id] }, me);
      tell(`#${row.number} is deleted for good`);
    } catch (error) {
      tellProblem(error);
    }
  };
  /** Reading is reported quietly: a failure costs nothing but a dot. */
  const seen = async (row: ConversationRow, unread = false): Promise<void> => {
    receive(client, { type: 'seen', conversationId: row.id, unread }, me);
    await api('POST /conversations/:id/seen', { params: params(row), body: { unread } }).catch(() => undefined);
  };
  return {
    status,
    snooze,
    assign,
    folder,
    tag,
    change,
    merge,
    unmerge,
    split,
    notForwarded,
    unsplit,
    unlink,
    deleteForGood,
    seen,
  };
};
export type Actions = ReturnType<typeof actions>;
export const useActions = (): Actions => {
  const client = useQueryClient();
  const me = useMe().person.id;
  return useMemo(() => actions(client, me), [client, me]);
};
