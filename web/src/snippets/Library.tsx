import './snippets.css';
import type { Snippet } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import {
  Archive,
  ArchiveRestore,
  Copy,
  Download,
  Ellipsis,
  Paperclip,
  Plus,
  Search,
  Send,
  Trash2,
  Upload,
} from 'lucide-react';
import { useRef, useState } from 'react';
import { peopleQuery, teamsQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Confirm, Item, Line, Menu } from '../ui/float.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { type Kind, keeping, type Prepared, preparedQuery } from './data.ts';
import { type Example, examplesOf } from './examples.ts';
import { download, upload } from './exchange.ts';
import { forWhom, stepWords } from './words.ts';

const edit = { snippet: '/settings/snippets/$id', macro: '/settings/macros/$id' } as const;
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** One line: what it is called, how it is reached, what it says and does, who has it, how much it is used. */
const Row = ({ kind, one, archived, remove }: { kind: Kind; one: Prepared; archived: boolean; remove: () => void }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const keep = keeping(client, kind);
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: people = [] } = useQuery(peopleQuery);
  const run = (work: () => Promise<unknown>) => () => void work().catch((error: unknown) => tellProblem(error));
  const restore = () => keep.restore(one.id);
  const archive = async () => {
    await keep.archive(one.id);
    tell(t('“{name}” is archived', { name: one.name }), { label: t('Undo'), run: run(restore) });
  };
  const duplicate = async () => {
    const copy = await keep.duplicate(one.id);
    await navigate({ to: edit[kind], params: { id: copy.id } });
  };
  const does = (one.steps ?? []).flatMap((step) => stepWords(step, people, teams));
  return (
    <li className="prep">
      <div className="grow stack tight">
        <span className="row wraps">
          <Link to={edit[kind]} params={{ id: one.id }} className="strong main">
            <bdi>{one.name}</bdi>
          </Link>
          {one.shortcut ? <span className="chip line">/{one.shortcut}</span> : null}
          {one.files.length > 0 ? <Paperclip className="i s13 ink3" aria-label={t('With files or pictures')} /> : null}
          {one.sends ? <Send className="i s13 ink3" aria-label={t('Sends its answer')} /> : null}
        </span>
        {one.text ? (
          <span className="sm ink2 cut" dir="auto">
            {one.text.slice(0, 200)}
          </span>
        ) : null}
        {does.length > 0 ? <span className="sm ink2 cut">{does.join(' · ')}</span> : null}
      </div>
      <span className="chip">{forWhom(one.for, teams)}</span>
      <span className="xs ink3 used">
        {one.usedAt
          ? t('{n, plural, one {once} other {# times}}, {when}', { n: one.uses, when: ago(one.usedAt) })
          : t('Not used yet')}
      </span>
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            className="btn quiet sm icon"
            aria-label={t('More for {name}', { name: one.name })}
            title={t('More')}
          >
            <Ellipsis className="i" />
          </button>
        }
      >
        <Item icon={Copy} run={run(duplicate)}>
          {t('Make a copy for yourself')}
        </Item>
        {one.mayChange && !archived ? (
          <Item icon={Archive} run={run(archive)}>
            {t('Archive')}
          </Item>
        ) : null}
        {one.mayChange && archived ? (
          <>
            <Item icon={ArchiveRestore} run={run(restore)}>
              {t('Bring back')}
            </Item>
            <Line />
            <Item icon={Trash2} danger run={remove}>
              {t('Delete for good')}
            </Item>
          </>
        ) : null}
      </Menu>
    </li>
  );
};

const Library = ({ kind }: { kind: Kind }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay();
  const write = may('snippet.write');
  const [archived, setArchived] = useState(false);
  const [text, setText] = useState('');
  const [removing, setRemoving] = useState<Prepared | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const query = useQuery(preparedQuery(kind, archived));
  const macros = kind === 'macro';
  const keep = keeping(client, kind);
  const make = async (example?: Example) => {
    try {
      const whom: Snippet['for'] = may('snippet.share') ? 'everyone' : 'me';
      const blank = { name: macros ? t('New macro') : t('New snippet'), for: whom };
      const made = await keep.make(example ? { ...example, for: whom } : blank);
      await navigate({ to: edit[kind], params: { id: made.id } });
    } catch (error) {
      tellProblem(error);
    }
  };
  const words = fold(text).split(/\s+/).filter(Boolean);
  const found = (query.data ?? []).filter((one) => {
    const all = fold(`${one.name} /${one.shortcut} ${one.folder} ${one.text}`);
    return words.every((word) => all.includes(word));
  });
  const folders = [...new Set(found.map((one) => one.folder))];
  const none = query.data?.length === 0;
  return (
    <>
      <div className="row wraps">
        <div className="grow">
          <h1>{macros ? t('Macros') : t('Snippets')}</h1>
          <p className="lead">
            {macros
              ? t(
                  'An answer and what goes with it, in one step: m with a conversation open or several selected, or / where you write.',
                )
              : t('Words you write often, written once. Type / in an answer or a note and choose one.')}
          </p>
        </div>
        {write ? (
          <span className="row">
            <Menu
              align="end"
              trigger={
                <button
                  type="button"
                  className="btn icon"
                  aria-label={t('Import and export')}
                  title={t('Import and export')}
                >
                  <Ellipsis className="i" />
                </button>
              }
            >
              <Item icon={Download} run={() => void download()}>
                {t('Export snippets and macros')}
              </Item>
              <Item icon={Upload} run={() => picker.current?.click()}>
                {t('Import from a file')}
              </Item>
            </Menu>
            <button type="button" className="btn primary" onClick={() => void make()}>
              <Plus className="i" /> {macros ? t('New macro') : t('New snippet')}
            </button>
          </span>
        ) : null}
      </div>
      <input
        ref={picker}
        type="file"
        accept=".json,.csv,application/json,text/csv"
        hidden
        onChange={(e) => {
          const [file] = e.currentTarget.files ?? [];
          e.currentTarget.value = '';
          if (file) void upload(client, file, may('snippet.share') ? 'everyone' : 'me');
        }}
      />
      {none && !archived ? null : (
        <div className="row wraps">
          <span className="search find grow">
            <Search className="i s14" />
            <input
              className="input"
              type="search"
              aria-label={macros ? t('Search macros') : t('Search snippets')}
              placeholder={t('Name, shortcut or words')}
              value={text}
              onChange={(e) => setText(e.target.value)}
            />
          </span>
          {/* biome-ignore lint/a11y/useSemanticElements: two buttons of one choice */}
          <span className="seg" role="group" aria-label={t('Which')}>
            <button type="button" aria-pressed={!archived} onClick={() => setArchived(false)}>
              {t('In use')}
            </button>
            <button type="button" aria-pressed={archived} onClick={() => setArchived(true)}>
              {t('Archived')}
            </button>
          </span>
        </div>
      )}
      {query.isPending ? <SkeletonRows count={5} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {folders.map((folder) => (
        <section className="stack tight" key={folder}>
          {folder ? <h2 className="xs ink3">{folder}</h2> : null}
          <ul className="card preps">
            {found
              .filter((one) => one.folder === folder)
              .map((one) => (
                <Row key={one.id} kind={kind} one={one} archived={archived} remove={() => setRemoving(one)} />
              ))}
          </ul>
        </section>
      ))}
      {query.isSuccess && found.length === 0 && !none ? (
        <Empty
          title={t('Nothing with these words')}
          action={
            <button type="button" className="btn" onClick={() => setText('')}>
              {t('Show all')}
            </button>
          }
        />
      ) : null}
      {none && archived ? (
        <Empty title={t('Nothing is archived')}>{t('What you archive waits here until you bring it back.')}</Empty>
      ) : null}
      {none && !archived ? (
        <div className="card">
          <Empty
            sun
            title={macros ? t('Do five things with one key') : t('Never type it twice')}
            action={
              write ? (
                <span className="stack tight">
                  {examplesOf(kind).map((example) => (
                    <button type="button" className="btn" key={example.name} onClick={() => void make(example)}>
                      {t('Begin with “{name}”', { name: example.name })}
                    </button>
                  ))}
                </span>
              ) : null
            }
          >
            {macros
              ? t('A macro writes the answer, tags, assigns, leaves a note and resolves. Undo takes all of it back.')
              : t(
                  'A snippet knows whom it greets: {variable} becomes the customer’s first name. It can hold pictures and files.',
                  {
                    variable: '{{customer.first_name}}',
                  },
                )}
          </Empty>
        </div>
      ) : null}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('Delete “{name}” for good?', { name: removing?.name })}
        yes={t('Delete for good')}
        danger
        onYes={() => {
          if (removing) void keep.forget(removing.id).catch((error: unknown) => tellProblem(error));
          setRemoving(null);
        }}
      >
        {t('It cannot be brought back. What was sent with it stays.')}
      </Confirm>
    </>
  );
};

export const Snippets = () => {
  useTitle(t('Snippets'));
  return <Library kind="snippet" />;
};
export const Macros = () => {
  useTitle(t('Macros'));
  return <Library kind="macro" key="macro" />;
};
