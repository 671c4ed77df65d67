import type { Opened } from '@hearten/contract';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { fetchEarlier } from './data.ts';

/** The address of a message: it holds, wherever merging and splitting move it. */
export const linkTo = (id: string): string => `${location.origin}/m/${id}`;
export const copyLink = async (id: string) => {
  const link = linkTo(id);
  try {
    await navigator.clipboard.writeText(link);
    tell(t('The link to this message is copied'));
  } catch {
    // A browser that keeps the clipboard to itself lets people copy what they see.
    tell(t('Copy it from here: {link}', { link }));
  }
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Earlier parts of a conversation until a message is among them. */
export const fetchUntil = async (client: QueryClient, id: string, found: (o: Opened) => boolean): Promise<boolean> => {
  for (;;) {
    const opened = client.getQueryData<Opened>(['conversation', id]);
    if (!opened) return false;
    if (found(opened)) return true;
    if (opened.earlier === null) return false;
    await fetchEarlier(client, id, 100);
  }
};

/** The message that the address names behind its #, once it is among those that are loaded. Where it moved, one is led. */
export const useLinked = (opened: Opened): string | null => {
  const named = useLocation({ select: (l) => l.hash });
  const wanted = uuid.test(named) ? named : null;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [there, setThere] = useState<string | null>(null);
  const { id } = opened.conversation;
  useEffect(() => {
    if (wanted === null) return setThere(null);
    let over = false;
    const look = async () => {
      const found = await fetchUntil(client, id, (o) => o.items.some((i) => i.id === wanted));
      if (over) return;
      if (found) return setThere(wanted);
      const now = await api('GET /messages/:id', { params: { id: wanted } });
      if (!over && now.conversationId !== id) void navigate({ to: '/m/$id', params: { id: wanted }, replace: true });
    };
    look().catch((error: unknown) => over || tellProblem(error));
    return () => {
      over = true;
    };
  }, [wanted, id, client, navigate]);
  return there === wanted ? there : null;
};
