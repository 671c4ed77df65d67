import type { AuditSaid } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, Search } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { api } from '../api.ts';
import { composing } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { Problem } from '../problem.ts';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { date } from '../ui/time.ts';
import { tell, tellProblem, undoLast } from '../ui/toast.tsx';
import { auditNextQuery, auditQuery, problemsQuery, saidKinds } from './data.ts';
import './problems.css';

type Choice = { id: string; label: string; kind: AuditSaid; problemId?: string };
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** All problems by name, and what is none: in an order that says nothing of what this conversation was filed as. */
const useChoices = (): Choice[] => {
  const { data } = useQuery(problemsQuery);
  const problems = (data?.items ?? []).map((one) => ({
    id: one.id,
    label: one.name,
    kind: 'problem' as const,
    problemId: one.id,
  }));
  problems.sort((a, b) => a.label.localeCompare(b.label));
  const others = Object.entries(saidKinds).map(([kind, label]) => ({ id: kind, label, kind: kind as AuditSaid }));
  return [...problems, ...others];
};

const Choices = ({ pick }: { pick: (choice: Choice) => void }) => {
  const choices = useChoices();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const shown = useRef<HTMLDivElement>(null);
  const found = choices.filter((one) => fold(one.label).includes(fold(text.trim())));
  const move = (to: number): void => {
    setAt(to);
    shown.current?.children[to]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    if (composing(e.nativeEvent)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && found.length) {
      e.preventDefault();
      move((at + step + found.length) % found.length);
    }
    const one = found[at];
    if (e.key === 'Enter' && one) {
      e.preventDefault();
      pick(one);
    }
    // What one would take back in an empty field is the answer before.
    if (e.key === 'z' && (e.ctrlKey || e.metaKey) && text === '') {
      e.preventDefault();
      undoLast();
    }
  };
  return (
    <div className="auditpick">
      <div className="search">
        <Search className="i" />
        <input
          className="input"
          autoFocus
          role="combobox"
          aria-label={t('Which problem is this?')}
          aria-expanded="true"
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
          placeholder={t('Type, then press Enter')}
          value={text}
          onChange={(e) => {
            setText(e.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          autoComplete="off"
        />
      </div>
      <div role="listbox" id={list} ref={shown} className="auditlist" aria-label={t('Which problem is this?')}>
        {found.map((one, n) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the combobox, which keeps the focus
          <div
            role="option"
            tabIndex={-1}
            id={`${list}-${n}`}
            key={one.id}
            aria-selected={n === at}
            className={`${one.kind === 'problem' ? '' : 'ink2'}${n === at ? ' is-on' : ''}`}
            onMouseMove={() => setAt(n)}
            onClick={() => pick(one)}
          >
            <bdi dir="auto">{one.label}</bdi>
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className="ink2">{t('Nothing is called that.')}</p> : null}
    </div>
  );
};

/** A second look at one in twenty: what the customer wrote, and nothing of what it was filed as. */
export const Audit = () => {
  useTitle(t('Which problem is this?'));
  const client = useQueryClient();
  const query = useQuery(auditNextQuery);
  const busy = useRef(false);
  const one = query.data?.conversation;
  const again = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: auditNextQuery.queryKey });
    await client.invalidateQueries({ queryKey: auditQuery.queryKey });
  };
  const back = async (id: string): Promise<void> => {
    try {
      await api('DELETE /filing-audit/:id', { params: { id } });
      tell(t('Your answer is taken back'));
    } catch (error) {
      tellProblem(error);
    }
    await again();
  };
  const answer = async ({ kind, problemId, label }: Choice): Promise<void> => {
    if (!one || busy.current) return;
    busy.current = true;
    try {
      await api('POST /filing-audit/:id', { params: { id: one.id }, body: { kind, problemId } });
      tell(t('Noted: {what}', { what: label }), { label: t('Undo'), run: () => void back(one.id) });
      await again();
    } catch (error) {
      tellProblem(error);
      // Somebody else was first, it is gone, or not one's own to answer any more: the next one is there, and problems as they are now.
      if (error instanceof Problem && error.status >= 400 && error.status < 500) {
        await client.invalidateQueries({ queryKey: problemsQuery.queryKey });
        await again();
      }
    } finally {
      busy.current = false;
    }
  };
  return (
    <div className="sheet">
      <main className="page wide" id="main">
        <div className="in">
          <div>
            <Link to="/problems" className="link xs row">
              <ArrowLeft className="i s14 flip" /> {t('Problems')}
            </Link>
            <h1>{t('Which problem is this?')}</h1>
            <p className="lead">
              {t(
                'One in twenty of what is filed is looked at by a second person, who does not see what it was filed as. So everybody knows how far the figures can be trusted.',
              )}
            </p>
          </div>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.data && !one ? (
            <Empty
              title={t('Nothing waits for your look')}
              sun
              action={
                <Link className="btn" to="/problems/audited">
                  {t('What was looked at')}
                </Link>
              }
            >
              {t('Of what others file from now on, one in twenty is asked about here.')}
            </Empty>
          ) : null}
          {one ? (
            <div className="audit">
              <section className="card pad auditsaid" aria-label={t('What the customer wrote')}>
                <div>
                  <h2>
                    <bdi dir="auto">{one.subject || t('No subject')}</bdi>
                  </h2>
                  <p className="xs ink3">
                    {date(one.createdAt)} ·{' '}
                    {t('{n, plural, one {# waits for you} other {# wait for you}}', { n: query.data?.waiting ?? 0 })}
                  </p>
                </div>
                {one.said.map((message) => (
                  <p key={message.at} dir="auto" className="auditwords">
                    {message.text}
                  </p>
                ))}
                {one.said.length === 0 ? <p className="ink3">{t('The customer wrote nothing here.')}</p> : null}
              </section>
              <Choices key={one.id} pick={(choice) => void answer(choice)} />
            </div>
          ) : null}
        </div>
      </main>
    </div>
  );
};
