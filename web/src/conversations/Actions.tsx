import type { ConversationRow } from '@hearten/contract';
import {
  Archive,
  Check,
  CircleCheck,
  CircleHelp,
  Ellipsis,
  GitMerge,
  History,
  Hourglass,
  Inbox,
  Mail,
  OctagonAlert,
  Pencil,
  ShieldBan,
  Trash2,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../me.ts';
import { Confirm, Item, Line, Menu } from '../ui/float.tsx';
import { Keys } from '../ui/kit.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { useActions } from './act.ts';
import { Merge, Rename } from './dialogs.tsx';
import { SnoozeMenu } from './SnoozeMenu.tsx';
import { Why } from './Verdict.tsx';

/** What can be done with the open conversation: one button for the usual end, everything else behind two more. */
export const Actions = ({ row, onward }: { row: ConversationRow; onward: () => void }) => {
  const may = useMay();
  const act = useActions();
  const [snooze, setSnooze] = useState(false);
  const [dialog, setDialog] = useState<'merge' | 'rename' | 'delete' | 'why' | null>(null);
  const write = may('conversation.write');
  useKeys([
    { id: 'snooze', when: write && row.mergedInto === null, run: () => setSnooze(true), opens: true },
    { id: 'rename', when: write, run: () => setDialog('rename') },
    { id: 'merge', when: write && row.mergedInto === null, run: () => setDialog('merge'), opens: true },
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
          <button type="button" className="btn quiet sm icon" aria-label="More actions" title="More actions">
            <Ellipsis className="i" />
          </button>
        }
      >
        {merged || row.status === 'waiting' ? null : (
          <Item icon={Hourglass} keys="wait" run={leave(() => void act.status(row, 'waiting'))}>
            Wait for the customer
          </Item>
        )}
        {merged || row.status === 'open' ? null : (
          <Item icon={History} keys="reopen" run={() => void act.status(row, 'open')}>
            Reopen
          </Item>
        )}
        {done ? null : (
          <Item icon={CircleCheck} keys="resolve" run={leave(() => void act.status(row, 'resolved'))}>
            Resolve
          </Item>
        )}
        {merged || row.status === 'closed' ? null : (
          <Item icon={Archive} run={leave(() => void act.status(row, 'closed'))}>
            Close for good
          </Item>
        )}
        <Item icon={Mail} keys="unread" run={() => void act.seen(row, true)}>
          Mark as unread
        </Item>
        <Line />
        <Item icon={Pencil} run={() => setDialog('rename')}>
          Change the subject
        </Item>
        {row.mergedInto ? (
          <Item icon={Undo2} run={() => void act.unmerge(row)}>
            Take the merge back
          </Item>
        ) : (
          <Item icon={GitMerge} keys="merge" run={() => setDialog('merge')}>
            Merge into another
          </Item>
        )}
        <Line />
        {row.folder === 'inbox' ? null : (
          <Item icon={Inbox} run={() => void act.folder(row, 'inbox')}>
            Back to the inbox
          </Item>
        )}
        {row.folder === 'spam' ? null : (
          <Item icon={OctagonAlert} keys="spam" run={leave(() => void act.folder(row, 'spam'))}>
            Spam
          </Item>
        )}
        {row.folder === 'spam' ? null : (
          <Item icon={ShieldBan} danger run={leave(() => void act.folder(row, 'spam', { block: true }))}>
            Spam, and block the sender
          </Item>
        )}
        <Item icon={CircleHelp} run={() => setDialog('why')}>
          {row.folder === 'spam' ? 'Why is this spam?' : 'Why is this not spam?'}
        </Item>
        {row.folder === 'trash' && !merged && may('conversation.delete') ? (
          <Item icon={Trash2} danger run={() => setDialog('delete')}>
            Delete for good
          </Item>
        ) : null}
        {row.folder === 'trash' ? null : (
          <Item icon={Trash2} keys="trash" danger run={leave(() => void act.folder(row, 'trash'))}>
            Move to trash
          </Item>
        )}
      </Menu>
      {merged ? (
        <button type="button" className="btn sm" onClick={() => void act.unmerge(row)}>
          <Undo2 className="i" />
          <span className="words">Take the merge back</span>
        </button>
      ) : done ? (
        <button type="button" className="btn sm" onClick={() => void act.status(row, 'open')}>
          <History className="i" />
          <span className="words">Reopen</span>
          <Keys of="reopen" />
        </button>
      ) : (
        <button type="button" className="btn sm" onClick={leave(() => void act.status(row, 'resolved'))}>
          <Check className="i" />
          <span className="words">Resolve</span>
          <Keys of="resolve" />
        </button>
      )}
      <Confirm
        open={dialog === 'delete'}
        onClose={() => setDialog(null)}
        title={`Delete #${row.number} for good?`}
        yes="Delete for good"
        onYes={leave(() => void act.deleteForGood(row))}
      >
        Its messages, files and notes go and cannot be brought back. The mailbox does not bring them back either; what
        the customer writes next opens a new conversation.
        {row.scheduledAt ? ' An answer that waits for its time goes too: it is never sent.' : null}
      </Confirm>
      {dialog === 'merge' ? <Merge row={row} onClose={() => setDialog(null)} /> : null}
      {dialog === 'why' ? <Why id={row.id} hidden={row.folder === 'spam'} onClose={() => setDialog(null)} /> : null}
      {dialog === 'rename' ? <Rename row={row} onClose={() => setDialog(null)} /> : null}
    </>
  );
};
