import type { Step } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Flame, type LucideIcon, Moon, Plus, SquareCheck, StickyNote, Tag, UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import { peopleQuery, tagsQuery, teamsQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { Item, Menu } from '../ui/float.tsx';
import { Pick } from '../ui/Pick.tsx';
import { priorityWords, statusWords } from './words.ts';

type Of<D extends Step['do']> = Extract<Step, { do: D }>;
type Edit<D extends Step['do']> = { step: Of<D>; set: (step: Of<D>) => void };

const kinds: { do: Step['do']; words: string; icon: LucideIcon; first: Step }[] = [
  { do: 'tag', words: t('Tags'), icon: Tag, first: { do: 'tag', add: [], remove: [] } },
  { do: 'assign', words: t('Assign'), icon: UserPlus, first: { do: 'assign', assigneeId: 'me' } },
  { do: 'priority', words: t('Priority'), icon: Flame, first: { do: 'priority', priority: 'high' } },
  { do: 'note', words: t('Note to the team'), icon: StickyNote, first: { do: 'note', text: t('Done with a macro') } },
  { do: 'status', words: t('Status'), icon: SquareCheck, first: { do: 'status', status: 'resolved' } },
  { do: 'snooze', words: t('Snooze'), icon: Moon, first: { do: 'snooze', for: '1d' } },
];

const Tags = ({
  label,
  add,
  value,
  set,
}: {
  label: string;
  add: string;
  value: string[];
  set: (tags: string[]) => void;
}) => {
  const [open, setOpen] = useState(false);
  const { data: tags = [] } = useQuery({ ...tagsQuery, enabled: open });
  return (
    <span className="row wraps">
      <span className="xs ink3">{label}</span>
      {value.map((tag) => (
        <span className="chip" key={tag}>
          <bdi>{tag}</bdi>
          <button
            type="button"
            className="x"
            aria-label={t('Take out {tag}', { tag })}
            onClick={() => set(value.filter((other) => other !== tag))}
          >
            <X className="i s13" />
          </button>
        </span>
      ))}
      <Pick
        open={open}
        onOpen={setOpen}
        label={add}
        placeholder={t('Tag')}
        empty={t('Type a new tag')}
        choices={tags.filter((tag) => !value.includes(tag)).map((tag) => ({ id: tag, label: tag }))}
        make={(text) => ({ id: text, label: text, hint: t('New') })}
        pick={({ id }) => set([...value, id])}
        trigger={
          <button type="button" className="btn quiet sm" aria-label={add}>
            <Plus className="i s14" /> {t('Tag')}
          </button>
        }
      />
    </span>
  );
};
const TagStep = ({ step, set }: Edit<'tag'>) => (
  <span className="stack tight">
    <Tags
      label={t('Put on')}
      add={t('Add a tag to put on')}
      value={step.add ?? []}
      set={(add) => set({ ...step, add })}
    />
    <Tags
      label={t('Take off')}
      add={t('Add a tag to take off')}
      value={step.remove ?? []}
      set={(remove) => set({ ...step, remove })}
    />
  </span>
);
const AssignStep = ({ step, set }: Edit<'assign'>) => {
  const { data: people = [] } = useQuery(peopleQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const put = (key: 'assigneeId' | 'teamId', value: string) => {
    const { [key]: _was, ...rest } = step;
    set(value === 'as-is' ? { ...rest } : { ...rest, [key]: value === 'none' ? null : value });
  };
  const shown = (value: string | null | undefined) => (value === undefined ? 'as-is' : (value ?? 'none'));
  return (
    <span className="row wraps">
      <select
        className="input"
        aria-label={t('Person')}
        value={shown(step.assigneeId)}
        onChange={(e) => put('assigneeId', e.target.value)}
      >
        <option value="as-is">{t('Person as it is')}</option>
        <option value="me">{t('Whoever runs it')}</option>
        <option value="none">{t('Nobody')}</option>
        {people
          .filter((p) => p.active || p.id === step.assigneeId)
          .map((p) => (
            <option key={p.id} value={p.id}>
              {p.name}
            </option>
          ))}
      </select>
      <select
        className="input"
        aria-label={t('Team')}
        value={shown(step.teamId)}
        onChange={(e) => put('teamId', e.target.value)}
      >
        <option value="as-is">{t('Team as it is')}</option>
        <option value="none">{t('No team')}</option>
        {teams.map((team) => (
          <option key={team.id} value={team.id}>
            {team.name}
          </option>
        ))}
      </select>
    </span>
  );
};
const NoteStep = ({ step, set }: Edit<'note'>) => {
  const [text, setText] = useState(step.text);
  return (
    <textarea
      className="input grow"
      rows={2}
      dir="auto"
      aria-label={t('Note')}
      value={text}
      onChange={(e) => {
        setText(e.target.value);
        // An empty note can't be kept; what was there stays until something is typed.
        if (e.target.value.trim()) set({ ...step, text: e.target.value });
      }}
    />
  );
};
const SnoozeStep = ({ step, set }: Edit<'snooze'>) => {
  const [count, unit] = [Number(step.for.slice(0, -1)), step.for.slice(-1)];
  const put = (n: number, of: string) =>
    set({ ...step, for: `${Math.min(999, Math.max(1, Math.trunc(n) || 1))}${of}` });
  return (
    <span className="row wraps">
      <input
        className="input few"
        type="number"
        min={1}
        max={999}
        aria-label={t('How many')}
        value={count}
        onChange={(e) => put(Number(e.target.value), unit)}
      />
      <select
        className="input"
        aria-label={t('Hours, days or weeks')}
        value={unit}
        onChange={(e) => put(count, e.target.value)}
      >
        <option value="h">{t('hours')}</option>
        <option value="d">{t('days, at nine in the morning')}</option>
        <option value="w">{t('weeks, at nine in the morning')}</option>
      </select>
    </span>
  );
};
const Choose = <V extends string>({
  label,
  all,
  value,
  set,
}: {
  label: string;
  all: Record<V, string>;
  value: V;
  set: (value: V) => void;
}) => (
  <select className="input" aria-label={label} value={value} onChange={(e) => set(e.target.value as V)}>
    {(Object.entries(all) as [V, string][]).map(([id, words]) => (
      <option key={id} value={id}>
        {words}
      </option>
    ))}
  </select>
);
const One = ({ step, set }: { step: Step; set: (step: Step) => void }) => {
  switch (step.do) {
    case 'tag':
      return <TagStep step={step} set={set} />;
    case 'assign':
      return <AssignStep step={step} set={set} />;
    case 'note':
      return <NoteStep step={step} set={set} />;
    case 'snooze':
      return <SnoozeStep step={step} set={set} />;
    case 'priority':
      return (
        <Choose
          label={t('Priority')}
          all={priorityWords}
          value={step.priority}
          set={(priority) => set({ ...step, priority })}
        />
      );
    case 'status':
      return (
        <Choose label={t('Status')} all={statusWords} value={step.status} set={(status) => set({ ...step, status })} />
      );
  }
};

/** What a macro does besides writing, one line each; done from top to bottom. */
export const Steps = ({ steps, set }: { steps: readonly Step[]; set: (steps: Step[]) => void }) => {
  const left = kinds.filter((kind) => kind.do === 'note' || !steps.some((step) => step.do === kind.do));
  return (
    <fieldset className="stack">
      <legend>{t('What it does')}</legend>
      {steps.length === 0 ? (
        <p className="sm ink3">{t('Nothing yet. It can tag, assign, leave a note, resolve or snooze.')}</p>
      ) : null}
      <ol className="macrosteps">
        {steps.map((step, n) => {
          const kind = kinds.find((one) => one.do === step.do);
          const Icon = kind?.icon ?? Tag;
          return (
            // By place: two notes may be the same.
            <li key={`${n} ${steps.length} ${step.do}`}>
              <Icon className="i s14 ink3" />
              <span className="what">{kind?.words}</span>
              <One step={step} set={(next) => set(steps.map((other, m) => (m === n ? next : other)))} />
              <button
                type="button"
                className="btn quiet sm icon"
                aria-label={t('Take out: {step}', { step: kind?.words })}
                title={t('Take out')}
                onClick={() => set(steps.filter((_, m) => m !== n))}
              >
                <X className="i s14" />
              </button>
            </li>
          );
        })}
      </ol>
      <span>
        <Menu
          trigger={
            <button type="button" className="btn sm">
              <Plus className="i s14" /> {t('Add an action')}
            </button>
          }
        >
          {left.map((kind) => (
            <Item key={kind.do} icon={kind.icon} run={() => set([...steps, kind.first])}>
              {kind.words}
            </Item>
          ))}
        </Menu>
      </span>
    </fieldset>
  );
};
