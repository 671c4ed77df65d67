import type { BodyInput, Snippet } from '@hearten/contract';
import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { rowsOf } from './csv.ts';

type Items = BodyInput<'POST /snippets/import'>['items'];

export const download = async (): Promise<void> => {
  try {
    const { items } = await api('GET /snippets/export');
    const url = URL.createObjectURL(new Blob([JSON.stringify(items, null, 2)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'snippets.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    tellProblem(error);
  }
};

/** A file of ours, or a table with the columns name, text and (if there are any) shortcut and folder, as other desks give it. */
export const itemsOf = (file: string): Items => {
  const text = file.replace(/^\ufeff/, '').trim();
  if (/^[[{]/.test(text)) {
    const given: unknown = JSON.parse(text);
    return (Array.isArray(given) ? given : ((given as { items?: unknown }).items ?? [])) as Items;
  }
  const [head = [], ...rows] = rowsOf(text);
  const at = (...names: string[]) => head.findIndex((cell) => names.includes(cell.trim().toLowerCase()));
  const [name, words, shortcut, folder] = [
    at('name', 'title'),
    at('text', 'body', 'content', 'message'),
    at('shortcut', 'short_code', 'shortcode'),
    at('folder', 'category'),
  ];
  return rows
    .filter((row) => row[name]?.trim() && row[words]?.trim())
    .map((row) => ({
      kind: 'snippet' as const,
      name: (row[name] as string).trim(),
      text: row[words] as string,
      shortcut: (row[shortcut] ?? '')
        .trim()
        .replace(/^\//, '')
        .replace(/[^\p{L}\p{N}_-]+/gu, '-'),
      folder: (row[folder] ?? '').trim(),
    }));
};

export const upload = async (client: QueryClient, file: File, whom: Snippet['for']): Promise<void> => {
  let items: Items;
  try {
    items = itemsOf(await file.text());
  } catch {
    // Neither JSON nor a table: what is in it can't be told.
    items = [];
  }
  if (items.length === 0)
    return tell(
      t(
        'There is nothing to import in “{name}”. It takes a file that was exported here, or a table (CSV) with the columns name and text.',
        {
          name: file.name,
        },
      ),
      undefined,
      true,
    );
  try {
    const { made, skipped, notes } = await api('POST /snippets/import', { body: { items, for: whom } });
    await client.invalidateQueries({ queryKey: ['snippets'] });
    tell(
      [
        t('{n, plural, one {# was imported} other {# were imported}}', { n: made }),
        skipped > 0 ? t('{n, plural, one {# was there already} other {# were there already}}', { n: skipped }) : '',
        notes.length > 0 ? t('Left out, for nobody here is called so: {notes}', { notes: notes.join('; ') }) : '',
      ]
        .filter(Boolean)
        .join('. '),
    );
  } catch (error) {
    tellProblem(error);
  }
};
