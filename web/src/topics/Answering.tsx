import '../snippets/snippets.css';
import './topics.css';
import type { Cluster, Snippet, Words } from '@hearten/contract';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link as LinkIcon, PenLine, Unlink } from 'lucide-react';
import { useState } from 'react';
import { api, type Upload } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { preparedQuery } from '../snippets/data.ts';
import { Dialog } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { later } from '../ui/later.tsx';
import { Pick } from '../ui/Pick.tsx';
import { useHint, useKeys } from '../ui/useKeys.ts';
import { linkAnswer, writeAnswer } from './data.ts';

const Meanwhile = () => <SkeletonRows count={3} />;
const WordsField = later(async () => (await import('../snippets/editor/WordsField.tsx')).WordsField, Meanwhile);

const bestQuery = (id: string) =>
  queryOptions({
    queryKey: ['problems', 'best answer', id],
    queryFn: () => api('GET /clusters/:id/answer', { params: { id } }),
  });

const Form = ({
  one,
  begin,
  from,
  onClose,
}: {
  one: Cluster;
  begin: string;
  from: number | null;
  onClose: () => void;
}) => {
  const client = useQueryClient();
  const shares = useMay()('snippet.share');
  const [words, setWords] = useState<Words>({ text: begin, html: null });
  const [files, setFiles] = useState<Upload[]>([]);
  const form = useSubmit(async (data) => {
    await writeAnswer(client, one.id, {
      name: String(data.get('name')),
      for: data.get('for') as Snippet['for'],
      ...words,
      files: files.map((file) => file.id),
    });
    onClose();
  });
  return (
    <form className="form answering" onSubmit={(e) => void form.submit(e)}>
      <p className="ink2">
        {from === null
          ? t('Nobody has answered this so that it could be taken over.')
          : t('Taken from #{number}, the answer most like the others. Take out what was for one customer only.', {
              number: from,
            })}
      </p>
      <Field label={t('Name')} {...(form.fields.name ? { error: form.fields.name } : {})}>
        <input
          className="input"
          name="name"
          dir="auto"
          maxLength={100}
          defaultValue={one.name.slice(0, 100)}
          required
        />
      </Field>
      <WordsField
        label={t('The answer')}
        words={words}
        write={setWords}
        attach={(file) => setFiles((all) => [...all, file])}
      />
      {files.length > 0 ? <p className="sm ink2">{files.map((file) => file.filename).join(' · ')}</p> : null}
      <Field label={t('Who uses it')}>
        <select className="input" name="for" defaultValue={shares ? 'everyone' : 'me'}>
          {shares ? <option value="everyone">{t('Everyone')}</option> : null}
          <option value="me">{t('Only you')}</option>
        </select>
      </Field>
      <FormError error={form.error} fields={['name']} />
      <div className="feet">
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('Cancel')}
        </button>
        <Submit busy={form.busy}>{t('Save it')}</Submit>
      </div>
    </form>
  );
};

const Writing = ({ one, onClose }: { one: Cluster; onClose: () => void }) => {
  const query = useQuery(bestQuery(one.id));
  return (
    <Dialog open onClose={onClose} title={t('A saved answer for all who ask this')} wide>
      {query.isPending ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data ? (
        <Form one={one} begin={query.data.best?.text ?? ''} from={query.data.best?.number ?? null} onClose={onClose} />
      ) : null}
    </Dialog>
  );
};

const Linking = ({ one, keys }: { one: Cluster; keys: boolean }) => {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const words = t('Link an answer');
  useKeys([{ id: 'relate', when: keys, words, run: () => setOpen(true), opens: true }]);
  const hint = useHint(words, 'relate');
  const { data: snippets = [] } = useQuery({ ...preparedQuery('snippet'), enabled: open });
  return (
    <Pick
      open={open}
      onOpen={setOpen}
      trigger={
        <button type="button" className="btn quiet sm" title={keys ? hint : undefined}>
          <LinkIcon className="i s14" /> {words}
        </button>
      }
      label={t('Which saved answer?')}
      placeholder={t('Name of a snippet')}
      empty={t('No snippet has this name')}
      choices={snippets.map((snippet) => ({
        id: snippet.id,
        label: snippet.name,
        on: snippet.id === one.answer?.id,
        ...(snippet.folder ? { hint: snippet.folder } : {}),
      }))}
      pick={(choice) => {
        setOpen(false);
        void linkAnswer(client, one, choice.id);
      }}
    />
  );
};

/** A saved answer, so that the next one who asks has it at once: written from the best so far, or one that is there. */
export const Answering = ({ one, keys = false }: { one: Cluster; keys?: boolean }) => {
  const client = useQueryClient();
  const can = useMay()('snippet.write');
  const [writing, setWriting] = useState(false);
  const answered = one.answer !== null && !one.answer.alone;
  const words = t('Write an answer');
  useKeys([{ id: 'reply', when: keys && can && !answered, words, run: () => setWriting(true), opens: true }]);
  const hint = useHint(words, 'reply');
  if (!can) return null;
  if (answered)
    return (
      <button type="button" className="btn quiet sm" onClick={() => void linkAnswer(client, one, null)}>
        <Unlink className="i s14" /> {t('Take the link away')}
      </button>
    );
  return (
    <>
      <button type="button" className="btn sm" title={keys ? hint : undefined} onClick={() => setWriting(true)}>
        <PenLine className="i s14" /> {words}
      </button>
      <Linking one={one} keys={keys} />
      {writing ? <Writing one={one} onClose={() => setWriting(false)} /> : null}
    </>
  );
};
