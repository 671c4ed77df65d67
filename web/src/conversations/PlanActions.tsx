import type { Message } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { due } from '../ui/time.ts';
import { tell, tellProblem, untell } from '../ui/toast.tsx';
import { show } from './act.ts';
import { type Later, LaterMenu } from './LaterMenu.tsx';
import { restoreDraft } from './restore.ts';

/** What can be done with an answer that waits for its time, or was held. */
export const PlanActions = ({ message }: { message: Message }) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const params = { id: message.id };
  useEffect(() => {
    if (message.state === 'held') untell(message.id);
  }, [message.id, message.state]);
  const doing = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const plan = (later: Partial<Later>) =>
    doing(async () => {
      const was = message.plan;
      const out = await api('POST /messages/:id/plan', { params, body: later });
      show(client, me, out.conversation, [out.message]);
      if (later.sendAt)
        tell(
          t('Leaves {when}', { when: due(later.sendAt) }),
          was && Date.parse(was.at) > Date.now()
            ? { label: t('Undo'), run: () => void plan({ sendAt: was.at, insist: was.insist }) }
            : undefined,
          false,
          message.id,
        );
    });
  const back = () =>
    doing(async () => {
      const { conversation, draft } = await api('POST /messages/:id/undo', { params });
      show(client, me, conversation, [], [message.id]);
      if (draft) restoreDraft(conversation.id, draft);
      tell(t('It is your draft again; nothing was sent'));
    });
  return (
    <span className="ways">
      <button type="button" className="btn link" disabled={busy} onClick={() => void plan({})}>
        {message.state === 'held' ? t('Send anyway') : t('Send now')}
      </button>
      <LaterMenu
        open={open}
        onOpen={setOpen}
        pick={(later) => void plan(later)}
        insist={message.plan?.insist ?? false}
        trigger={
          <button type="button" className="btn link" disabled={busy}>
            {t('Change time')}
          </button>
        }
      />
      <button type="button" className="btn link" disabled={busy} onClick={() => void back()}>
        {t('Back to draft')}
      </button>
    </span>
  );
};
