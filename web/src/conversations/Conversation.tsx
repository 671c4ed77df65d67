import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, PanelRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { CustomerPanel } from '../customers/CustomerPanel.tsx';
import { useMay, useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { useWide } from '../ui/theme.ts';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { Actions } from './Actions.tsx';
import { Away } from './Away.tsx';
import { useActions } from './act.ts';
import { Composer } from './Composer.tsx';
import { openedQuery } from './data.ts';
import { Links } from './Links.tsx';
import { Properties } from './Properties.tsx';
import { PutBack } from './PutBack.tsx';
import { Timeline } from './Timeline.tsx';
import { Verdict } from './Verdict.tsx';

type Props = { id: string; back: () => void; onward: () => void };

/** One conversation, with the customer beside it. */
export const Conversation = ({ id, back, onward }: Props) => {
  const me = useMe().person.id;
  const may = useMay();
  const act = useActions();
  const wide = useWide(1280);
  const query = useQuery(openedQuery(id, me));
  const [panel, setPanel] = useState(false);
  const [wanted, setWanted] = useState<'reply' | 'note' | null>(null);
  const opened = query.data;
  const row = opened?.conversation;

  // Read means: on screen, in a window someone looks at.
  const unread = row?.unread ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only turning unread matters, not each new row
  useEffect(() => {
    if (!row || !unread || document.visibilityState !== 'visible') return;
    const timer = setTimeout(() => void act.seen(row), 400);
    return () => clearTimeout(timer);
  }, [row?.id, row?.lastAt, unread]);
  // Whoever answers faster than the conversation loads must not have their words taken for shortcuts.
  useKeys([
    { id: 'reply', when: !opened, opens: 5000, run: () => setWanted('reply') },
    { id: 'note', when: !opened, opens: 5000, run: () => setWanted('note') },
    { id: 'customer', when: !wide, run: () => setPanel(!panel) },
  ]);
  const hint = useHint('The customer', 'customer');

  if (!opened || !row)
    return (
      <main className="pane conv" id="main">
        {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <SkeletonRows count={4} />}
      </main>
    );
  return (
    <>
      <main className="pane conv" id="main">
        <div className="bar">
          <button type="button" className="btn quiet icon phone" aria-label="Back to the list" onClick={back}>
            <ArrowLeft className="i s18 flip" />
          </button>
          <h1 className="cut" title={row.subject}>
            <bdi dir="auto">{row.subject || 'No subject'}</bdi>
          </h1>
          <bdi dir="ltr" className="count wide-only">
            #{row.number}
          </bdi>
          <span className="grow" />
          <Actions row={row} onward={onward} />
          {wide ? null : (
            <button
              type="button"
              className="btn quiet sm icon"
              aria-label="The customer"
              title={hint}
              onClick={() => setPanel(true)}
            >
              <PanelRight className="i flip" />
            </button>
          )}
        </div>
        <Properties row={row} />
        <Links opened={opened} />
        {row.folder === 'spam' ? <Verdict opened={opened} onward={onward} /> : null}
        <Timeline opened={opened} />
        <Away customer={opened.customer} name={opened.customer.name || row.customer.address} />
        {row.mergedInto !== null || !may('conversation.note') ? null : row.folder === 'trash' &&
          may('conversation.write') ? (
          <PutBack row={row} />
        ) : (
          <Composer key={id} opened={opened} onward={onward} wanted={wanted} />
        )}
      </main>
      {wide ? (
        <CustomerPanel opened={opened} />
      ) : (
        <Dialog drawer open={panel} onClose={() => setPanel(false)} title="The customer">
          <CustomerPanel opened={opened} bare />
        </Dialog>
      )}
    </>
  );
};
