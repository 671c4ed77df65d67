import type { ConversationRow, Opened } from '@hearten/contract';
import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { begin } from '../conversations/bulk.ts';
import type { Writing } from '../conversations/compose/writing.ts';
import { t } from '../language/index.ts';
import { and } from '../ui/names.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { type Kind, type Prepared, variablesQuery } from './data.ts';
import { fill, inLanguage } from './fill.ts';
import { writingHere } from './here.ts';

/** Puts the words of a snippet or macro where the caret is: at once when all of it is here, after a moment when it has files. */
export const insert = async (
  client: QueryClient,
  kind: Kind,
  one: Prepared,
  conversationId: string | undefined,
  writing: Writing,
): Promise<void> => {
  const ask = { params: { id: one.id }, body: { conversationId } };
  const use = () => (kind === 'macro' ? api('POST /macros/:id/use', ask) : api('POST /snippets/:id/use', ask));
  const known = conversationId === undefined ? undefined : client.getQueryData(variablesQuery(conversationId).queryKey);
  try {
    if (known && one.files.length === 0) {
      const values = Object.fromEntries(known.items.map(({ name, value }) => [name, value]));
      const words = inLanguage(one, known.language);
      const html = words.html === null ? null : fill(words.html, values, 'html').text;
      const { text, missing } = fill(words.text, values);
      put(writing, text, html, missing);
      // Counts as used; the words are in the text already.
      await use();
      return;
    }
    const { text, html, files, missing } = await use();
    put(writing, text, html, missing);
    if (files.length > 0) writing.attach(files);
  } catch (error) {
    tellProblem(error);
  }
};
const put = (writing: Writing, text: string, html: string | null, missing: string[]): void => {
  writing.insertContent(html === null ? { text } : { html });
  if (missing.length > 0)
    tell(
      t(
        '{n, plural, one {Not known here: {names}. It is marked in the text.} other {Not known here: {names}. They are marked in the text.}}',
        {
          n: missing.length,
          names: and(missing.map((name) => `{{${name}}}`)),
        },
      ),
    );
};

/** Runs a macro on one conversation, with its answer in the text one writes when there is such a field. */
export const runMacro = async (
  client: QueryClient,
  macro: Prepared,
  row: Pick<ConversationRow, 'id'>,
  writing: Writing | null,
): Promise<void> => {
  const here = writing !== null && macro.sends !== true && (macro.text.trim() !== '' || macro.html !== null);
  if (here) await insert(client, 'macro', macro, row.id, writing);
  if (here && macro.steps?.length === 0) return;
  await begin(client, { do: 'macro', macroId: macro.id, ...(here ? { here } : {}) }, { ids: [row.id] });
};

/** By key or palette: into the field that is open for it, or (where none is) kept as a draft by the server. */
export const macroHere = async (
  client: QueryClient,
  macro: Prepared,
  row: ConversationRow,
  onward: (() => void) | undefined,
): Promise<void> => {
  const field = writingHere.get();
  const writing = field?.conversationId === row.id ? field.writing() : null;
  const answers = macro.text.trim() !== '' && macro.sends !== true;
  const leaves = macro.steps?.some((step) => step.do === 'snooze' || (step.do === 'status' && step.status !== 'open'));
  if (leaves && !answers) onward?.();
  if (answers && writing && !macro.steps?.length) return insert(client, 'macro', macro, row.id, writing);
  await runMacro(client, macro, row, writing?.kind === 'note' ? null : writing);
};

export const previewOf = (one: Prepared, opened: Opened | null, client: QueryClient): string => {
  if (!opened) return one.text;
  const known = client.getQueryData(variablesQuery(opened.conversation.id).queryKey);
  const words = inLanguage(one, known?.language ?? opened.customer.language);
  return known ? fill(words.text, Object.fromEntries(known.items.map((v) => [v.name, v.value]))).text : words.text;
};
