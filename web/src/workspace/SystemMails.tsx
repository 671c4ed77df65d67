import type { Reply } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api } from '../api.ts';
import { byMail, inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { SavedText } from '../ui/saved.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { titleOf } from './mail-titles.ts';

type Mail = Reply<'GET /system-mails'>['items'][number];

/** What stands in place of `{{…}}` in the preview: this workspace's own names, and a likely rest. */
const useExamples = (): Record<string, string> => {
  const me = useMe();
  const may = useMay();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const [inbox] = byMail(inboxes);
  return {
    'workspace.name': me.workspace.name,
    'person.name': t('Ana'),
    'inviter.name': me.person.name,
    'inbox.name': inbox?.name ?? me.workspace.name,
    'inbox.address': inbox?.address ?? 'support@example.com',
    'conversation.number': '1024',
    'form.name': t('Contact'),
    hours: t('We are here now, until 17:00.'),
    link: `${location.origin}/…`,
    days: '7',
    minutes: '60',
    time: t('today, 09:41 UTC'),
    since: t('yesterday, 17:20'),
    title: t('#1024 The lamp flickers'),
    text: t('It flickers every evening at about eight.'),
  };
};

/** The text with its examples put in and marked. What names nothing stands as it was written, as it would in the mail. */
const Filled = ({ text, examples, known }: { text: string; examples: Record<string, string>; known: string[] }) => {
  const out: ReactNode[] = [];
  let at = 0;
  for (const found of text.matchAll(/\{\{ *([\w.-]+) *\}\}/g)) {
    const name = found[1] ?? '';
    out.push(text.slice(at, found.index));
    out.push(
      known.includes(name) ? (
        <span className="filled" key={found.index}>
          <bdi>{examples[name] ?? name}</bdi>
        </span>
      ) : (
        found[0]
      ),
    );
    at = found.index + found[0].length;
  }
  out.push(text.slice(at));
  return <>{out}</>;
};

const Editor = ({ mail }: { mail: Mail }) => {
  const client = useQueryClient();
  const me = useMe();
  const examples = useExamples();
  const [typed, setTyped] = useState<{ subject?: string; body?: string }>({});
  const again = () => client.invalidateQueries({ queryKey: ['system-mails'] });
  const put = async (change: { subject?: string; body?: string }) => {
    const { subject, body } = { ...mail, ...change };
    await api('PUT /system-mails/:name', { params: { name: mail.name }, body: { subject: subject.trim(), body } });
    setTyped({});
    await again();
  };
  const restore = async () => {
    const { subject, body } = mail;
    try {
      await api('DELETE /system-mails/:name', { params: { name: mail.name } });
      await again();
      tell(t('Back to the first text'), {
        label: t('Undo'),
        run: () => void put({ subject, body }).catch(tellProblem),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  const filled = mail.variables.map((v) => `{{${v}}}`).join(' ');
  return (
    <div className="beside">
      <div className="form">
        <SavedText
          label={t('Subject')}
          name="subject"
          value={mail.subject}
          save={(subject) => put({ subject })}
          wrong={(text) => (text.trim() ? undefined : t('A mail needs a subject.'))}
          onDraft={(subject) => setTyped({ ...typed, subject })}
        >
          <input className="input" dir="auto" maxLength={200} />
        </SavedText>
        <SavedText
          label={t('Text')}
          name="body"
          value={mail.body}
          save={(body) => put({ body })}
          wrong={(text) => (text.trim() ? undefined : t('A mail needs a text.'))}
          onDraft={(body) => setTyped({ ...typed, body })}
          help={mail.variables.length > 0 ? t('Filled in when it leaves: {filled}', { filled }) : undefined}
        >
          <textarea className="input" rows={9} dir="auto" />
        </SavedText>
        {mail.changed ? (
          <div className="feet">
            <button type="button" className="btn quiet" onClick={() => void restore()}>
              <RotateCcw className="i s14 flip" /> {t('Back to the first text')}
            </button>
          </div>
        ) : null}
      </div>
      <aside className="preview" aria-label={t('Preview of {mail}', { mail: titleOf(mail) })}>
        <p className="label">{t('As it is read')}</p>
        <div className="paper" dir="auto">
          <div className="top">
            <bdi>{me.workspace.name}</bdi>
            <span className="strong">
              <Filled text={typed.subject ?? mail.subject} examples={examples} known={mail.variables} />
            </span>
          </div>
          <div className="pre">
            <Filled text={typed.body ?? mail.body} examples={examples} known={mail.variables} />
          </div>
        </div>
      </aside>
    </div>
  );
};

/** Every mail that Hearten itself sends can be read and rewritten. */
export const SystemMails = () => {
  useTitle(t('System mails'));
  const query = useQuery({ queryKey: ['system-mails'], queryFn: async () => (await api('GET /system-mails')).items });
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <Head
        title={t('System mails')}
        lead={t('The mails Hearten writes by itself. Say them in your own words.')}
        help={t(
          'Invitations, new passwords, notices and the acknowledgement to customers. Words in double braces are filled in when a mail leaves; the preview shows likely ones. What you write is kept when you leave the field, and counts from the next mail on. The first text is always one click away.',
        )}
      />
      {query.isPending ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.map((mail) => (
        <section className="card" key={mail.name}>
          <button
            type="button"
            className="row"
            style={{ inlineSize: '100%', padding: '14px 16px' }}
            aria-expanded={open === mail.name}
            onClick={() => setOpen(open === mail.name ? null : mail.name)}
          >
            <span className="grow strong">{titleOf(mail)}</span>
            {mail.changed ? <span className="chip accent">{t('changed')}</span> : null}
            <ChevronDown className="i s14 ink3" />
          </button>
          {open === mail.name ? (
            <div style={{ padding: '0 16px 16px' }}>
              <Editor mail={mail} />
            </div>
          ) : null}
        </section>
      ))}
    </>
  );
};
