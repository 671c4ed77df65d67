import type { ConversationRow, Item, Opened } from '@hearten/contract';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { receive } from '../live.ts';
import { useMe } from '../me.ts';
import { sendOrKeep } from '../offline/waiting.ts';
import { due } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { type Aside, openBond } from './bond.ts';
import { sendOnce } from './compose/once.ts';

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
  /** Null: it waits for a connection, and is done then. */
  ask: () => Promise<{ conversation: ConversationRow } | null>;
  said?: string;
  undo?: () => void;
};

const domainOf = ({ customer: { address } }: ConversationRow): string => address.slice(address.lastIndexOf('@') + 1);

/** Everything one can do to a conversation: shown at once, put right when the server says otherwise, with the way back. */
export const actions = (client: QueryClient, me: string) => {
  const act = async ({ row, next, ask, said, undo }: Act): Promise<void> => {
    show(client, me, { ...row, ...next });
    if (said) tell(said, undo && { label: t('Undo'), run: undo });
    try {
      const done = await ask();
      if (done) show(client, me, done.conversation);
    } catch (error) {
      tellProblem(error);
      await Promise.all([
        client.invalidateQueries({ queryKey: ['list'] }),
        client.invalidateQueries({ queryKey: ['part'] }),
        client.invalidateQueries({ queryKey: ['conversation', row.id] }),
      ]);
    }
  };
  /** The row as it stands now, for taking something back after others changed it too. */
  const latest = (row: ConversationRow): ConversationRow =>
    client.getQueryData<Opened>(['conversation', row.id])?.conversation ?? row;
  const params = (row: ConversationRow) => ({ id: row.id });
  const about = ({ id, number, subject }: ConversationRow) =>
    ({ conversationId: id, number, subject, kind: 'change' }) as const;

  const status = (
    row: ConversationRow,
    next: 'open' | 'waiting' | 'resolved' | 'closed',
    quiet = false,
  ): Promise<void> => {
    const said = {
      open: t('Reopened'),
      waiting: t('Waiting for the customer'),
      resolved: t('Resolved'),
      closed: t('Closed'),
    }[next];
    const was = row.status;
    const undo = () =>
      void (was === 'snoozed' && row.snoozedUntil
        ? snooze(latest(row), row.snoozedUntil, true)
        : status(latest(row), was === 'snoozed' ? 'open' : was, true));
    return act({
      row,
      next: { status: next, snoozedUntil: null },
      ask: () =>
        sendOrKeep('POST /conversations/:id/status', { params: params(row), body: { status: next } }, about(row)),
      said: quiet ? undefined : `${said} · #${row.number}`,
      undo,
    });
  };
  const snooze = (row: ConversationRow, until: string, quiet = false): Promise<void> =>
    act({
      row,
      next: { status: 'snoozed', snoozedUntil: until },
      ask: () => sendOrKeep('POST /conversations/:id/snooze', { params: params(row), body: { until } }, about(row)),
      said: quiet ? undefined : t('Snoozed until {when} · #{number}', { when: due(until), number: row.number }),
      undo: () => void status(latest(row), row.status === 'snoozed' ? 'open' : row.status, true),
    });
  const assign = (
    row: ConversationRow,
    to: { assigneeId?: string | null; teamId?: string | null },
    said?: string,
  ): Promise<void> => {
    const undo = (): void =>
      void assign(latest(row), {
        ...('assigneeId' in to ? { assigneeId: row.assigneeId } : {}),
        ...('teamId' in to ? { teamId: row.teamId } : {}),
      });
    // Who takes what nobody has takes it from nobody: of two at once one has it, and only that one is told so.
    const takes = to.assigneeId === me && row.assigneeId === null;
    const body = takes ? { ...to, ifFree: true } : to;
    const ask = async () => {
      const done = await sendOrKeep('POST /conversations/:id/assign', { params: params(row), body }, about(row));
      if (takes && said) tell(said, { label: t('Undo'), run: undo });
      return done;
    };
    return act({ row, next: to, ask, said: takes ? undefined : said, undo });
  };
  const inbox = (row: ConversationRow, inboxId: string, said?: string, channel = row.channel): Promise<void> =>
    act({
      row,
      next: { inboxId, channel },
      ask: () => sendOrKeep('POST /conversations/:id/inbox', { params: params(row), body: { inboxId } }, about(row)),
      said,
      undo: () => void inbox(latest(row), row.inboxId, undefined, row.channel),
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
        sendOrKeep(
          'POST /conversations/:id/folder',
          {
            params: params(row),
            body: {
              folder: next,
              ...(block === undefined ? {} : { block }),
              ...(allow === undefined ? {} : { allow }),
            },
          },
          about(row),
        ),
      said: {
        inbox: allow
          ? allow === 'domain'
            ? t('Back in the inbox; everyone at {domainOf} is allowed', { domainOf: domainOf(row) })
            : t('Back in the inbox; {address} is allowed', { address: row.customer.address })
          : t('Back in the inbox'),
        spam: block ? t('Spam, and {address} is blocked', { address: row.customer.address }) : t('Moved to spam'),
        trash: t('Moved to trash'),
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
      next: { tags: on ? row.tags.filter((one) => one !== name) : [...row.tags, name].sort() },
      ask: () =>
        sendOrKeep(
          'POST /conversations/:id/tags',
          { params: params(row), body: on ? { remove: [name] } : { add: [name] } },
          about(row),
        ),
    });
  };
  const change = (
    row: ConversationRow,
    to: Partial<Pick<ConversationRow, 'subject' | 'priority' | 'category'>>,
  ): Promise<void> =>
    act({
      row,
      next: to,
      ask: () => sendOrKeep('PATCH /conversations/:id', { params: params(row), body: to }, about(row)),
    });
  const merge = async (row: ConversationRow, into: string): Promise<void> => {
    const { conversation } = await api('POST /conversations/:id/merge', { params: params(row), body: { into } });
    show(client, me, conversation);
    void client.invalidateQueries({ queryKey: ['conversation'] });
    tell(t('Merged · #{number}', { number: row.number }), { label: t('Undo'), run: () => void unmerge(row) });
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
      tell(t('Split off as #{number}', { number: conversation.number }), {
        label: t('Undo'),
        run: () => void unsplit(conversation),
      });
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
      tell(t('#{number} is from {name}', { number: conversation.number, name: conversation.customer.name }));
    } catch (error) {
      tellProblem(error);
    }
  };
  const unsplit = async (row: ConversationRow): Promise<void> => {
    try {
      show(client, me, (await api('POST /conversations/:id/unsplit', { params: params(row) })).conversation);
      void client.invalidateQueries({ queryKey: ['conversation'] });
      tell(t('#{number} is together again with what it was split off', { number: row.number }));
    } catch (error) {
      tellProblem(error);
    }
  };
  /** Something between two conversations: what is on screen of either is fetched again, and said with the way back. */
  const between = async (ask: () => Promise<unknown>, said: string, undo?: () => void): Promise<boolean> => {
    try {
      await ask();
    } catch (error) {
      tellProblem(error);
      return false;
    }
    void client.invalidateQueries({ queryKey: ['conversation'] });
    tell(said, undo && { label: t('Undo'), run: undo });
    return true;
  };
  type Other = { id: string; number: number };
  const link = (row: ConversationRow, other: Other): Promise<boolean> =>
    between(
      () => api('POST /conversations/:id/link', { params: params(row), body: { otherId: other.id } }),
      t('#{number} and #{other} are linked', { number: row.number, other: other.number }),
      () => void unlink(row, other, true),
    );
  const unlink = (row: ConversationRow, other: Other, linked = false): Promise<boolean> =>
    between(
      () => api('POST /conversations/:id/unlink', { params: params(row), body: { otherId: other.id } }),
      t('#{number} and #{other} have nothing to do with each other', { number: row.number, other: other.number }),
      linked ? () => void link(row, other) : undefined,
    );
  const parentOf = (id: string, parentId: string | null) =>
    api('POST /conversations/:id/parent', { params: { id }, body: { parentId } });
  /** These stand below it from now on; where they stood before is where the way back leads. */
  const attach = async (ids: readonly string[], parent: Other): Promise<boolean> => {
    const before = new Map<string, string | null>();
    const ask = async (): Promise<void> => {
      for (const id of ids) {
        before.set(id, client.getQueryData<Opened>(['conversation', id])?.conversation.parent?.id ?? null);
        show(client, me, (await parentOf(id, parent.id)).conversation);
      }
    };
    return between(
      ask,
      t('{n, plural, one {# conversation is a child of #{number}} other {# conversations are children of #{number}}}', {
        n: ids.length,
        number: parent.number,
      }),
      () =>
        void between(
          () => Promise.all([...before].map(([id, was]) => parentOf(id, was))),
          t('{n, plural, one {Taken back: # conversation} other {Taken back: # conversations}}', { n: ids.length }),
        ),
    );
  };
  const detach = (row: ConversationRow, parent: Other): Promise<boolean> =>
    between(
      () => parentOf(row.id, null),
      t('#{number} is no child of #{parent} any more', { number: row.number, parent: parent.number }),
      () => void attach([row.id], parent),
    );
  /** A new conversation with the same customer, below this one or after it. The way back puts it in the trash. */
  const begun = (conversation: ConversationRow, said: string): ConversationRow => {
    show(client, me, conversation);
    void client.invalidateQueries({ queryKey: ['conversation'] });
    void client.invalidateQueries({ queryKey: ['list'] });
    tell(said, { label: t('Undo'), run: () => void folder(latest(conversation), 'trash') });
    return conversation;
  };
  const beginChild = async (
    row: ConversationRow,
    body: { subject: string; note: string; assigneeId: string | null; teamId: string | null },
  ): Promise<ConversationRow> => {
    const { conversation } = await api('POST /conversations/:id/children', { params: params(row), body });
    return begun(conversation, t('#{number} is a child of this', { number: conversation.number }));
  };
  const followUp = async (row: ConversationRow): Promise<ConversationRow | null> => {
    try {
      const { conversation } = await api('POST /conversations/:id/follow-up', { params: params(row), body: {} });
      return begun(
        conversation,
        t('#{number} follows #{before}; nothing is sent yet', { number: conversation.number, before: row.number }),
      );
    } catch (error) {
      tellProblem(error);
      return null;
    }
  };
  /** Said beside the customer. Taken back in time, it is there to go on with. */
  const writeAside = async (
    row: ConversationRow,
    { letter, ...said }: Aside,
    more: {
      text?: string;
      html?: string;
      files: { messageId: string; part: number }[];
      attachments: string[];
    },
  ): Promise<void> => {
    const body = { ...said, ...more };
    const { conversation, message } = await sendOnce(`aside ${row.id}`, body, (once) =>
      api('POST /conversations/:id/sides', { params: params(row), body, once }),
    );
    show(client, me, conversation, [message]);
    const back = async (): Promise<void> => {
      try {
        const undone = await api('POST /messages/:id/undo', { params: { id: message.id } });
        show(client, me, undone.conversation, [], [message.id]);
        openBond({ what: 'aside', row: latest(row), aside: { ...said, letter } });
      } catch (error) {
        tellProblem(error);
      }
    };
    tell(t('It leaves in a moment, to {name} alone', { name: said.to[0]?.name || said.to[0]?.address }), {
      label: t('Undo'),
      run: () => void back(),
    });
  };
  /** Nothing brings it back: asked before, told after. */
  const deleteForGood = async (row: ConversationRow): Promise<void> => {
    try {
      await api('DELETE /conversations/:id', { params: params(row) });
      receive(client, { type: 'gone', conversationIds: [row.id] }, me);
      tell(t('#{number} is deleted for good', { number: row.number }));
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
    inbox,
    folder,
    tag,
    change,
    merge,
    unmerge,
    split,
    notForwarded,
    unsplit,
    link,
    unlink,
    attach,
    detach,
    beginChild,
    followUp,
    writeAside,
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
