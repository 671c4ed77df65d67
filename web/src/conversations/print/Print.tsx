import type { Item, Message, Opened } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Printer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { t } from '../../language/index.ts';
import { useMay, useMe, WithMe } from '../../me.ts';
import { Failed, Mark, SkeletonRows, useTitle } from '../../ui/kit.tsx';
import { paint } from '../../ui/theme.ts';
import { bytes, full } from '../../ui/time.ts';
import { numberQuery, openedQuery, peopleQuery, teamsQuery } from '../data.ts';
import { fetchUntil } from '../linked.ts';
import { Words } from '../Message.tsx';
import { sentenceOf, type Who } from '../timeline/Happened.tsx';
import { saidFirst } from '../timeline/order.ts';
import { fileName, kindOf, shownOf, typeOf } from '../viewing.ts';
import { statusOf } from '../views.ts';
import { Designed } from './Designed.tsx';
import './print.css';

const addressed = (all: Message['to']) => all.map((a) => (a.name ? `${a.name} <${a.address}>` : a.address)).join(', ');

const Paper = ({
  message: m,
  opened,
  who,
  pictures,
  ready,
}: {
  message: Message;
  opened: Opened;
  who: Who;
  pictures: boolean;
  ready: () => void;
}) => {
  const person = who.people.get(m.authorId ?? '')?.name;
  const name =
    m.type === 'in' ? m.from?.name || opened.customer.name || m.from?.address : (person ?? m.from?.name ?? 'Hearten');
  // What stands in the text is drawn there.
  const files = m.attachments.filter(
    (f) => f.part !== m.parsed?.invitation?.part && (!f.inline || (!m.hasHtml && m.html === null)),
  );
  const drawn = pictures ? files.filter((f) => kindOf(f) === 'image') : [];
  return (
    <article className={m.type}>
      <header>
        <b>
          <bdi>{name}</bdi>
        </b>
        {m.type === 'note' ? <span className="only">{t('Note, only your team')}</span> : null}
        {m.plan ? <span className="only">{t('Not sent yet')}</span> : null}
        <time dateTime={m.at}>{full(m.at)}</time>
      </header>
      {m.type === 'note' ? null : (
        <p className="to">
          {m.from && m.type === 'in' ? <bdi>{m.from.address} → </bdi> : null}
          <bdi>{addressed(m.to)}</bdi>
          {m.cc.length > 0 ? ` · ${t('copy to {names}', { names: addressed(m.cc) })}` : null}
        </p>
      )}
      {m.hasHtml ? (
        <Designed id={m.id} title={t('Mail from {name}', { name: name ?? '' })} pictures={pictures} ready={ready} />
      ) : (
        <Words message={m} pictures={pictures} />
      )}
      {drawn.map((f) => (
        <img key={f.part} src={shownOf(m.id, f).src} alt={fileName(f)} />
      ))}
      {files.length > 0 ? (
        <ul>
          {files.map((f) => (
            <li key={f.part}>
              <bdi>{fileName(f)}</bdi> ({typeOf(f)}, {bytes(f.size)})
            </li>
          ))}
        </ul>
      ) : null}
    </article>
  );
};

/** A conversation for paper: all that was said, from its first word, with nothing around it. */
const Sheet = () => {
  const { number } = useParams({ strict: false }) as { number: string };
  const me = useMe();
  const may = useMay();
  const client = useQueryClient();
  const id = useQuery(numberQuery(Number(number)));
  const query = useQuery({ ...openedQuery(id.data ?? '', me.person.id), enabled: id.data !== undefined });
  const { data: team } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const { data: teams } = useQuery({ ...teamsQuery, enabled: may('people.read') });
  const [notes, setNotes] = useState(false);
  const [happened, setHappened] = useState(false);
  const [pictures, setPictures] = useState(true);
  const [failed, setFailed] = useState<unknown>(null);
  const [drawn, setDrawn] = useState<ReadonlySet<string>>(new Set());
  const opened = query.data;
  const row = opened?.conversation;
  useTitle(row ? `#${row.number} ${row.subject}` : t('Print'));
  // All of it, however long it is.
  const there = row?.id;
  // Paper is white in the evening too.
  useEffect(() => {
    document.documentElement.dataset.theme = 'light';
    return paint;
  }, []);
  useEffect(() => {
    if (there) fetchUntil(client, there, () => false).catch(setFailed);
  }, [client, there]);
  if (!opened || !row)
    return (
      <main className="printed" id="main">
        {id.isError || query.isError ? <Failed error={id.error ?? query.error} /> : <SkeletonRows count={4} />}
      </main>
    );
  const who: Who = {
    people: new Map(team?.map((p) => [p.id, p])),
    teams: new Map(teams?.map((one) => [one.id, one.name])),
  };
  const said = opened.items.filter((i) => i.type !== 'event' && i.hasHtml);
  const whole = opened.earlier === null && said.every((i) => drawn.has(i.id));
  const shown = saidFirst(opened.items).filter((i: Item) =>
    i.type === 'event' ? happened : i.type === 'note' ? notes : true,
  );
  const check = (label: string, on: boolean, set: (on: boolean) => void) => (
    <label className="check">
      <input type="checkbox" checked={on} onChange={(e) => set(e.target.checked)} />
      <span>{label}</span>
    </label>
  );
  return (
    <main className="printed" id="main">
      <div className="tools">
        <Link className="btn quiet" to="/c/$number" params={{ number }}>
          <ArrowLeft className="i flip" /> {t('Back to the conversation')}
        </Link>
        {check(t('With notes'), notes, setNotes)}
        {check(t('With what happened'), happened, setHappened)}
        {check(t('With pictures'), pictures, setPictures)}
        <button type="button" className="btn primary" disabled={!whole} onClick={() => print()}>
          <Printer className="i" /> {whole ? t('Print') : t('Fetching all of it …')}
        </button>
      </div>
      {failed ? <Failed error={failed} /> : null}
      <header className="head">
        <h1>
          <bdi dir="auto">{row.subject || t('No subject')}</bdi>
        </h1>
        <p>
          {[
            `#${row.number}`,
            statusOf(row).label,
            [opened.customer.name, row.customer.address].filter(Boolean).join(', '),
            ...row.tags,
          ].join(' · ')}
        </p>
      </header>
      {shown.map((item) => {
        if (item.type !== 'event')
          return (
            <Paper
              key={item.id}
              message={item}
              opened={opened}
              who={who}
              pictures={pictures}
              ready={() => setDrawn((all) => new Set([...all, item.id]))}
            />
          );
        const said = sentenceOf(item, who);
        return said ? (
          <p className="event" key={item.id}>
            {said.map((p) => p.text).join('')} · <time dateTime={item.at}>{full(item.at)}</time>
          </p>
        ) : null;
      })}
      <footer>
        <Mark size={14} />{' '}
        {t('{workspace}, printed {time} by {name}', {
          workspace: me.workspace.name,
          time: full(new Date()),
          name: me.person.name,
        })}
      </footer>
    </main>
  );
};

export const Print = () => (
  <WithMe>
    <Sheet />
  </WithMe>
);
