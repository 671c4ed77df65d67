import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { agesQuery } from '../conversations/data.ts';
import { useMay } from '../me.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { tell } from '../ui/toast.tsx';

const fits = (days: string): boolean => /^\d{1,4}$/.test(days) && Number(days) >= 1 && Number(days) <= 3650;
const some = (n: number): string =>
  n >= 1000 ? '1,000 conversations or more' : n === 1 ? 'one conversation' : `${n} conversations`;

/** After how many days what is resolved closes, and what lies in the trash is gone; with what a change would do at once. */
export const Ages = () => {
  const may = useMay()('workspace.write');
  const client = useQueryClient();
  const saved = useQuery(agesQuery);
  const [closes, setCloses] = useState<string | null>(null);
  const [empties, setEmpties] = useState<string | null>(null);
  const closing = closes ?? String(saved.data?.closesAfterDays ?? '');
  const emptying = empties ?? String(saved.data?.emptiesTrashAfterDays ?? '');
  const changed =
    saved.data &&
    (closing !== String(saved.data.closesAfterDays) || emptying !== String(saved.data.emptiesTrashAfterDays));
  const preview = useQuery({
    queryKey: ['ages', closing, emptying],
    queryFn: () =>
      api('GET /workspace/ages', {
        query: { closesAfterDays: Number(closing), emptiesTrashAfterDays: Number(emptying) },
      }),
    enabled: Boolean(changed) && fits(closing) && fits(emptying),
  });
  const form = useSubmit(async () => {
    await api('PATCH /workspace', {
      body: { closesAfterDays: Number(closing), emptiesTrashAfterDays: Number(emptying) },
    });
    await client.invalidateQueries({ queryKey: ['ages'] });
    setCloses(null);
    setEmpties(null);
    tell('Saved');
  });
  if (saved.isError) return <Failed error={saved.error} retry={() => void saved.refetch()} />;
  if (!saved.data) return <SkeletonRows count={2} />;
  const would = changed ? preview.data : undefined;
  const wrong = (days: string) => (fits(days) ? undefined : 'A number of days from 1 to 3650.');
  return (
    <form className="form card pad" onSubmit={(e) => void form.submit(e)}>
      <h2>How long things stay</h2>
      <fieldset disabled={!may}>
        <div className="form two">
          <Field
            label="Resolved conversations close after (days)"
            error={wrong(closing)}
            help="Until then an answer opens the same conversation again. After it, an answer begins a new one that follows it up; both show the other."
          >
            <input
              className="input"
              name="closesAfterDays"
              inputMode="numeric"
              value={closing}
              onChange={(e) => setCloses(e.target.value.trim())}
            />
          </Field>
          <Field
            label="The trash is emptied after (days)"
            error={wrong(emptying)}
            help="Deleted for good: messages, files and notes. Nobody can bring them back, and no mailbox does."
          >
            <input
              className="input"
              name="emptiesTrashAfterDays"
              inputMode="numeric"
              value={emptying}
              onChange={(e) => setEmpties(e.target.value.trim())}
            />
          </Field>
        </div>
      </fieldset>
      {would ? (
        <p className={would.deleting > 0 ? 'help err' : 'help'} role="status">
          {would.closing === 0 && would.deleting === 0
            ? 'Nothing closes or is deleted at once by this.'
            : `At once this ${[
                ...(would.closing > 0 ? [`closes ${some(would.closing)}`] : []),
                ...(would.deleting > 0 ? [`deletes ${some(would.deleting)} in the trash for good`] : []),
              ].join(' and ')}.`}
        </p>
      ) : null}
      <FormError error={form.error} />
      {may ? (
        <div className="feet">
          <Submit busy={form.busy}>Save</Submit>
        </div>
      ) : null}
    </form>
  );
};
