import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../language/index.ts';
import { useMe } from '../../me.ts';
import { Dialog } from '../../ui/float.tsx';
import { FormError, Submit, useSubmit } from '../../ui/form.tsx';
import { useActions } from '../act.ts';
import { type Bond, closeBond } from '../bond.ts';
import { openedQuery } from '../data.ts';
import { Find, type Found } from './Find.tsx';

/** Another conversation that this one has to do with, or whose child it becomes. */
export const To = ({ now: { what, row, ids } }: { now: Bond }) => {
  const me = useMe().person.id;
  const act = useActions();
  const [other, setOther] = useState<Found | null>(null);
  const { data: opened } = useQuery(openedQuery(row.id, me));
  const many = ids ?? [row.id];
  const known = new Set(opened?.links.flatMap((l) => (l.why === 'maybe' || l.why === 'maybe_from' ? [] : [l.id])));
  const form = useSubmit(async () => {
    if (!other) return;
    if (what === 'link') await act.link(row, other);
    else await act.attach(many, other);
    closeBond();
  });
  const n = many.length;
  return (
    <Dialog
      open
      onClose={closeBond}
      title={
        what === 'link'
          ? t('Link #{number} with another', { number: row.number })
          : n > 1
            ? t('Make {n, plural, one {# conversation a child} other {# conversations children}} of another', { n })
            : t('Make #{number} a child of another', { number: row.number })
      }
      wide
    >
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Find
          row={row}
          label={what === 'link' ? t('The other conversation') : t('The parent')}
          picked={other?.id ?? null}
          onPick={setOther}
          may={(one) => (what === 'link' ? !known.has(one.id) : !many.includes(one.id))}
        />
        <p className="xs ink3">
          {what === 'link'
            ? t('Each will show the other. Nothing is moved, and customers see nothing of it.')
            : t('The parent shows its children and how each stands. Customers see nothing of it.')}
        </p>
        <FormError error={form.error} />
        <div className="feet">
          <button type="button" className="btn quiet" onClick={closeBond}>
            {t('Cancel')}
          </button>
          {other ? (
            <Submit busy={form.busy}>
              {what === 'link'
                ? t('Link with #{number}', { number: other.number })
                : t('Put below #{number}', { number: other.number })}
            </Submit>
          ) : null}
        </div>
      </form>
    </Dialog>
  );
};
