import type { OwnQuestion } from '@hearten/contract';
import { Plus, Trash2 } from 'lucide-react';
import { t } from '../language/index.ts';

const blank: OwnQuestion = { kind: 'choice', text: '', choices: ['', ''], low: '', high: '' };
const kinds: Record<OwnQuestion['kind'], string> = {
  choice: t('A choice'),
  scale: t('A scale from 1 to 5'),
  text: t('Words'),
};

const One = ({
  of,
  n,
  put,
  remove,
}: {
  of: OwnQuestion;
  n: number;
  put: (more: Partial<OwnQuestion>) => void;
  remove: () => void;
}) => (
  <li className="ownquestion">
    <div className="row">
      <input
        className="input grow"
        dir="auto"
        aria-label={t('Question {n}', { n: n + 1 })}
        maxLength={200}
        required
        value={of.text}
        onChange={(e) => put({ text: e.target.value })}
      />
      <select
        className="input narrow"
        aria-label={t('Kind of answer')}
        value={of.kind}
        onChange={(e) => put({ kind: e.target.value as OwnQuestion['kind'] })}
      >
        {Object.entries(kinds).map(([id, label]) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
      <button type="button" className="btn quiet icon" aria-label={t('Take this question out')} onClick={remove}>
        <Trash2 className="i s14" />
      </button>
    </div>
    {of.kind === 'choice' ? (
      <label className="owntext">
        <span className="xs ink3">{t('Answers, one a line')}</span>
        <textarea
          className="input"
          dir="auto"
          rows={Math.max(2, of.choices.length)}
          value={of.choices.join('\n')}
          onChange={(e) => put({ choices: e.target.value.split('\n').slice(0, 8) })}
        />
      </label>
    ) : null}
    {of.kind === 'scale' ? (
      <div className="row">
        <input
          className="input grow"
          dir="auto"
          maxLength={60}
          aria-label={t('What 1 means')}
          placeholder={t('What 1 means')}
          value={of.low}
          onChange={(e) => put({ low: e.target.value })}
        />
        <input
          className="input grow"
          dir="auto"
          maxLength={60}
          aria-label={t('What 5 means')}
          placeholder={t('What 5 means')}
          value={of.high}
          onChange={(e) => put({ high: e.target.value })}
        />
      </div>
    ) : null}
  </li>
);

/** Questions of the company's own, five at most. */
export const Questions = ({
  questions,
  put,
  fixed,
}: {
  questions: OwnQuestion[];
  put: (next: OwnQuestion[]) => void;
  fixed: boolean;
}) => (
  <fieldset className="field" disabled={fixed}>
    <legend>{t('Questions of your own')}</legend>
    {questions.length ? (
      <ol className="ownquestions">
        {questions.map((of, n) => (
          // By place: a question has no name of its own.
          <One
            key={n}
            of={of}
            n={n}
            put={(more) => put(questions.map((one, at) => (at === n ? { ...one, ...more } : one)))}
            remove={() => put(questions.filter((_, at) => at !== n))}
          />
        ))}
      </ol>
    ) : null}
    {questions.length < 5 ? (
      <button type="button" className="btn sm" onClick={() => put([...questions, blank])}>
        <Plus className="i s14" /> {t('Add a question')}
      </button>
    ) : null}
    <p className="help">{t('They are asked as you write them, in every language.')}</p>
  </fieldset>
);
