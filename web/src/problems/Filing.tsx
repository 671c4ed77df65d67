import type { BodyInput, ConversationRow, Filed, Filing as FilingHere } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, CircleHelp, Plus, Shapes, Sparkles, X } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { writingHere } from '../snippets/here.ts';
import { type Choice, Pick } from '../ui/Pick.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { filingQuery, kinds, problemsQuery, states } from './data.ts';
import { Shares } from './Shares.tsx';
import './problems.css';

type Body = BodyInput<'PUT /conversations/:id/filing'>;
const again = (items: Filed[]): Body =>
  items.length === 0
    ? { kind: null }
    : items[0]?.kind === 'problem'
      ? {
          kind: 'problem',
          problems: items.flatMap(({ problem, weight }) => (problem ? [{ id: problem.id, weight }] : [])),
        }
      : { kind: items[0]?.kind ?? null };
const named = (items: Filed[]): string =>
  items
    .map(({ kind, problem }) => (kind === 'problem' ? (problem?.name ?? '') : kinds[kind]))
    .filter(Boolean)
    .join(', ');
const percent = (share: number): string =>
  new Intl.NumberFormat(document.documentElement.lang || 'en', { style: 'percent' }).format(share);

/** What this conversation was about: one key takes what it resembles, another chooses. Nothing waits for it. */
export const Filing = ({ row }: { row: ConversationRow }) => {
  const may = useMay();
  const client = useQueryClient();
  const { data } = useQuery({ ...filingQuery(row.id), enabled: may('problem.read') });
  const [picking, setPicking] = useState<'first' | 'also' | null>(null);
  const { data: all } = useQuery({ ...problemsQuery, enabled: picking !== null });
  const can = may('problem.file') && row.mergedInto === null;
  const items = data?.items ?? [];
  const best = items.length === 0 ? data?.suggested[0] : undefined;

  const file = async (body: Body, undoable = true): Promise<void> => {
    const before = again(items);
    try {
      const now: FilingHere = await api('PUT /conversations/:id/filing', { params: { id: row.id }, body });
      client.setQueryData(filingQuery(row.id).queryKey, now);
      void client.invalidateQueries({ queryKey: problemsQuery.queryKey });
      const what = named(now.items);
      if (undoable)
        tell(what ? t('Filed: {what}', { what }) : t('Not filed any more'), {
          label: t('Undo'),
          run: () => void file(before, false),
        });
    } catch (error) {
      tellProblem(error);
    }
  };
  const under = (id: string, also: boolean): void => {
    // One alone has all of it and leaves the usual share to the second; of several, each keeps what it had beside the others.
    const several = items.length > 1;
    const kept = (also ? items : []).flatMap(({ problem, weight }) =>
      problem && problem.id !== id ? [several ? { id: problem.id, weight } : { id: problem.id }] : [],
    );
    void file({ kind: 'problem', problems: [...kept, { id }] });
  };
  const pick = async (choice: Choice, also: boolean): Promise<void> => {
    setPicking(null);
    if (choice.id === 'none') return file({ kind: null });
    const [what, rest = ''] = [choice.id.slice(0, 2), choice.id.slice(2)];
    if (what === 'p:') return under(rest, also);
    if (what === 'k:') return file({ kind: rest as keyof typeof kinds });
    try {
      const made = await api('POST /problems', { body: { name: rest } });
      under(made.id, also);
    } catch (error) {
      tellProblem(error);
    }
  };
  useKeys([
    {
      id: 'file',
      when: can && data !== undefined,
      run: () => (best ? under(best.id, false) : setPicking('first')),
      // Filed at once nothing opens, and the next key is a key.
      opens: !best,
    },
    { id: 'fileAs', when: can, run: () => setPicking('first'), opens: true },
  ]);
  const hint = { file: useHint(t('File as suggested'), 'file'), fileAs: useHint(t('What was it about?'), 'fileAs') };
  if (!data) return null;

  const choices = (also: boolean): Choice[] => {
    const here = new Set(items.map((one) => one.problem?.id));
    const alike = new Map(data.suggested.map((one) => [one.id, one.confidence]));
    const problems = [...(all?.items ?? [])].sort((a, b) => (alike.get(b.id) ?? 0) - (alike.get(a.id) ?? 0));
    return [
      ...problems
        .filter((one) => !also || !here.has(one.id))
        .map((one) => {
          const sure = alike.get(one.id);
          return {
            id: `p:${one.id}`,
            label: one.name,
            hint: sure === undefined ? states[one.state].label : t('{share} alike', { share: percent(sure) }),
            lead: sure === undefined ? <Shapes className="i" /> : <Sparkles className="i" />,
            on: here.has(one.id),
          };
        }),
      ...(also
        ? []
        : Object.entries(kinds).map(([kind, label]) => ({
            id: `k:${kind}`,
            label,
            lead: <CircleHelp className="i" />,
            on: items[0]?.kind === kind,
          }))),
      ...(!also && items.length > 0 ? [{ id: 'none', label: t('Not filed'), lead: <X className="i" /> }] : []),
    ];
  };
  const make = (text: string): Choice => ({
    id: `n:${text}`,
    label: t('New problem: {text}', { text }),
    lead: <Plus className="i" />,
  });
  const face = (
    <button type="button" className={`chip${items.length ? '' : ' dashed'}`} disabled={!can} title={hint.fileAs}>
      <Shapes className="i s13" />
      <span className="sr">{t('Filed as')}</span>
      <bdi className="filed">{named(items) || t('Not filed')}</bdi>
      {items.some((one) => one.provisional) ? <span className="ink3"> · {t('provisional')}</span> : null}
    </button>
  );
  return (
    <>
      {can ? (
        <Pick
          open={picking === 'first'}
          onOpen={(o) => setPicking(o ? 'first' : null)}
          trigger={face}
          label={t('What was it about?')}
          placeholder={t('A problem, new or known')}
          empty={t('Type what the customer could not do')}
          choices={choices(false)}
          pick={(c) => void pick(c, false)}
          make={make}
        />
      ) : (
        face
      )}
      {can && items[0]?.kind === 'problem' && items.length < 5 ? (
        <Pick
          open={picking === 'also'}
          onOpen={(o) => setPicking(o ? 'also' : null)}
          trigger={
            <button type="button" className="chip dashed" title={t('Also about')}>
              <Plus className="i s13" aria-label={t('Also about')} />
            </button>
          }
          label={t('Also about')}
          placeholder={t('A problem, new or known')}
          choices={choices(true)}
          pick={(c) => void pick(c, true)}
          make={make}
        />
      ) : null}
      <Shares items={items} can={can} save={(problems) => void file({ kind: 'problem', problems })} />
      {can && best ? (
        <button type="button" className="chip suggested" title={hint.file} onClick={() => under(best.id, false)}>
          <Check className="i s13" />
          <span className="sr">{t('File as suggested')}</span>
          <bdi className="filed">{best.name}</bdi>
          <span className="ink3">{t('{share} alike', { share: percent(best.confidence) })}</span>
        </button>
      ) : null}
    </>
  );
};

/** What helps until it is fixed, in every conversation that is about it. */
export const Workaround = ({ row }: { row: ConversationRow }) => {
  const may = useMay();
  const { data } = useQuery({ ...filingQuery(row.id), enabled: may('problem.read') });
  const helped = (data?.items ?? []).flatMap(({ problem }) =>
    problem && (problem.workaround || problem.answer) ? [problem] : [],
  );
  const put = (text: string): void => {
    const here = writingHere.get();
    const writing = here?.conversationId === row.id ? here.writing() : null;
    if (writing) writing.insertContent({ text });
    else
      void navigator.clipboard
        .writeText(text)
        .then(() => tell(t('Copied')))
        .catch((error) => tellProblem(error));
  };
  return helped.map((problem) => (
    <div key={problem.id} className="workaround">
      <p>
        <Link to="/problems/$id" params={{ id: problem.id }} className="link">
          <bdi>{problem.name}</bdi>
        </Link>{' '}
        <span className={`chip ${states[problem.state].tone}`}>{states[problem.state].label}</span>
      </p>
      {problem.workaround ? <p dir="auto">{problem.workaround}</p> : null}
      {problem.answer && may('conversation.write') ? (
        <button type="button" className="btn sm" onClick={() => put(problem.answer)}>
          {t('Put the answer into the text')}
        </button>
      ) : null}
    </div>
  ));
};
