import './snippets.css';
import type { Words } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Archive, ArrowLeft, Check, Copy, Paperclip, Plus, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import { teamsQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Field, Check as Tick } from '../ui/form.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { later } from '../ui/later.tsx';
import { Pick } from '../ui/Pick.tsx';
import { languageName } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { type Change, type Kind, keeping, type Prepared, preparedQuery } from './data.ts';
import { Preview } from './Preview.tsx';
import { Steps } from './Steps.tsx';
import { stateWords, useKept } from './useKept.ts';

// The editor is the largest part of the page, and shared with where one answers.
const Meanwhile = () => <SkeletonRows count={3} />;
const WordsField = later(async () => (await import('./editor/WordsField.tsx')).WordsField, Meanwhile);
const home = { snippet: '/settings/snippets', macro: '/settings/macros' } as const;
const languages = [
  'en',
  'de',
  'fr',
  'es',
  'pt-BR',
  'it',
  'nl',
  'pl',
  'tr',
  'uk',
  'ja',
  'zh',
  'ko',
  'ar',
  'he',
  'hi',
  'sv',
  'da',
  'cs',
];

const Form = ({ kind, one }: { kind: Kind; one: Prepared }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay();
  const keep = keeping(client, kind);
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: all = [] } = useQuery(preparedQuery(kind));
  const [tongue, setTongue] = useState('');
  const [adding, setAdding] = useState(false);
  const [empty, setEmpty] = useState(false);
  const [turn, setTurn] = useState(0);
  const kept = useKept<Prepared>(one, ({ files, ...change }) => {
    const { id: _id, uses: _uses, usedAt: _used, ...rest } = change;
    return keep.change(one.id, { ...rest, ...(files ? { files: files.map((file) => file.id) } : {}) } as Change);
  });
  const { value, set, state } = kept;
  const words: Words = tongue ? (value.variants[tongue] ?? { text: '', html: null }) : value;
  const write = (next: Words) =>
    set(tongue ? { variants: { ...value.variants, [tongue]: next } } : { text: next.text, html: next.html });
  const undo = () => {
    kept.undo?.();
    // What stands in the field is the field's own: it begins anew.
    setTurn((n) => n + 1);
  };
  useKeys([{ id: 'undo', when: kept.undo !== null, run: undo }]);
  const archive = async () => {
    try {
      await keep.archive(one.id);
      tell(t('“{name}” is archived', { name: value.name }), {
        label: t('Undo'),
        run: () => void keep.restore(one.id).catch(tellProblem),
      });
      await navigate({ to: home[kind] });
    } catch (error) {
      tellProblem(error);
    }
  };
  const macro = kind === 'macro';
  const tongues = Object.keys(value.variants);
  const shared = [value.text, value.html, ...Object.values(value.variants).map((v) => v.html)].join('');
  const beside = value.files.filter((file) => !shared.includes(file.id));
  return (
    <>
      <div className="row wraps">
        <h1 className="grow cut">
          <bdi>{value.name || t('No name')}</bdi>
        </h1>
        <span className="row" role="status">
          <span className={`xs ${state === 'failed' ? 'risk' : 'ink3'} row`}>
            {state === 'kept' ? <Check className="i s13" /> : null}
            {stateWords(state)}
          </span>
          {kept.undo ? (
            <button type="button" className="btn quiet sm" onClick={undo}>
              <Undo2 className="i s14 flip" /> {t('Undo')}
            </button>
          ) : null}
        </span>
        <button type="button" className="btn" onClick={() => void archive()}>
          <Archive className="i s14" /> {t('Archive')}
        </button>
      </div>
      {kept.error ? (
        <div className="said" role="alert">
          <span className="grow">{kept.error}</span>
          <button type="button" className="btn sm" onClick={kept.again}>
            {t('Try again')}
          </button>
        </div>
      ) : null}
      <div className="beside">
        <div className="form">
          <div className="facts4">
            <Field label={t('Name')}>
              <input
                className="input"
                dir="auto"
                maxLength={100}
                value={empty ? '' : value.name}
                onChange={(e) => {
                  // Between two names there may be none; that is not kept.
                  setEmpty(e.target.value === '');
                  if (e.target.value.trim()) set({ name: e.target.value });
                }}
                onBlur={() => setEmpty(false)}
              />
            </Field>
            <Field label={t('Shortcut')} optional help={t('One word behind /')}>
              <input
                className="input"
                dir="ltr"
                maxLength={30}
                value={value.shortcut}
                onChange={(e) => set({ shortcut: e.target.value.replace(/[^\p{L}\p{N}_-]/gu, '').toLowerCase() })}
              />
            </Field>
            <Field label={t('Who uses it')}>
              <select
                className="input"
                value={value.for}
                onChange={(e) => set({ for: e.target.value as Prepared['for'] })}
              >
                <option value="me">{t('Only you')}</option>
                {may('snippet.share') ? (
                  <>
                    <option value="everyone">{t('Everyone')}</option>
                    {teams.map((team) => (
                      <option key={team.id} value={team.id}>
                        {team.name}
                      </option>
                    ))}
                  </>
                ) : null}
              </select>
            </Field>
            <Field label={t('Folder')} optional>
              <input
                className="input"
                dir="auto"
                maxLength={60}
                list="folders"
                value={value.folder}
                onChange={(e) => set({ folder: e.target.value })}
              />
            </Field>
            <datalist id="folders">
              {[...new Set(all.map((other) => other.folder).filter(Boolean))].map((folder) => (
                <option key={folder} value={folder} />
              ))}
            </datalist>
          </div>
          <div className="stack tight">
            <div className="row wraps">
              <span className="label grow">{macro ? t('Answer') : t('Words')}</span>
              {/* biome-ignore lint/a11y/useSemanticElements: buttons of one choice */}
              <span className="seg" role="group" aria-label={t('Language')}>
                <button type="button" aria-pressed={tongue === ''} onClick={() => setTongue('')}>
                  {t('For all')}
                </button>
                {tongues.map((tag) => (
                  <button type="button" key={tag} aria-pressed={tongue === tag} onClick={() => setTongue(tag)}>
                    {languageName(tag)}
                  </button>
                ))}
              </span>
              <Pick
                open={adding}
                onOpen={setAdding}
                label={t('Add a language')}
                placeholder={t('Language')}
                choices={languages
                  .filter((tag) => !tongues.includes(tag))
                  .map((tag) => ({ id: tag, label: languageName(tag) }))}
                pick={({ id }) => {
                  set({ variants: { ...value.variants, [id]: { text: value.text, html: value.html } } });
                  setTongue(id);
                }}
                trigger={
                  <button
                    type="button"
                    className="btn quiet sm icon"
                    aria-label={t('Add a language')}
                    title={t('Add a language')}
                  >
                    <Plus className="i s14" />
                  </button>
                }
              />
              {tongue ? (
                <button
                  type="button"
                  className="btn quiet sm icon"
                  aria-label={t('Take {language} out', { language: languageName(tongue) })}
                  title={t('Take out')}
                  onClick={() => {
                    const { [tongue]: _gone, ...rest } = value.variants;
                    setTongue('');
                    set({ variants: rest });
                  }}
                >
                  <X className="i s14" />
                </button>
              ) : null}
            </div>
            <WordsField
              key={`${tongue} ${turn}`}
              label={macro ? t('Answer') : t('Words')}
              words={words}
              write={write}
              attach={(file) => set({ files: [...value.files, file] })}
            />
            {tongue ? (
              <p className="help">
                {t('For customers whose language is {language}; all others get the words for all.', {
                  language: languageName(tongue),
                })}
              </p>
            ) : null}
            {beside.length > 0 ? (
              <ul className="row wraps" aria-label={t('Files')}>
                {beside.map((file) => (
                  <li className="chip" key={file.id}>
                    <Paperclip className="i s13" />
                    <bdi className="cut">{file.filename}</bdi>
                    <button
                      type="button"
                      className="x"
                      aria-label={t('Take out {name}', { name: file.filename })}
                      onClick={() => set({ files: value.files.filter((other) => other.id !== file.id) })}
                    >
                      <X className="i s13" />
                    </button>
                  </li>
                ))}
              </ul>
            ) : null}
          </div>
          {macro ? (
            <>
              <Tick
                label={t('Send the answer at once')}
                help={t(
                  'Otherwise it is put where you write, to be looked at first. What is not known of a customer is never sent: the macro is not run there.',
                )}
                checked={value.sends ?? false}
                onChange={(sends) => set({ sends })}
              />
              <Steps steps={value.steps ?? []} set={(steps) => set({ steps })} />
            </>
          ) : null}
        </div>
        <Preview words={words} files={value.files} steps={value.steps ?? []} sends={value.sends ?? false} />
      </div>
    </>
  );
};

/** What one may use but not change: shown, with the way to one's own. */
const Shown = ({ kind, one }: { kind: Kind; one: Prepared }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const keep = keeping(client, kind);
  const to = kind === 'macro' ? '/settings/macros/$id' : '/settings/snippets/$id';
  const copy = async () => {
    try {
      const made = await keep.duplicate(one.id);
      await navigate({ to, params: { id: made.id } });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <>
      <h1>
        <bdi>{one.name}</bdi>
      </h1>
      <p className="lead">
        {one.archivedAt
          ? t('It is archived: nobody is offered it. Bring it back to change it.')
          : t('What others use too is changed by owners, managers and leads. Make a copy to have one of your own.')}
      </p>
      <Preview words={one} files={one.files} steps={one.steps ?? []} sends={one.sends ?? false} />
      <span>
        {one.archivedAt && one.mayChange ? (
          <button type="button" className="btn primary" onClick={() => void keep.restore(one.id).catch(tellProblem)}>
            {t('Bring back')}
          </button>
        ) : (
          <button type="button" className="btn primary" onClick={() => void copy()}>
            <Copy className="i s14" /> {t('Make a copy for yourself')}
          </button>
        )}
      </span>
    </>
  );
};

const Edit = ({ kind }: { kind: Kind }) => {
  const { id } = useParams({ strict: false });
  const query = useQuery(preparedQuery(kind));
  const old = useQuery({
    ...preparedQuery(kind, true),
    enabled: query.isSuccess && !query.data.some((one) => one.id === id),
  });
  const one = [...(query.data ?? []), ...(old.data ?? [])].find((other) => other.id === id);
  const macro = kind === 'macro';
  useTitle(one?.name ?? (macro ? t('Macro') : t('Snippet')));
  return (
    <>
      <Link to={home[kind]} className="btn quiet sm" style={{ justifySelf: 'start' }}>
        <ArrowLeft className="i s14 flip" /> {macro ? t('Macros') : t('Snippets')}
      </Link>
      {query.isPending || (!one && old.isFetching) ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {one ? (
        one.mayChange && one.archivedAt === null ? (
          <Form key={one.id} kind={kind} one={one} />
        ) : (
          <Shown kind={kind} one={one} />
        )
      ) : query.isSuccess && !old.isFetching ? (
        <p className="lead">
          {macro ? t('This macro is not here any more.') : t('This snippet is not here any more.')}
        </p>
      ) : null}
    </>
  );
};
export const EditSnippet = () => <Edit kind="snippet" />;
export const EditMacro = () => <Edit kind="macro" />;
