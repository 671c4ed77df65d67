import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { agesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { SavedText } from '../ui/saved.tsx';

const fits = (days: string): boolean => /^\d{1,4}$/.test(days.trim()) && Number(days) >= 1 && Number(days) <= 3650;
const wrong = (days: string) => (fits(days) ? undefined : t('A number of days from 1 to 3650.'));
const some = (n: number): string =>
  n >= 1000
    ? t('1,000 conversations or more')
    : t('{n, plural, one {one conversation} other {# conversations}}', { n });

/**
 * After how many days what is resolved closes, and what lies in the trash is gone. Kept at once, as everywhere, but for a number that
 * would delete something for good this very moment: that is asked.
 */
export const Ages = () => {
  const may = useMay()('workspace.write');
  const client = useQueryClient();
  const saved = useQuery(agesQuery);
  const [asking, setAsking] = useState<{ deleting: number; answer: (yes: boolean) => void } | null>(null);
  const [typed, setTyped] = useState<{ closes?: string; empties?: string }>({});
  const closes = typed.closes ?? String(saved.data?.closesAfterDays ?? '');
  const empties = typed.empties ?? String(saved.data?.emptiesTrashAfterDays ?? '');
  const changed =
    saved.data !== undefined &&
    (closes !== String(saved.data.closesAfterDays) || empties !== String(saved.data.emptiesTrashAfterDays));
  const lookAt = (closesAfterDays: number, emptiesTrashAfterDays: number) =>
    api('GET /workspace/ages', { query: { closesAfterDays, emptiesTrashAfterDays } });
  const preview = useQuery({
    queryKey: ['ages', closes, empties],
    queryFn: () => lookAt(Number(closes), Number(empties)),
    enabled: changed && fits(closes) && fits(empties),
  });
  if (saved.isError) return <Failed error={saved.error} retry={() => void saved.refetch()} />;
  if (!saved.data) return <SkeletonRows count={2} />;
  const { closesAfterDays, emptiesTrashAfterDays } = saved.data;
  const keep = async (body: { closesAfterDays?: number; emptiesTrashAfterDays?: number }) => {
    await api('PATCH /workspace', { body });
    await client.invalidateQueries({ queryKey: ['ages'] });
    setTyped({});
  };
  const keepEmptying = async (days: string) => {
    const { deleting } = await lookAt(closesAfterDays, Number(days));
    if (deleting > 0 && !(await new Promise<boolean>((answer) => setAsking({ deleting, answer }))))
      throw new Error(
        t('Nothing was changed. The trash is emptied after {days} days, as before.', { days: emptiesTrashAfterDays }),
      );
    await keep({ emptiesTrashAfterDays: Number(days) });
  };
  const answer = (yes: boolean) => {
    asking?.answer(yes);
    setAsking(null);
  };
  const would = changed ? preview.data : undefined;
  return (
    <fieldset className="form card pad" disabled={!may}>
      <h2>{t('How long things stay')}</h2>
      <div className="form two">
        <SavedText
          label={t('Resolved conversations close after (days)')}
          name="closesAfterDays"
          value={String(closesAfterDays)}
          save={(days) => keep({ closesAfterDays: Number(days) })}
          wrong={wrong}
          onDraft={(days) => setTyped({ ...typed, closes: days.trim() })}
          help={t(
            'Until then an answer opens the same conversation again. After it, an answer begins a new one that follows it up; both show the other.',
          )}
        >
          <input className="input" inputMode="numeric" />
        </SavedText>
        <SavedText
          label={t('The trash is emptied after (days)')}
          name="emptiesTrashAfterDays"
          value={String(emptiesTrashAfterDays)}
          save={keepEmptying}
          wrong={wrong}
          onDraft={(days) => setTyped({ ...typed, empties: days.trim() })}
          help={t('Deleted for good: messages, files and notes. Nobody can bring them back, and no mailbox does.')}
        >
          <input className="input" inputMode="numeric" />
        </SavedText>
      </div>
      {would ? (
        <p className={would.deleting > 0 ? 'help err' : 'help'} role="status">
          {would.closing === 0 && would.deleting === 0
            ? t('Nothing closes or is deleted at once by this.')
            : t(
                'At once this {what, select, closes {closes {closing}} deletes {deletes {deleting} in the trash for good} other {closes {closing} and deletes {deleting} in the trash for good}}.',
                {
                  what: would.deleting === 0 ? 'closes' : would.closing === 0 ? 'deletes' : 'both',
                  closing: some(would.closing),
                  deleting: some(would.deleting),
                },
              )}
        </p>
      ) : null}
      <Confirm
        open={asking !== null}
        // It closes first and then says yes: no is what stands when nothing more was said.
        onClose={() => setTimeout(() => answer(false))}
        title={t('Delete for good?')}
        yes={t('Delete them')}
        onYes={() => answer(true)}
      >
        {t(
          'With this number {deleting} in the trash are deleted at once, for good. Undo brings back the number, not what was deleted.',
          {
            deleting: some(asking?.deleting ?? 0),
          },
        )}
      </Confirm>
    </fieldset>
  );
};
