import type { BulkAction, Filter, View } from '@hearten/contract';
import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Check,
  Ellipsis,
  Inbox,
  Mail,
  MailOpen,
  OctagonAlert,
  Tag,
  Trash2,
  UserPlus,
  WandSparkles,
  X,
} from 'lucide-react';
import { useState } from 'react';
import { t } from '../language/index.ts';
import type { Page } from '../live.ts';
import { useMe } from '../me.ts';
import { openPalette } from '../palette/opened.ts';
import { preparedQuery } from '../snippets/data.ts';
import { stepWords } from '../snippets/words.ts';
import { Item, Line, Menu } from '../ui/float.tsx';
import { Pick } from '../ui/Pick.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { useMany } from './aim.ts';
import { openBond } from './bond.ts';
import { begin } from './bulk.ts';
import { peopleQuery, rows, tagsQuery, teamsQuery } from './data.ts';
import { SnoozeMenu } from './SnoozeMenu.tsx';
import type { Selection } from './selection.ts';

/** What can be done to all that is selected. */
export const BulkBar = ({ selection, asked, view }: { selection: Selection; asked: Filter; view: View }) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const [menu, setMenu] = useState<'assign' | 'tag' | 'snooze' | 'macro' | null>(null);
  const { data: people = [] } = useQuery(peopleQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: tags = [] } = useQuery({ ...tagsQuery, enabled: menu === 'tag' });
  const { data: macros = [] } = useQuery({ ...preparedQuery('macro'), enabled: menu === 'macro' });
  const { size, all, matching, ids } = selection;
  const run = (action: BulkAction) => () => {
    void begin(client, action, all ? { filter: asked } : { ids: [...ids] }).then((done) => done || selection.again());
    selection.clear();
  };
  useMany(size, (action) => run(action)());
  /** One of the selected, by which the dialog finds what comes to mind. */
  const oneOf = () =>
    client
      .getQueriesData<InfiniteData<Page>>({ queryKey: ['list'] })
      .flatMap(([, data]) => rows(data))
      .find((row) => ids.has(row.id));
  const below = () => {
    const row = oneOf();
    if (row) openBond({ what: 'parent', row, ids: [...ids] });
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
    { id: 'priority', run: () => openPalette('priority'), opens: true },
    { id: 'move', run: () => openPalette('move'), opens: true },
    { id: 'parent', when: !all, run: below, opens: true },
    { id: 'macro', run: () => setMenu('macro'), opens: true },
    { id: 'spam', run: run({ do: 'folder', folder: view === 'spam' ? 'inbox' : 'spam' }) },
    { id: 'trash', run: run({ do: 'folder', folder: view === 'trash' ? 'inbox' : 'trash' }) },
    { id: 'unread', run: run({ do: 'seen', unread: true }) },
    { id: 'back', words: t('Select nothing'), run: selection.clear },
  ]);
  return (
    <div className="bulk" role="toolbar" aria-label={t('With what is selected')}>
      <div className="bar">
        <button
          type="button"
          className="btn quiet sm icon"
          aria-label={t('Select nothing')}
          title={t('Select nothing')}
          onClick={selection.clear}
        >
          <X className="i" />
        </button>
        <span className="grow" role="status">
          {all && matching !== undefined
            ? t('{n, plural, one {All # that match} other {All # that match}}', { n: size })
            : t('{n, plural, one {# selected} other {# selected}}', { n: size })}
        </span>
        <button
          type="button"
          className="btn sm"
          title={t('Resolve')}
          onClick={run({ do: 'status', status: 'resolved' })}
        >
          <Check className="i" /> {t('Resolve')}
        </button>
        <Pick
          open={menu === 'assign'}
          onOpen={opens('assign')}
          label={t('Assign to')}
          placeholder={t('Person or team')}
          choices={[
            { id: 'none', label: t('Nobody') },
            ...people.filter((p) => p.active).map((p) => ({ id: p.id, label: p.name })),
            ...teams.map((one) => ({ id: `team:${one.id}`, label: one.name, hint: t('Team') })),
          ]}
          pick={({ id }) =>
            run(
              id.startsWith('team:')
                ? { do: 'assign', teamId: id.slice(5) }
                : { do: 'assign', assigneeId: id === 'none' ? null : id },
            )()
          }
          trigger={
            <button type="button" className="btn quiet sm icon" aria-label={t('Assign')} title={t('Assign')}>
              <UserPlus className="i" />
            </button>
          }
        />
        <Pick
          open={menu === 'tag'}
          onOpen={opens('tag')}
          label={t('Add a tag')}
          placeholder={t('Tag')}
          empty={t('Type a new tag')}
          choices={tags.map((one) => ({ id: one, label: one }))}
          make={(text) => ({ id: text, label: text, hint: t('New') })}
          pick={({ id }) => run({ do: 'tag', add: [id] })()}
          trigger={
            <button type="button" className="btn quiet sm icon" aria-label={t('Tag')} title={t('Tag')}>
              <Tag className="i" />
            </button>
          }
        />
        <Pick
          open={menu === 'macro'}
          onOpen={opens('macro')}
          label={t('Run a macro')}
          placeholder={t('Macro')}
          empty={t('No macro by that name')}
          choices={macros.map((one) => ({
            id: one.id,
            label: one.name,
            hint: (one.steps ?? []).flatMap((step) => stepWords(step, people, teams)).join(' · '),
          }))}
          pick={({ id }) => run({ do: 'macro', macroId: id })()}
          trigger={
            <button type="button" className="btn quiet sm icon" aria-label={t('Run a macro')} title={t('Run a macro')}>
              <WandSparkles className="i" />
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
            <button
              type="button"
              className="btn quiet sm icon"
              aria-label={t('More for what is selected')}
              title={t('More')}
            >
              <Ellipsis className="i" />
            </button>
          }
        >
          <Item keys="wait" run={run({ do: 'status', status: 'waiting' })}>
            {t('Wait for the customer')}
          </Item>
          <Item keys="reopen" run={run({ do: 'status', status: 'open' })}>
            {t('Reopen')}
          </Item>
          <Item run={run({ do: 'status', status: 'closed' })}>{t('Close for good')}</Item>
          <Line />
          <Item icon={MailOpen} run={run({ do: 'seen', unread: false })}>
            {t('Mark as read')}
          </Item>
          <Item icon={Mail} keys="unread" run={run({ do: 'seen', unread: true })}>
            {t('Mark as unread')}
          </Item>
          <Line />
          {away ? (
            <Item icon={Inbox} run={run({ do: 'folder', folder: 'inbox' })}>
              {view === 'spam' ? t('Not spam') : t('Back to the inbox')}
            </Item>
          ) : null}
          {view === 'spam' ? null : (
            <Item icon={OctagonAlert} keys="spam" run={run({ do: 'folder', folder: 'spam' })}>
              {t('Spam')}
            </Item>
          )}
          {view === 'trash' ? null : (
            <Item icon={Trash2} keys="trash" danger run={run({ do: 'folder', folder: 'trash' })}>
              {t('Move to trash')}
            </Item>
          )}
        </Menu>
      </div>
      <div className="filters">
        <button type="button" className="btn quiet sm" onClick={selection.shown}>
          {t('Select all shown')}
        </button>
        {!all && matching !== undefined && matching > ids.size ? (
          <button type="button" className="btn quiet sm" onClick={selection.everything}>
            {t('{n, plural, one {Select all # that match} other {Select all # that match}}', { n: matching })}
          </button>
        ) : null}
      </div>
    </div>
  );
};
