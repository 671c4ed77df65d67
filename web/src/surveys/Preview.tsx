import type { Reply, SurveyDraft } from '@hearten/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import { languages as languageNames } from '../language/choice.ts';
import { t } from '../language/index.ts';
import { Face } from '../mood/Face.tsx';
import { Problem } from '../problem.ts';
import { Failed } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import { whyWords } from './data.ts';
import '../home/home.css';

type Shown = Reply<'POST /surveys/preview'>;
type Question = Shown['questions'][number];

const Choices = ({ of, look, solid }: { of: Question; look: Shown['look']; solid: boolean }) => (
  <>
    <span className={`previewset ${of.kind}`}>
      {of.options.map((one, n) => (
        <span
          key={one.value}
          style={solid ? { background: look.colour, color: look.on, borderColor: look.colour } : {}}
        >
          {of.kind === 'faces' && !solid ? <Face value={n + 1} size={24} /> : null}
          <span>{one.label}</span>
        </span>
      ))}
    </span>
    {of.low || of.high ? (
      <span className="previewends xs">
        <span>{of.low}</span>
        <span>{of.high}</span>
      </span>
    ) : null}
  </>
);

/** The mail and the page as customers read them, and whom it would have asked; each change is shown a moment later. */
export const Preview = ({ draft }: { draft: SurveyDraft }) => {
  const [language, setLanguage] = useState('');
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), 400);
    return () => clearTimeout(timer);
  }, [draft]);
  const query = useQuery({
    queryKey: ['surveys', 'preview', settled, language],
    queryFn: () => api('POST /surveys/preview', { body: { ...settled, ...(language ? { language } : {}) } }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { data } = query;
  // What is wrong with the draft stands at its field; here is nothing to try again.
  if (query.error instanceof Problem && query.error.status === 400) return null;
  if (query.isError && !data) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (!data) return null;
  const [first] = data.questions;
  const dir = data.language === 'ar' ? 'rtl' : 'ltr';
  return (
    <div className="surveypreview" aria-live="polite">
      <section className="card pad">
        <h2>{t('In the last 30 days')}</h2>
        <p>
          {t('It would have asked {asked} of {turns}.', {
            asked: number(data.would.asked),
            turns: number(data.would.turns),
          })}
        </p>
        {draft.way === 'mail' ? null : (
          <p className="ink3 xs">{t('Who wrote in the chat is asked only if they look at it again.')}</p>
        )}
        <ul className="parts">
          {data.would.notAsked.map(({ why, count }) => (
            <li key={why}>
              <span className="grow xs">{whyWords[why]}</span>
              <span className="xs">{number(count)}</span>
            </li>
          ))}
        </ul>
      </section>
      <div className="row">
        <h2 className="grow">{t('As it is read')}</h2>
        <select
          className="input narrow"
          aria-label={t('Language')}
          value={language || data.language}
          onChange={(e) => setLanguage(e.target.value)}
        >
          {Object.entries(languageNames).map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {draft.way === 'mail' ? null : (
        <aside className="preview" aria-label={t('The end of the chat')}>
          <p className="label">{t('The end of the chat')}</p>
          <div className="paper" lang={data.language} dir={dir}>
            <p>{data.asks}</p>
            <p className="previewset">
              <span style={{ background: data.look.colour, color: data.look.on }}>{data.link}</span>
            </p>
          </div>
        </aside>
      )}
      {draft.way === 'chat' ? null : (
        <aside className="preview" aria-label={t('The mail')}>
          <p className="label">{t('The mail')}</p>
          <div className="paper" lang={data.language} dir={dir}>
            <div className="top">
              <bdi className="strong">{data.look.brand}</bdi>
              <span>{data.subject}</span>
            </div>
            <p dir="auto" className="pre">
              {data.hello}
            </p>
            {first ? (
              <>
                <p className="strong">{first.text}</p>
                {first.options.length ? (
                  <Choices of={first} look={data.look} solid />
                ) : (
                  <span className="previewset">
                    <span style={{ background: data.look.colour, color: data.look.on }}>{t('Answer')}</span>
                  </span>
                )}
              </>
            ) : null}
            <p className="xs previewend">
              {data.why}
              <br />
              <u>{data.stop}</u>
            </p>
          </div>
        </aside>
      )}
      <aside className="preview" aria-label={t('The page')}>
        <p className="label">{t('The page')}</p>
        <div
          className="paper previewpage"
          lang={data.language}
          dir={dir}
          style={{ borderBlockStartColor: data.look.colour }}
        >
          <p className="row">
            {data.look.logo ? <img src={data.look.logo} alt="" width="24" height="24" /> : null}
            <bdi className="strong">{data.look.brand}</bdi>
          </p>
          {data.questions.map((one) => (
            <div key={one.id}>
              <p className="strong" dir="auto">
                {one.text}
              </p>
              {one.options.length ? (
                <Choices of={one} look={data.look} solid={false} />
              ) : (
                <span className="previewtext" />
              )}
            </div>
          ))}
        </div>
      </aside>
    </div>
  );
};
