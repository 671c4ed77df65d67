import type { ConversationRow, Opened } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronDown, ListTree, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../language/index.ts';
import { Said } from '../../language/Said.tsx';
import { useMay } from '../../me.ts';
import { Avatar } from '../../ui/kit.tsx';
import { useActions } from '../act.ts';
import { openBond } from '../bond.ts';
import { begin } from '../bulk.ts';
import { peopleQuery } from '../data.ts';
import { statusOf } from '../views.ts';
import { AnswerAll } from './AnswerAll.tsx';
import { Side } from './Side.tsx';

const done = (row: ConversationRow): boolean => row.status === 'resolved' || row.status === 'closed';
const Numbered = ({ row }: { row: Pick<ConversationRow, 'number'> }) => (
  <Link className="link" to="/c/$number" params={{ number: String(row.number) }}>
    <bdi dir="ltr">#{row.number}</bdi>
  </Link>
);

/** One child: what it is about, who has it and how it stands. */
const Child = ({ row, parent, write }: { row: ConversationRow; parent: ConversationRow; write: boolean }) => {
  const act = useActions();
  const may = useMay()('people.read');
  const { data: people } = useQuery({ ...peopleQuery, enabled: may });
  const person = people?.find((p) => p.id === row.assigneeId);
  const status = statusOf(row);
  return (
    <li>
      <span className={`chip ${status.tone}`}>
        <status.icon className="i s13" />
        {status.label}
      </span>
      <Numbered row={row} />
      <bdi dir="auto" className="cut grow">
        {row.subject || t('No subject')}
      </bdi>
      {row.customer.id === parent.customer.id ? null : (
        <bdi className="cut ink3 wide-only">{row.customer.name || row.customer.address}</bdi>
      )}
      {person ? <Avatar name={person.name} id={person.id} team size={18} label={person.name} /> : null}
      {write ? (
        <button
          type="button"
          className="btn quiet icon sm"
          aria-label={t('Take #{number} out', { number: row.number })}
          title={t('Not a child any more')}
          onClick={() => void act.detach(row, parent)}
        >
          <X className="i s14" />
        </button>
      ) : null}
    </li>
  );
};

const Children = ({ parent, rows, write }: { parent: ConversationRow; rows: ConversationRow[]; write: boolean }) => {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [answering, setAnswering] = useState<ConversationRow[] | null>(null);
  const left = rows.filter((row) => !done(row));
  return (
    <section className="below-part" aria-label={t('Children')}>
      <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ListTree className="i s14" />
        <span className="medium">{t('Children')}</span>
        <span className="grow ink3">
          {t('{done} of {n} resolved', { done: rows.length - left.length, n: rows.length })}
        </span>
        <progress max={rows.length} value={rows.length - left.length} aria-hidden="true" />
        <ChevronDown className="i s14 chev" />
      </button>
      {open ? (
        <>
          <ul>
            {rows.map((row) => (
              <Child key={row.id} row={row} parent={parent} write={write} />
            ))}
          </ul>
          {write ? (
            <div className="do">
              <button type="button" className="btn link" onClick={() => openBond({ what: 'child', row: parent })}>
                <Plus className="i s13" /> {t('Another child')}
              </button>
              {left.length > 0 ? (
                <button type="button" className="btn link" onClick={() => setAnswering(left)}>
                  {t('{n, plural, one {Answer the one that is left} other {Answer all # that are left}}', {
                    n: left.length,
                  })}
                </button>
              ) : null}
              {left.length > 0 ? (
                <button
                  type="button"
                  className="btn link"
                  onClick={() =>
                    void begin(client, { do: 'status', status: 'resolved' }, { ids: left.map((row) => row.id) })
                  }
                >
                  {t('{n, plural, one {Resolve the one that is left} other {Resolve all # that are left}}', {
                    n: left.length,
                  })}
                </button>
              ) : null}
            </div>
          ) : null}
        </>
      ) : null}
      {answering ? <AnswerAll rows={answering} onClose={() => setAnswering(null)} /> : null}
    </section>
  );
};

/** What stands above a conversation and below it: its parent, its children, and what is said beside it. */
export const Below = ({ opened }: { opened: Opened }) => {
  const may = useMay();
  const { conversation: row, parent } = opened;
  const write = may('conversation.write') && row.mergedInto === null;
  const children = opened.children.filter((c) => c.parent?.kind === 'child');
  const sides = opened.children.filter((c) => c.parent?.kind === 'side');
  return (
    <div className="below">
      {parent ? (
        <p className={`above${row.parent?.kind === 'side' ? ' apart' : ''}`}>
          <ListTree className="i s14" />
          <span>
            <Said
              id={
                row.parent?.kind === 'side'
                  ? 'Said beside <to/> <0>{subject}</0>: the customer there sees nothing of it'
                  : 'A child of <to/> <0>{subject}</0>'
              }
              values={{ subject: parent.subject }}
              components={{ to: <Numbered row={parent} />, 0: <bdi dir="auto" /> }}
            />
          </span>
          <span className="grow" />
          <span className={`chip ${statusOf(parent).tone}`}>{statusOf(parent).label}</span>
        </p>
      ) : null}
      {children.length > 0 ? <Children parent={row} rows={children} write={write} /> : null}
      {sides.map((side) => (
        <Side key={side.id} row={side} customer={opened.customer} write={write} />
      ))}
    </div>
  );
};
