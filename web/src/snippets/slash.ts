import { theClient } from '../client.ts';
import type { SlashItem, SlashSource } from '../conversations/compose/slash.ts';
import type { Writing } from '../conversations/compose/writing.ts';
import { peopleQuery, teamsQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { meQuery } from '../me.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { keeping, type Prepared, preparedQuery, variablesQuery } from './data.ts';
import { insert, previewOf, runMacro } from './use.ts';
import { stepWords } from './words.ts';

/** Snippets and macros for the menu behind `/`: what is used most stands first. */
export const slashItems: SlashSource = async ({ opened, kind, apart }) => {
  const client = theClient();
  const { permissions } = await client.ensureQueryData(meQuery);
  const acts = permissions.includes('conversation.write');
  if (!permissions.includes('snippet.write')) return [];
  const id = opened?.conversation.id;
  const [snippets, macros, people, teams] = await Promise.all([
    client.fetchQuery(preparedQuery('snippet')),
    acts && kind === 'reply' && opened && !apart ? client.fetchQuery(preparedQuery('macro')) : [],
    acts ? client.fetchQuery(peopleQuery) : [],
    acts ? client.fetchQuery(teamsQuery) : [],
    // Without a conversation there are none: those of the latest would be somebody else's.
    id === undefined ? null : client.fetchQuery(variablesQuery(id)),
  ]);
  const line = (one: Prepared): Pick<SlashItem, 'label' | 'keywords' | 'preview'> => ({
    label: one.name,
    keywords: `${one.shortcut} ${one.folder}`,
    preview: previewOf(one, opened, client),
  });
  return [
    ...[...snippets].sort(byUse).map(
      (one): SlashItem => ({
        ...line(one),
        id: one.id,
        ...(one.shortcut ? { hint: `/${one.shortcut}` } : {}),
        run: (writing) => insert(client, 'snippet', one, id, writing),
      }),
    ),
    ...[...macros].sort(byUse).map((one): SlashItem => {
      const does = (one.steps ?? []).flatMap((step) => stepWords(step, people, teams));
      const { preview, ...rest } = line(one);
      return {
        ...rest,
        id: one.id,
        hint: t('Macro'),
        preview: [preview, does.join(' · ')].filter(Boolean).join('\n'),
        run: (writing) => (opened ? runMacro(client, one, opened.conversation, writing) : undefined),
      };
    }),
    {
      id: 'keep',
      label: t('Keep what is written here as a snippet'),
      keywords: t('save new snippet'),
      run: (writing) => keepAs(writing),
    },
  ];
};
/** What one has just written, for the next time: one's own until it is shared in the settings. */
const keepAs = async (writing: Writing): Promise<void> => {
  const { text, html } = writing.said();
  const name = text.trim().split('\n')[0]?.slice(0, 60).trim();
  if (!name) return tell(t('Write the words first, then keep them with /.'));
  const made = await keeping(theClient(), 'snippet').make({ name, for: 'me', text, html });
  tell(t('“{name}” is kept for you; Settings, Snippets changes and shares it', { name: made.name }), {
    label: t('Undo'),
    run: () => void keeping(theClient(), 'snippet').archive(made.id).catch(tellProblem),
  });
};
const byUse = (a: Prepared, b: Prepared): number => b.uses - a.uses;
