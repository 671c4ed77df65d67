import type { Item } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMe } from '../me.ts';
import { firstName } from '../ui/names.ts';
import { tellProblem, undoLast } from '../ui/toast.tsx';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { show } from './act.ts';
import { reopenForward } from './forwarding.ts';
import { restoreDraft } from './restore.ts';
import { leaving } from './sending.ts';

/**
 * Until a reply leaves, it can be taken back; the bar counts the seconds. In a chat it is read already: what is counted there is only
 * the time until it would go by mail.
 */
export const UndoBar = ({ items, inChat }: { items: Item[]; inChat: boolean }) => {
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
  const back = async () => {
    if (!message) return;
    try {
      const { conversation, draft } = await api('POST /messages/:id/undo', { params: { id: message.id } });
      show(client, me, conversation, [], [message.id]);
      // Whoever asked may be in another conversation by now: it is there when they come back.
      if (draft) restoreDraft(conversation.id, draft);
      else reopenForward(message.id);
    } catch (error) {
      tellProblem(error);
    }
  };
  // What was done since is taken back first.
  const undo = () => {
    if (!undoLast()) void back();
  };
  useKeys([{ id: 'undo', when: id !== undefined, run: undo }]);
  const hint = useHint(t('Take back'), 'undo');
  if (!message) return null;
  const seconds = Math.max(1, Math.ceil(left / 1000));
  return (
    <div className="undo">
      <Send className="i s14" />
      <span role="status">
        {inChat ? (
          t('In the chat')
        ) : (
          <>
            <span className="sr">{t('Your message leaves in a few seconds.')}</span>
            <span aria-hidden="true">
              <Said
                id="To <0>{to}</0> in <1>{seconds} s</1>"
                values={{ to: message.to.map((a) => firstName(a.name || a.address)).join(', '), seconds }}
                components={[<bdi key="0" />, <span key="1" className="num" />]}
              />
            </span>
          </>
        )}
      </span>
      <button type="button" className="act" title={hint} onClick={() => void back()}>
        {t('Take back')}
      </button>
      <progress max={whole?.ms ?? 1} value={Math.max(0, left)} aria-hidden="true" />
    </div>
  );
};
