import type { ConversationRow } from '@hearten/contract';
import {
  Archive,
  Check,
  CircleCheck,
  CircleHelp,
  CornerDownRight,
  Ellipsis,
  FolderInput,
  Forward,
  GitMerge,
  History,
  Hourglass,
  Inbox,
  Link2,
  ListTree,
  Mail,
  MessageCircle,
  OctagonAlert,
  Pencil,
  ShieldAlert,
  ShieldBan,
  Split,
  Trash2,
  Undo2,
  UsersRound,
  WandSparkles,
} from 'lucide-react';
import { useState } from 'react';
import { useOtherWay } from '../chats/otherWay.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { openPalette } from '../palette/opened.ts';
import { Confirm, Item, Line, Menu } from '../ui/float.tsx';
import { Keys } from '../ui/kit.tsx';
import { later } from '../ui/later.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { useActions } from './act.ts';
import { openBond } from './bond.ts';
import { Rename } from './dialogs.tsx';
import { SnoozeMenu } from './SnoozeMenu.tsx';
import { useFollowUp } from './useFollowUp.ts';

const Why = later(async () => (await import('./Verdict.tsx')).Why);
const Transfer = later(async () => (await import('../chats/Dialogs.tsx')).Transfer);
const Abuse = later(async () => (await import('../chats/Dialogs.tsx')).Abuse);

/** What can be done between this conversation and others. */
const Between = ({ row }: { row: ConversationRow }) => {
  const follow = useFollowUp();
  const act = useActions();
  const { parent } = row;
  return (
    <>
      <Item icon={Split} keys="split" run={() => openBond({ what: 'split', row })}>
        {t('Split')}
      </Item>
      <Item icon={Link2} keys="relate" run={() => openBond({ what: 'link', row })}>
        {t('Link with another')}
      </Item>
      {parent?.kind === 'side' || row.folder !== 'inbox' ? null : (
        <>
          <Item icon={UsersRound} keys="aside" run={() => openBond({ what: 'aside', row })}>
            {t('Write to someone beside the customer')}
          </Item>
          {parent ? (
            <Item icon={ListTree} run={() => void act.detach(row, parent)}>
              {t('No child of #{number} any more', { number: parent.number })}
            </Item>
          ) : (
            <Item icon={ListTree} keys="child" run={() => openBond({ what: 'child', row })}>
              {t('Begin a child')}
            </Item>
          )}
          <Item icon={ListTree} keys="parent" run={() => openBond({ what: 'parent', row })}>
            {t('Make it a child of another')}
          </Item>
          <Item icon={CornerDownRight} keys="followUp" run={() => void follow(row)}>
            {t('Follow it up')}
          </Item>
        </>
      )}
    </>
  );
};

/** What can be done with the open conversation: one button for the usual end, everything else behind two more. */
export const Actions = ({ row, onward }: { row: ConversationRow; onward: () => void }) => {
  const may = useMay();
  const act = useActions();
  const [snooze, setSnooze] = useState(false);
  const [dialog, setDialog] = useState<'rename' | 'delete' | 'why' | 'transfer' | 'abuse' | null>(null);
  const write = may('conversation.write');
  const alive = write && row.mergedInto === null;
  const other = useOtherWay(row);
  useKeys([
    { id: 'transfer', when: alive, run: () => setDialog('transfer'), opens: true },
    { id: 'abuse', when: alive, run: () => setDialog('abuse'), opens: true },
    { id: 'otherWay', when: alive && other !== null, run: () => other?.run() },
    { id: 'snooze', when: write && row.mergedInto === null, run: () => setSnooze(true), opens: true },
    { id: 'rename', when: write, run: () => setDialog('rename') },
    { id: 'why', when: write, run: () => setDialog('why') },
    {
      id: 'deleteForGood',
      when: row.folder === 'trash' && row.mergedInto === null && may('conversation.delete'),
      run: () => setDialog('delete'),
    },
  ]);
  if (!write) return null;
  // What was merged lives on in the other conversation: there is nothing to end here.
  const merged = row.mergedInto !== null;
  const done = merged || row.status === 'resolved' || row.status === 'closed';
  const leave = (run: () => void) => () => {
    onward();
    run();
  };
  return (
    <>
      <SnoozeMenu open={snooze} onOpen={setSnooze} pick={(until) => leave(() => void act.snooze(row, until))()} />
      <Menu
        align="end"
        trigger={
          <button type="button" className="btn quiet sm icon" aria-label={t('More actions')} title={t('More actions')}>
            <Ellipsis className="i" />
          </button>
        }
      >
        {merged || row.status === 'waiting' ? null : (
          <Item icon={Hourglass} keys="wait" run={leave(() => void act.status(row, 'waiting'))}>
            {t('Wait for the customer')}
          </Item>
        )}
        {merged || row.status === 'open' ? null : (
          <Item icon={History} keys="reopen" run={() => void act.status(row, 'open')}>
            {t('Reopen')}
          </Item>
        )}
        {done ? null : (
          <Item icon={CircleCheck} keys="resolve" run={leave(() => void act.status(row, 'resolved'))}>
            {t('Resolve')}
          </Item>
        )}
        {merged || row.status === 'closed' ? null : (
          <Item icon={Archive} run={leave(() => void act.status(row, 'closed'))}>
            {t('Close for good')}
          </Item>
        )}
        {merged ? null : (
          <Item icon={FolderInput} keys="move" run={() => openPalette('move')}>
            {t('Move to another inbox or team')}
          </Item>
        )}
        {merged ? null : (
          <Item icon={Forward} keys="transfer" run={() => setDialog('transfer')}>
            {t('Hand over with a note')}
          </Item>
        )}
        {merged || !other ? null : (
          <Item icon={other.chat ? MessageCircle : Mail} keys="otherWay" run={other.run}>
            {other.chat ? t('Go on in the chat') : t('Go on by mail')}
          </Item>
        )}
        {merged ? null : (
          <Item icon={WandSparkles} keys="macro" run={() => openPalette('macro')}>
            {t('Run a macro')}
          </Item>
        )}
        <Item icon={Mail} keys="unread" run={() => void act.seen(row, true)}>
          {t('Mark as unread')}
        </Item>
        <Line />
        <Item icon={Pencil} run={() => setDialog('rename')}>
          {t('Change the subject')}
        </Item>
        {row.mergedInto ? (
          <Item icon={Undo2} run={() => void act.unmerge(row)}>
            {t('Take the merge back')}
          </Item>
        ) : (
          <Item icon={GitMerge} keys="merge" run={() => openBond({ what: 'merge', row })}>
            {t('Merge into another')}
          </Item>
        )}
        {merged ? null : <Between row={row} />}
        <Line />
        {row.folder === 'inbox' ? null : (
          <Item icon={Inbox} run={() => void act.folder(row, 'inbox')}>
            {t('Back to the inbox')}
          </Item>
        )}
        {row.folder === 'spam' ? null : (
          <Item icon={OctagonAlert} keys="spam" run={leave(() => void act.folder(row, 'spam'))}>
            {t('Spam')}
          </Item>
        )}
        {row.folder === 'spam' ? null : (
          <Item icon={ShieldBan} danger run={leave(() => void act.folder(row, 'spam', { block: true }))}>
            {t('Spam, and block the sender')}
          </Item>
        )}
        {merged ? null : (
          <Item icon={ShieldAlert} keys="abuse" run={() => setDialog('abuse')}>
            {t('Against abuse')}
          </Item>
        )}
        <Item icon={CircleHelp} run={() => setDialog('why')}>
          {row.folder === 'spam' ? t('Why is this spam?') : t('Why is this not spam?')}
        </Item>
        {row.folder === 'trash' && !merged && may('conversation.delete') ? (
          <Item icon={Trash2} danger run={() => setDialog('delete')}>
            {t('Delete for good')}
          </Item>
        ) : null}
        {row.folder === 'trash' ? null : (
          <Item icon={Trash2} keys="trash" danger run={leave(() => void act.folder(row, 'trash'))}>
            {t('Move to trash')}
          </Item>
        )}
      </Menu>
      {merged ? (
        <button type="button" className="btn sm" onClick={() => void act.unmerge(row)}>
          <Undo2 className="i" />
          <span className="words">{t('Take the merge back')}</span>
        </button>
      ) : done ? (
        <button type="button" className="btn sm" onClick={() => void act.status(row, 'open')}>
          <History className="i" />
          <span className="words">{t('Reopen')}</span>
          <Keys of="reopen" />
        </button>
      ) : (
        <button type="button" className="btn sm" onClick={leave(() => void act.status(row, 'resolved'))}>
          <Check className="i" />
          <span className="words">{t('Resolve')}</span>
          <Keys of="resolve" />
        </button>
      )}
      <Confirm
        open={dialog === 'delete'}
        onClose={() => setDialog(null)}
        title={t('Delete #{number} for good?', { number: row.number })}
        yes={t('Delete for good')}
        onYes={leave(() => void act.deleteForGood(row))}
      >
        {row.scheduledAt
          ? t(
              'Its messages, files and notes go and cannot be brought back. The mailbox does not bring them back either; what the customer writes next opens a new conversation. An answer that waits for its time goes too: it is never sent.',
            )
          : t(
              'Its messages, files and notes go and cannot be brought back. The mailbox does not bring them back either; what the customer writes next opens a new conversation.',
            )}
      </Confirm>
      {dialog === 'why' ? <Why id={row.id} hidden={row.folder === 'spam'} onClose={() => setDialog(null)} /> : null}
      {dialog === 'transfer' ? <Transfer row={row} onClose={() => setDialog(null)} /> : null}
      {dialog === 'abuse' ? <Abuse row={row} onClose={() => setDialog(null)} /> : null}
      {dialog === 'rename' ? <Rename row={row} onClose={() => setDialog(null)} /> : null}
    </>
  );
};
