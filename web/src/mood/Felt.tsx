import type { ConversationRow, Mood, MoodEnd } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api.ts';
import { show } from '../conversations/act.ts';
import { t } from '../language/index.ts';
import { listen } from '../live.ts';
import { useMay, useMe } from '../me.ts';
import { Item, Menu } from '../ui/float.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { Face } from './Face.tsx';
import { moodWord } from './words.ts';

/** Asked again when a newer message came or the mark changed; what else is told of it is listened for. */
const moodQuery = (row: ConversationRow) => ({
  queryKey: ['mood', row.id, row.messageCount, row.mood] as const,
  queryFn: () => api('GET /conversations/:id/mood', { params: { id: row.id } }),
  staleTime: 10_000,
});

const sourceOf = (mood: Mood): string => {
  const sure = Math.round(100 * (mood.confidence ?? 0));
  switch (mood.source) {
    case 'person':
      return t('Said by a person of the team');
    case 'model':
      return t('Read by the connected model, {sure} % sure', { sure });
    default:
      return t('Read from the text, {sure} % sure', { sure });
  }
};
const wordOf = (mood: Mood): string =>
  mood.stuck && !mood.upset ? t('{mood}, stuck', { mood: moodWord(mood.value) }) : moodWord(mood.value);

/** What said so: the customer's words, or how often they wrote without an answer. */
const Why = ({ of }: { of: Mood }) => {
  if (!of.why) return null;
  const { words, unanswered } = of.why;
  if (words.length === 0 && unanswered === 0) return null;
  return (
    <span className="xs ink2">
      {words.length ? <bdi dir="auto">“{words.join('”, “')}”</bdi> : null}
      {words.length && unanswered ? ' · ' : null}
      {unanswered
        ? t('{n, plural, one {# message without an answer} other {# messages without an answer}}', { n: unanswered })
        : null}
    </span>
  );
};

const comparedWord = (compared: MoodEnd['compared']): string =>
  compared === 'better'
    ? t('Better than before')
    : compared === 'worse'
      ? t('Worse than before')
      : t('The same as before');
const whyNot: Record<NonNullable<MoodEnd['why']>, string> = {
  off: t('Not asked: asking is off'),
  practice: t('Not asked: this is practice'),
  'to many': t('Not asked: the answer went to many'),
  spam: t('Not asked: it was spam'),
  'not to them': t('Not asked: the answer went to others'),
  'never wrote': t('Not asked: they never wrote'),
  unsubscribed: t('Not asked: they want to be asked nothing'),
  'asked lately': t('Not asked: they were asked within 14 days'),
  'no answer': t('Not asked: it ended without an answer that could ask'),
  'not delivered': t('Not asked: the question did not arrive'),
  'not there': t('Not asked: they have not looked at the chat again'),
};

/** The customer's own word at the end, or why there is none. */
const End = ({ end }: { end: MoodEnd }) => {
  // Where nobody is ever asked, saying so in each conversation tells nothing.
  if (end.why === 'off') return null;
  if (end.state === 'not asked') return <span className="chip dashed">{whyNot[end.why ?? 'off']}</span>;
  if (end.state === 'silent') return <span className="chip dashed">{t('Asked how they feel, no answer yet')}</span>;
  const value = end.value ?? { better: 4, same: 3, worse: 2 }[end.compared ?? 'same'];
  const word = comparedWord(end.compared);
  return (
    <>
      <span
        className="chip"
        title={end.state === 'answered' ? t('Said by the customer') : t('A link was followed, not confirmed yet')}
      >
        <Face value={value} read={end.state === 'provisional'} size={16} />
        <span className="sr">{t('At the end')}</span>
        {end.value ? t('{compared}, {mood}', { compared: word, mood: moodWord(end.value) }) : word}
      </span>
      {end.state === 'answered' && end.words ? (
        <q className="end-words" dir="auto">
          {end.words}
        </q>
      ) : null}
    </>
  );
};

/** How the customer came, and how they feel lately, in a chip: where it was read wrongly, one click puts it right. */
export const Felt = ({ row }: { row: ConversationRow }) => {
  const client = useQueryClient();
  const may = useMay();
  const me = useMe().person.id;
  const { data } = useQuery(moodQuery(row));
  useEffect(
    () =>
      listen((frame) => {
        if (frame.type === 'change' && frame.conversation.id === row.id && /\.(felt|mood|sent)$/.test(frame.event))
          void client.invalidateQueries({ queryKey: ['mood', row.id] });
      }),
    [row.id, client],
  );
  const { start, latest, end } = data ?? { start: null, latest: null, end: null };
  if (!start) return end ? <End end={end} /> : null;
  const say = async (value: number | null, stuck = false): Promise<void> => {
    try {
      const done = await api('PUT /conversations/:id/mood', { params: { id: row.id }, body: { value, stuck } });
      show(client, me, done.conversation);
      await client.invalidateQueries({ queryKey: ['mood', row.id] });
      tell(
        value === null ? t('What was read holds again') : t('At the start: {mood}', { mood: moodWord(value) }),
        value === null
          ? undefined
          : {
              label: t('Undo'),
              run: () => void (start.source === 'person' ? say(start.value, start.stuck) : say(null)),
            },
      );
    } catch (error) {
      tellProblem(error);
    }
  };
  const words = t('At the start: {mood}', { mood: wordOf(start) });
  const chip = (
    <button type="button" className="chip" title={`${words}. ${sourceOf(start)}`} disabled={!may('conversation.note')}>
      <Face value={start.value} read={start.source !== 'person'} size={16} />
      <span className="sr">{t('Mood at the start')}</span>
      {wordOf(start)}
    </button>
  );
  return (
    <>
      {may('conversation.note') ? (
        <Menu trigger={chip}>
          {[1, 2, 3, 4, 5].map((value) => (
            <Item
              key={value}
              run={() => void say(value)}
              is={start.source === 'person' && !start.stuck && start.value === value}
            >
              <span className="row">
                <Face value={value} size={16} /> {moodWord(value)}
              </span>
            </Item>
          ))}
          <Item is={start.source === 'person' && start.stuck} run={() => void say(2, true)}>
            {t('Stuck until this is solved')}
          </Item>
          {start.source === 'person' ? <Item run={() => void say(null)}>{t('As it was read')}</Item> : null}
        </Menu>
      ) : (
        chip
      )}
      {latest?.why ? null : <Why of={start} />}
      {latest && latest.value !== start.value ? (
        <span className="chip" title={`${t('Lately: {mood}', { mood: wordOf(latest) })}. ${sourceOf(latest)}`}>
          <Face value={latest.value} read={latest.source !== 'person'} size={16} />
          <span className="sr">{t('Mood lately')}</span>
          {wordOf(latest)}
        </span>
      ) : null}
      {latest ? <Why of={latest} /> : null}
      {end ? <End end={end} /> : null}
    </>
  );
};
