import { ArrowDown, ArrowUp, type LucideIcon, Pencil, X } from 'lucide-react';
import { t } from '../language/index.ts';

type Run = (() => void) | null;
/** What can be done to one line of a list that a person keeps. Null: not now, where it stands; left out: never. */
export const RowTools = ({
  name,
  up,
  down,
  edit,
  remove,
}: {
  name: string;
  up?: Run;
  down?: Run;
  edit: () => void;
  remove: () => void;
}) => {
  const tool = (Icon: LucideIcon, label: string, run: Run | undefined) =>
    run === undefined ? null : (
      <button
        type="button"
        className="btn quiet icon sm"
        aria-label={label}
        disabled={run === null}
        onClick={run ?? undefined}
      >
        <Icon className="i s14" />
      </button>
    );
  return (
    <span className="row">
      {tool(ArrowUp, t('Move {name} up', { name }), up)}
      {tool(ArrowDown, t('Move {name} down', { name }), down)}
      {tool(Pencil, t('Change {name}', { name }), edit)}
      {tool(X, t('Remove {name}', { name }), remove)}
    </span>
  );
};
