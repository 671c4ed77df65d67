import type { Draft, Item } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import { useMe } from '../me.ts';
import { firstName } from '../ui/names.ts';
import { tellProblem } from '../ui/toast.tsx';
import { show } from './act.ts';
import { reopenForward } from './forwarding.ts';
import { leaving } from './sending.ts';

/** Until a reply leaves, it can be taken back; the bar counts the seconds. */
export const UndoBar = ({ items, restore }: { items: Item[]; restore: (draft: Draft) => void }) => {
  const me = useMe().person.id;
  const client = useQueryClient();
  const [now, setNow] = useState(Date.now());
  const [whole, setWhole] = useState<{ id: string; ms: number } | null>(null);
  const message = leaving(items, me, now);
  const id = message?.id;
  useEffect(() => {
    if (id === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at once when something new is said
  useEffect(() => setNow(Date.now()), [items]);
  const left = message?.sendAt ? Date.parse(message.sendAt) - now : 0;
  if (id !== undefined && whole?.id !== id) setWhole({ id, ms: left });
  if (!message) return null;
  const back = async () => {
    try {
      const { conversation, draft } = await api('POST /messages/:id/undo', { params: { id: message.id } });
      show(client, me, conversation, [], [message.id]);
      if (draft) restore(draft);
      else reopenForward(message.id);
    } catch (error) {
      tellProblem(error);
    }
  };
  const seconds = Math.max(1, Math.ceil(left / 1000));
  return (
    <div className="undo">
      <Send className="i s14" />
      <span role="status">
        <span className="sr">Your message leaves in a few seconds.</span>
        <span aria-hidden="true">
          To <bdi>{message.to.map((a) => firstName(a.name || a.address)).join(', ')}</bdi> in{' '}
          <span className="num">{seconds} s</span>
        </span>
      </span>
      <button type="button" className="act" onClick={() => void back()}>
        Take back
      </button>
      <progress max={whole?.ms ?? 1} value={Math.max(0, left)} aria-hidden="true" />
    </div>
  );
};
