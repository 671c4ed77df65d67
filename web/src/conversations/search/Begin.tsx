import { CircleHelp, History, X } from 'lucide-react';
import { t } from '../../language/index.ts';
import { help } from './words.ts';

type Props = {
  recent: string[];
  take: (text: string) => void;
  drop: (text?: string) => void;
};

/** Before anything is typed: what one looked for lately, and what else can be asked. */
export const Begin = ({ recent, take, drop }: Props) => (
  <>
    {recent.length > 0 ? (
      <section aria-label={t('Recent searches')}>
        <h2 className="xs ink3 medium row">
          {t('Recent searches')}
          <button type="button" className="btn link end" onClick={() => drop()}>
            {t('Forget all')}
          </button>
        </h2>
        <ul className="recent">
          {recent.map((one) => (
            <li key={one}>
              <button type="button" className="hit" onClick={() => take(one)}>
                <History className="i s14 ink3" aria-hidden="true" />
                <bdi className="cut">{one}</bdi>
              </button>
              <button
                type="button"
                className="btn quiet icon sm"
                aria-label={t('Forget “{text}”', { text: one })}
                onClick={() => drop(one)}
              >
                <X className="i s14" />
              </button>
            </li>
          ))}
        </ul>
      </section>
    ) : null}
    <section className="operators" aria-label={t('What can be asked')}>
      <h2 className="xs ink3 medium row">
        <CircleHelp className="i s14" aria-hidden="true" />
        {t('Words find what anyone wrote; the last one may be unfinished. These narrow it:')}
      </h2>
      <dl>
        {help.map(({ key, example, text }) => (
          <div key={key}>
            <dt>
              <button
                type="button"
                className="chip line"
                onClick={() => take(`${key}:`)}
                title={t('Put “{text}” into the field', { text: `${key}:` })}
              >
                <bdi dir="ltr">{example}</bdi>
              </button>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="help">
        {t(
          'A number such as #1042 leads to its conversation. Spam and trash are searched too, unless you say is: or assignee:.',
        )}
      </p>
    </section>
  </>
);
