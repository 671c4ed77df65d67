import type { Audience } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { channelName } from '../conversations/channels.ts';
import { tagsQuery, teamsQuery } from '../conversations/data.ts';
import { hoursQuery } from '../hours/data.ts';
import { languages } from '../language/choice.ts';
import { t } from '../language/index.ts';
import { problemsQuery } from '../problems/data.ts';

type Choice = { id: string; name: string };
/** What is chosen as chips that can be taken away, and a list to add from. */
const Among = ({
  label,
  choices,
  chosen,
  put,
}: {
  label: string;
  choices: Choice[];
  chosen: string[];
  put: (chosen: string[]) => void;
}) =>
  choices.length + chosen.length === 0 ? null : (
    <div className="row wraps among">
      {chosen.map((id) => {
        const name = choices.find((one) => one.id === id)?.name ?? id;
        return (
          <button
            key={id}
            type="button"
            className="chip"
            aria-label={t('Take away: {name}', { name })}
            onClick={() => put(chosen.filter((one) => one !== id))}
          >
            <bdi>{name}</bdi> <X className="i s13" />
          </button>
        );
      })}
      <select className="input narrow" aria-label={label} value="" onChange={(e) => put([...chosen, e.target.value])}>
        <option value="">{chosen.length ? t('Or …') : label}</option>
        {choices
          .filter((one) => !chosen.includes(one.id))
          .map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
      </select>
    </div>
  );

/** Whom a survey asks: each line that says something must hold. */
export const Whom = ({ audience, put }: { audience: Audience; put: (next: Audience) => void }) => {
  const { data: teams } = useQuery(teamsQuery);
  const { data: tags } = useQuery(tagsQuery);
  const { data: problems } = useQuery(problemsQuery);
  const { data: hours } = useQuery(hoursQuery);
  const brands = hours?.places.filter((one) => one.kind === 'brand') ?? [];
  const of = (one: keyof Audience) => ({
    chosen: audience[one],
    put: (chosen: string[]) => put({ ...audience, [one]: chosen }),
  });
  return (
    <fieldset className="field">
      <legend>{t('Whom')}</legend>
      <Among
        label={t('Every channel')}
        choices={['email', 'chat', 'form'].map((id) => ({ id, name: channelName(id) }))}
        {...of('channels')}
      />
      {/* Of one brand there is nothing to choose. */}
      <Among
        label={t('Every brand')}
        choices={brands.length > 1 || audience.brandIds.length ? brands : []}
        {...of('brandIds')}
      />
      <Among label={t('Every team')} choices={teams ?? []} {...of('teamIds')} />
      <Among
        label={t('With or without tags')}
        choices={(tags ?? []).map((name) => ({ id: name, name }))}
        {...of('tags')}
      />
      <Among label={t('Whatever the problem')} choices={problems?.items ?? []} {...of('problemIds')} />
      <Among
        label={t('Every language')}
        choices={Object.entries(languages).map(([id, name]) => ({ id, name }))}
        {...of('languages')}
      />
    </fieldset>
  );
};
