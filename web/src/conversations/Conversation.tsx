import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, PanelRight } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { CustomerPanel } from '../customers/CustomerPanel.tsx';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { WaitingHere } from '../offline/WaitingHere.tsx';
import { Problem } from '../problem.ts';
import { Dialog } from '../ui/float.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { later } from '../ui/later.tsx';
import { useWide } from '../ui/theme.ts';
import { useBehind } from '../ui/useBehind.ts';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { toggleZone, useZones } from '../ui/zones.ts';
import { Actions } from './Actions.tsx';
import { Away } from './Away.tsx';
import { useActions } from './act.ts';
import { Below } from './Bonds.tsx';
import { Composer } from './Composer.tsx';
import { forgetOld, openedQuery } from './data.ts';
import { wantedEarly } from './early.ts';
import { Gone } from './Gone.tsx';
import { Links } from './Links.tsx';
import { Collision, Here } from './Present.tsx';
import { Properties } from './Properties.tsx';
import { PutBack } from './PutBack.tsx';
import { useViewing } from './presence.ts';
import { Timeline } from './Timeline.tsx';
import { heldUnkept } from './unkept.ts';
import { viewing } from './viewing.ts';
import './reading.css';

const Workaround = later(async () => (await import('../problems/Filing.tsx')).Workaround);
const Visitor = later(async () => (await import('./Visitor.tsx')).Visitor);
const Verdict = later(async () => (await import('./Verdict.tsx')).Verdict);
const Viewer = later(async () => (await import('./view/Viewer.tsx')).Viewer);

type Props = { id: string; back: () => void; onward: () => void };

/** One conversation, with the customer beside it. */
export const Conversation = ({ id, back, onward }: Props) => {
  const me = useMe().person.id;
  const wide = useWide(1280);
  const zones = useZones();
  const { data: opened, error } = useQuery({ ...openedQuery(id, me), enabled: false });
  const gone = error instanceof Problem && error.status === 404;
  // The words are what one came for: who wrote them is drawn in the frame behind, and until then who was there before.
  const beside = useBehind(opened);
  const [drawer, setDrawer] = useState<string | null>(null);
  const panel = drawer === id;
  const looked = useSyncExternalStore(viewing.watch, viewing.get);
  return (
    <>
      <Thread
        key={id}
        id={id}
        back={back}
        onward={onward}
        expanded={wide ? zones.context : panel}
        toggle={() => (wide ? toggleZone('context') : setDrawer(panel ? null : id))}
      />
      {looked ? <Viewer viewing={looked} /> : null}
      {!opened || !beside || gone || (wide && !zones.context) ? null : wide ? (
        <CustomerPanel opened={beside} />
      ) : (
        <Dialog drawer open={panel} onClose={() => setDrawer(null)} title={t('The customer')}>
          <CustomerPanel opened={opened} bare />
        </Dialog>
      )}
    </>
  );
};

type ThreadProps = Props & { expanded: boolean; toggle: () => void };
const Thread = ({ id, back, onward, expanded, toggle }: ThreadProps) => {
  const me = useMe().person.id;
  const may = useMay();
  const act = useActions();
  const client = useQueryClient();
  const query = useQuery(openedQuery(id, me));
  useEffect(() => forgetOld(client), [client]);
  const [wanted, setWanted] = useState(wantedEarly);
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
    { id: 'reply', when: !opened, opens: 15_000, run: () => setWanted('reply') },
    { id: 'note', when: !opened, opens: 15_000, run: () => setWanted('note') },
    { id: 'customer', run: toggle },
  ]);
  useViewing(id);
  const hint = useHint(t('The customer'), 'customer');
  const drawn = useBehind(true, false);

  if (!opened || !row)
    return (
      <main className="pane conv" id="main">
        <h1 className="sr">{t('Conversation')}</h1>
        {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <SkeletonRows count={4} />}
      </main>
    );
  if (query.error instanceof Problem && query.error.status === 404) {
    const words = (['reply', 'note'] as const).map(
      (kind) => heldUnkept(me, id, kind)?.text ?? opened[kind === 'note' ? 'noteDraft' : 'draft']?.text ?? '',
    );
    return (
      <main className="pane conv" id="main">
        <Gone number={row.number} written={words.filter((one) => one.trim()).join('\n\n')} back={back} />
      </main>
    );
  }
  return (
    <main className="pane conv" id="main">
      <div className="bar">
        <button type="button" className="btn quiet icon phone" aria-label={t('Back to the list')} onClick={back}>
          <ArrowLeft className="i s18 flip" />
        </button>
        <h1 className="cut" dir="auto" title={row.subject}>
          {row.subject || t('No subject')}
        </h1>
        <bdi dir="ltr" className="count wide-only">
          #{row.number}
        </bdi>
        <span className="grow" />
        <Here id={id} />
        <Actions row={row} onward={onward} />
        <button
          type="button"
          className="btn quiet sm icon"
          aria-label={t('The customer')}
          aria-expanded={expanded}
          title={hint}
          onClick={toggle}
        >
          <PanelRight className="i flip" />
        </button>
      </div>
      <Properties row={row} />
      {drawn ? <Workaround row={row} /> : null}
      <Links opened={opened} />
      <Below opened={opened} />
      {row.folder === 'spam' ? <Verdict opened={opened} onward={onward} /> : null}
      <Timeline opened={opened} />
      <WaitingHere conversationId={row.id} />
      <Away customer={opened.customer} name={opened.customer.name || row.customer.address} />
      {row.mergedInto !== null || !may('conversation.note') ? null : row.folder === 'trash' &&
        may('conversation.write') ? (
        <PutBack row={row} />
      ) : (
        <>
          {row.channel === 'chat' ? <Visitor conversation={row} /> : null}
          <Collision id={id} />
          <Composer key={id} opened={opened} onward={onward} wanted={wanted} />
        </>
      )}
    </main>
  );
};
