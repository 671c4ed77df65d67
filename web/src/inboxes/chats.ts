import type { ChatInbox } from '@hearten/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const chatsQuery = queryOptions({
  queryKey: ['inboxes', 'chats'],
  queryFn: async (): Promise<ChatInbox[]> => (await api('GET /chats')).items,
});
/** What a website puts onto its pages. */
export const tagOf = ({ script, id }: ChatInbox): string =>
  `<script async src="${script}" data-app-id="${id}"></script>`;
