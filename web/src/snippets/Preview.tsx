import type { Step, Words } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Paperclip, TriangleAlert } from 'lucide-react';
import { Rich } from '../conversations/compose/Rich.tsx';
import { peopleQuery, teamsQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { Avatar } from '../ui/kit.tsx';
import { and } from '../ui/names.ts';
import { type Prepared, variablesQuery } from './data.ts';
import { fill, unknownIn, type Values } from './fill.ts';
import { stepWords } from './words.ts';

const picture = (id: string): string => `/api/v1/uploads/${id}`;
const escaped = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
const asHtml = ({ text, html }: Words): string =>
  html ??
  text
    .split('\n')
    .map((line) => `<p>${escaped(line)}</p>`)
    .join('');
/** Whom it greets while nobody has written yet. */
const invented: Values = {
  'customer.first_name': 'Claire',
  'customer.name': 'Claire Dubois',
  'customer.email': 'claire@example.com',
  'conversation.number': '1',
};
const marked = (text: string) =>
  text.split(/(\{\{[^{}\n]{1,80}\}\})/).map((part, n) =>
    // By place: a variable may stand twice.
    n % 2 ? <mark key={n}>{part}</mark> : part,
  );

/** As the customer of the latest conversation would read it; what is not known there stands out. */
export const Preview = ({
  words,
  files,
  steps,
  sends,
}: {
  words: Words;
  files: Prepared['files'];
  steps: readonly Step[];
  sends: boolean;
}) => {
  const { data } = useQuery(variablesQuery(undefined));
  const { data: people = [] } = useQuery(peopleQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const told = Object.fromEntries((data?.items ?? []).map(({ name, value }) => [name, value]));
  const values: Values = data?.conversationId ? told : { ...told, ...invented };
  const whom = values['customer.name'] || values['customer.email'] || '';
  const { text: html, missing } = fill(asHtml(words), values, 'html');
  const unknown = data ? unknownIn(words.html ?? words.text, Object.keys(told)) : [];
  const does = steps.flatMap((step) => stepWords(step, people, teams));
  const beside = files.filter((file) => !words.html?.includes(file.id));
  return (
    <aside className="card seen" aria-label={t('Preview')}>
      <div className="row head">
        <Avatar name={whom} id={data?.conversationId ?? 'x'} size={24} />
        <span className="grow whom">
          <span className="xs ink3">{t('As it would reach')}</span>
          <span className="strong cut">
            <bdi>{whom}</bdi>
          </span>
        </span>
      </div>
      {words.text.trim() || words.html ? (
        <div className="told">
          <Rich html={html} picture={picture} words={marked} />
        </div>
      ) : (
        <p className="sm ink3">{t('Nothing is written yet.')}</p>
      )}
      {beside.length > 0 ? (
        <ul className="row wraps">
          {beside.map((file) => (
            <li key={file.id} className="chip line">
              <Paperclip className="i s13" />
              <bdi>{file.filename}</bdi>
            </li>
          ))}
        </ul>
      ) : null}
      {does.length > 0 ? (
        <ul className="stack tight does">
          {does.map((what) => (
            <li key={what} className="row sm">
              <CircleCheck className="i s14" /> {what}
            </li>
          ))}
        </ul>
      ) : null}
      {sends ? <p className="xs ink3">{t('The answer leaves by itself, after the undo time of the inbox.')}</p> : null}
      {missing.length > 0 ? (
        <p className="warn">
          <TriangleAlert className="i s14" />
          <span>
            {t(
              '{n, plural, one {{names} is not known of this customer. Give it words for that, like {example}.} other {{names} are not known of this customer. Give them words for that, like {example}.}}',
              {
                n: missing.length,
                names: and(missing),
                example: `{{${missing[0]} | …}}`,
              },
            )}
          </span>
        </p>
      ) : null}
      {unknown.length > 0 ? (
        <p className="warn">
          <TriangleAlert className="i s14" />
          <span>
            {t(
              '{n, plural, one {There is no variable {names}: it is sent as it stands.} other {There are no variables {names}: they are sent as they stand.}}',
              {
                n: unknown.length,
                names: and(unknown.map((name) => `{{${name}}}`)),
              },
            )}
          </span>
        </p>
      ) : null}
    </aside>
  );
};
