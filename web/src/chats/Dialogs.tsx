import type { BlockedVisitor, ConversationRow } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { show, useActions } from '../conversations/act.ts';
import { inboxesQuery, peopleQuery, teamsQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Check, Feet, Field, FormError, useSubmit } from '../ui/form.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { useAttendance } from './attendance.ts';

type Given = { row: ConversationRow; onClose: () => void };

/** Hands a conversation to a person, a team or another inbox, with a word for whoever gets it. */
export const Transfer = ({ row, onClose }: Given) => {
  const client = useQueryClient();
  const me = useMe();
  const { data: people } = useQuery(peopleQuery);
  const { data: teams } = useQuery(teamsQuery);
  const { data: inboxes } = useQuery(inboxesQuery);
  const all = useAttendance();
  const [to, setTo] = useState('');
  const form = useSubmit(async (data) => {
    const [kind, id] = to.split(':') as ['person' | 'team' | 'inbox', string];
    const key = { person: 'assigneeId', team: 'teamId', inbox: 'inboxId' }[kind];
    const note = String(data.get('note')).trim();
    const put = async (body: object) =>
      show(
        client,
        me.person.id,
        (await api('POST /conversations/:id/transfer', { params: { id: row.id }, body: body as { inboxId?: string } }))
          .conversation,
      );
    await put({ [key]: id, ...(note ? { note } : {}) });
    onClose();
    tell(t('Handed over · #{number}', { number: row.number }), {
      label: t('Undo'),
      run: () =>
        void put({
          assigneeId: row.assigneeId,
          teamId: row.teamId,
          ...(kind === 'inbox' ? { inboxId: row.inboxId } : {}),
        }).catch(tellProblem),
    });
  });
  const state = (id: string): string => {
    const one = all?.items.find((p) => p.personId === id);
    return one?.awaySince ? ` · ${t('Away')}` : one?.here ? ` · ${one.chats}/${one.most}` : '';
  };
  return (
    <Dialog open onClose={onClose} title={t('Hand over')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('To')}>
          <select className="input" required value={to} onChange={(e) => setTo(e.target.value)}>
            <option value="" />
            <optgroup label={t('People')}>
              {people
                ?.filter((one) => one.active && one.id !== row.assigneeId && one.role !== 'viewer')
                .map((one) => (
                  <option key={one.id} value={`person:${one.id}`}>
                    {`${one.name}${state(one.id)}`}
                  </option>
                ))}
            </optgroup>
            {teams?.length ? (
              <optgroup label={t('Teams')}>
                {teams.map((one) => (
                  <option key={one.id} value={`team:${one.id}`}>
                    {one.name}
                  </option>
                ))}
              </optgroup>
            ) : null}
            <optgroup label={t('Inboxes')}>
              {inboxes
                ?.filter((one) => one.id !== row.inboxId)
                .map((one) => (
                  <option key={one.id} value={`inbox:${one.id}`}>
                    {one.name}
                  </option>
                ))}
            </optgroup>
          </select>
        </Field>
        <Field label={t('Note to the team')} optional>
          <textarea className="input" name="note" rows={3} dir="auto" maxLength={20_000} />
        </Field>
        <FormError error={form.error} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Hand over')}
        </Feet>
      </form>
    </Dialog>
  );
};

const PAUSE = 30;
/** Against abuse: pass it on, pause the visitor, or block them. Each can be taken back. */
export const Abuse = ({ row, onClose }: Given) => {
  const client = useQueryClient();
  const me = useMe();
  const may = useMay();
  const act = useActions();
  const chat = row.channel === 'chat';
  const [what, setWhat] = useState<'pass-on' | 'pause' | 'block'>('pass-on');
  const [mail, setMail] = useState(false);
  const { address } = row.customer;
  /** As it was before: who was not held back then may write again, who was for a while is for the rest of it. */
  const back = async (before: BlockedVisitor[]): Promise<void> => {
    try {
      const { items } = await api('GET /blocked-visitors');
      for (const one of items.filter((blocked) => blocked.number === row.number)) {
        const was = before.find((blocked) => blocked.id === one.id);
        const left = was?.until ? Math.ceil((Date.parse(was.until) - Date.now()) / 60_000) : 0;
        if (was?.until === null) continue;
        await api('DELETE /blocked-visitors/:id', { params: { id: one.id } });
        if (was && left > 0)
          await api('POST /conversations/:id/abuse', {
            params: { id: row.id },
            body: { do: 'pause', minutes: left, reason: was.reason },
          });
      }
      await client.invalidateQueries({ queryKey: ['blocked-visitors'] });
      tell(t('Taken back'));
    } catch (error) {
      tellProblem(error);
    }
  };
  const form = useSubmit(async (data) => {
    const before = what === 'pass-on' ? [] : (await api('GET /blocked-visitors')).items;
    const { conversation } = await api('POST /conversations/:id/abuse', {
      params: { id: row.id },
      body: {
        do: what,
        reason: String(data.get('reason')).trim(),
        ...(what === 'pause' ? { minutes: PAUSE } : {}),
        ...(what === 'block' && mail ? { address: true } : {}),
      },
    });
    show(client, me.person.id, conversation);
    await client.invalidateQueries({ queryKey: ['blocked-visitors'] });
    onClose();
    const said = {
      'pass-on': t('Passed on to a lead'),
      pause: t('The visitor is paused for {n} minutes', { n: PAUSE }),
      block: t('The visitor is blocked'),
    }[what];
    tell(said, {
      label: t('Undo'),
      run: () => void (what === 'pass-on' ? act.assign(conversation, { assigneeId: row.assigneeId }) : back(before)),
    });
  });
  const choice = (value: typeof what, label: string, help: string) => (
    <Check
      type="radio"
      name="do"
      value={value}
      checked={what === value}
      onChange={() => setWhat(value)}
      label={label}
      help={help}
    />
  );
  return (
    <Dialog open onClose={onClose} title={t('Against abuse')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <p className="ink2">{t('Leads are told. Nothing that was written goes away.')}</p>
        {choice('pass-on', t('Pass it on to a lead'), t('It is theirs from now on.'))}
        {chat
          ? choice(
              'pause',
              t('Pause the visitor for {n} minutes', { n: PAUSE }),
              t('They are told until when, kindly.'),
            )
          : null}
        {chat
          ? choice('block', t('Block the visitor'), t('Until somebody lets them write again, under Settings, Spam.'))
          : null}
        {what === 'block' && address.includes('@') && may('conversation.write') ? (
          <Check label={t('Mail from {address} goes to spam, too', { address })} checked={mail} onChange={setMail} />
        ) : null}
        <Field label={t('What happened')} optional>
          <textarea className="input" name="reason" rows={2} dir="auto" maxLength={1000} />
        </Field>
        <FormError error={form.error} />
        <Feet busy={form.busy} onClose={onClose}>
          {t('Do it')}
        </Feet>
      </form>
    </Dialog>
  );
};
