import type { BulkAction, Filter, View } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, Ellipsis, Inbox, Mail, MailOpen, OctagonAlert, Tag, Trash2, UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../me.ts';
import { Item, Line, Menu } from '../ui/float.tsx';
import { Pick } from '../ui/Pick.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { begin } from './bulk.ts';
import { peopleQuery, tagsQuery, teamsQuery } from './data.ts';
import { SnoozeMenu } from './SnoozeMenu.tsx';
import type { Selection } from './selection.ts';

/** What can be done to all that is selected. */
export const BulkBar = ({ selection, asked, view }: { selection: Selection; asked: Filter; view: View }) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const [menu, setMenu] = useState<'assign' | 'tag' | 'snooze' | null>(null);
  const { data: people = [] } = useQuery(peopleQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: tags = [] } = useQuery({ ...tagsQuery, enabled: menu === 'tag' });
  const { size, all, matching, ids } = selection;
  const run = (action: BulkAction) => () => {
    void begin(client, action, all ? { filter: asked } : { ids: [...ids] });
    selection.clear();
  };
  const opens = (which: typeof menu) => (open: boolean) => setMenu(open ? which : null);
  const away = view === 'spam' || view === 'trash';
  useKeys([
    { id: 'resolve', run: run({ do: 'status', status: 'resolved' }) },
    { id: 'reopen', run: run({ do: 'status', status: 'open' }) },
    { id: 'wait', run: run({ do: 'status', status: 'waiting' }) },
    { id: 'close', run: run({ do: 'status', status: 'closed' }) },
    { id: 'take', run: run({ do: 'assign', assigneeId: me }) },
    { id: 'assign', run: () => setMenu('assign'), opens: true },
    { id: 'tag', run: () => setMenu('tag'), opens: true },
    { id: 'snooze', run: () => setMenu('snooze'), opens: true },
    { id: 'spam', run: run({ do: 'folder', folder: view === 'spam' ? 'inbox' : 'spam' }) },
    { id: 'trash', run: run({ do: 'folder', folder: view === 'trash' ? 'inbox' : 'trash' }) },
    { id: 'unread', run: run({ do: 'seen', unread: true }) },
    { id: 'back', words: 'Select nothing', run: selection.clear },
  ]);
  return (
    <div className="bulk" role="toolbar" aria-label="With what is selected">
      <div className="bar">
        <button
          type="button"
          className="btn quiet sm icon"
          aria-label="Select nothing"
          title="Select nothing"
          onClick={selection.clear}
        >
          <X className="i" />
        </button>
        <span className="grow" role="status">
          {all && matching !== undefined
            ? `All ${size.toLocaleString()} that match`
            : `${size.toLocaleString()} selected`}
        </span>
        <button type="button" className="btn sm" title="Resolve" onClick={run({ do: 'status', status: 'resolved' })}>
          <Check className="i" /> Resolve
        </button>
        <Pick
          open={menu === 'assign'}
          onOpen={opens('assign')}
          label="Assign to"
          placeholder="Person or team"
          choices={[
            { id: 'none', label: 'Nobody' },
            ...people.filter((p) => p.active).map((p) => ({ id: p.id, label: p.name })),
            ...teams.map((t) => ({ id: `team:${t.id}`, label: t.name, hint: 'Team' })),
          ]}
          pick={({ id }) =>
            run(
              id.startsWith('team:')
                ? { do: 'assign', teamId: id.slice(5) }
                : { do: 'assign', assigneeId: id === 'none' ? null : id },
            )()
          }
          trigger={
            <button type="button" className="btn quiet sm icon" aria-label="Assign" title="Assign">
              <UserPlus className="i" />
            </button>
          }
        />
        <Pick
          open={menu === 'tag'}
          onOpen={opens('tag')}
          label="Add a tag"
          placeholder="Tag"
          empty="Type a new tag"
          choices={tags.map((t) => ({ id: t, label: t }))}
          make={(text) => ({ id: text, label: text, hint: 'New' })}
          pick={({ id }) => run({ do: 'tag', add: [id] })()}
          trigger={
            <button type="button" className="btn quiet sm icon" aria-label="Tag" title="Tag">
              <Tag className="i" />
            </button>
          }
        />
        <SnoozeMenu
          open={menu === 'snooze'}
          onOpen={opens('snooze')}
          pick={(until) => run({ do: 'snooze', until })()}
        />
        <Menu
          align="end"
          trigger={
            <button type="button" className="btn quiet sm icon" aria-label="More for what is selected" title="More">
              <Ellipsis className="i" />
            </button>
          }
        >
          <Item keys="wait" run={run({ do: 'status', status: 'waiting' })}>
            Wait for the customer
          </Item>
          <Item keys="reopen" run={run({ do: 'status', status: 'open' })}>
            Reopen
          </Item>
          <Item run={run({ do: 'status', status: 'closed' })}>Close for good</Item>
          <Line />
          <Item icon={MailOpen} run={run({ do: 'seen', unread: false })}>
            Mark as read
          </Item>
          <Item icon={Mail} keys="unread" run={run({ do: 'seen', unread: true })}>
            Mark as unread
          </Item>
          <Line />
          {away ? (
            <Item icon={Inbox} run={run({ do: 'folder', folder: 'inbox' })}>
              {view === 'spam' ? 'Not spam' : 'Back to the inbox'}
            </Item>
          ) : null}
          {view === 'spam' ? null : (
            <Item icon={OctagonAlert} keys="spam" run={run({ do: 'folder', folder: 'spam' })}>
              Spam
            </Item>
          )}
          {view === 'trash' ? null : (
            <Item icon={Trash2} keys="trash" danger run={run({ do: 'folder', folder: 'trash' })}>
              Move to trash
            </Item>
          )}
        </Menu>
      </div>
      <div className="filters">
        <button type="button" className="btn quiet sm" onClick={selection.shown}>
          Select all shown
        </button>
        {!all && matching !== undefined && matching > ids.size ? (
          <button type="button" className="btn quiet sm" onClick={selection.everything}>
            Select all {matching.toLocaleString()} that match
          </button>
        ) : null}
      </div>
    </div>
  );
};
