import type { Reply } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';

type Mail = Reply<'GET /system-mails'>['items'][number];

const Editor = ({ mail }: { mail: Mail }) => {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['system-mails'] });
  const form = useSubmit(async (data) => {
    await api('PUT /system-mails/:name', {
      params: { name: mail.name },
      body: { subject: String(data.get('subject')).trim(), body: String(data.get('body')) },
    });
    await again();
    tell('Saved');
  });
  const restore = async () => {
    try {
      await api('DELETE /system-mails/:name', { params: { name: mail.name } });
      await again();
      tell('Back to the first text');
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <form className="form" onSubmit={(e) => void form.submit(e)}>
      <Field label="Subject" error={form.fields.subject}>
        <input className="input" name="subject" dir="auto" defaultValue={mail.subject} required />
      </Field>
      <Field
        label="Text"
        error={form.fields.body}
        help={
          mail.variables.length > 0
            ? `Filled in when it leaves: ${mail.variables.map((v) => `{{${v}}}`).join(' ')}`
            : undefined
        }
      >
        <textarea className="input" name="body" rows={9} dir="auto" defaultValue={mail.body} required />
      </Field>
      <FormError error={form.error} fields={['subject', 'body']} />
      <div className="feet">
        <Submit busy={form.busy}>Save</Submit>
        {mail.changed ? (
          <button type="button" className="btn quiet" onClick={() => void restore()}>
            Back to the first text
          </button>
        ) : null}
      </div>
    </form>
  );
};

/** Every mail that Hearten itself sends can be read and rewritten. */
export const SystemMails = () => {
  useTitle('System mails');
  const query = useQuery({ queryKey: ['system-mails'], queryFn: async () => (await api('GET /system-mails')).items });
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <div>
        <h1>System mails</h1>
        <p className="lead">The mails Hearten writes by itself. Say them in your own words.</p>
      </div>
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
            <span className="grow strong">{mail.title}</span>
            {mail.changed ? <span className="chip accent">changed</span> : null}
            <ChevronDown className="i s14 ink3" />
          </button>
          {open === mail.name ? (
            <div style={{ padding: '0 16px 16px' }}>
              <Editor key={`${mail.subject}${mail.body}`} mail={mail} />
            </div>
          ) : null}
        </section>
      ))}
    </>
  );
};
