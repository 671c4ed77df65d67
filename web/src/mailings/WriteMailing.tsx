import type { KnownProblem, MailingKind } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { problemQuery } from '../problems/data.ts';
import { Check, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { mailingQuery, titles, written } from './data.ts';
import './mailings.css';

/** Names of the program, the same in every language. */
const variables = ['customer.first_name | there', 'conversation.number', 'agent.name']
  .map((name) => `{{${name}}}`)
  .join(', ');

const Form = ({ one, kind }: { one: KnownProblem; kind: MailingKind }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const key = `${one.id} ${kind}`;
  const before = written.get(key);
  const form = useSubmit(async (data) => {
    const text = String(data.get('text'));
    const confirmed = data.get('confirmed') !== null;
    written.set(key, { text, confirmed });
    const made = await api('POST /problems/:id/mailings', { params: { id: one.id }, body: { kind, text, confirmed } });
    client.setQueryData(mailingQuery(made.id).queryKey, made);
    await navigate({ to: '/mailings/$id', params: { id: made.id } });
  });
  return (
    <form className="form card pad" onSubmit={(e) => void form.submit(e)}>
      <FormError error={form.error} fields={['text']} />
      <Field
        label={t('What it says')}
        help={
          <>
            {t('Each person is named by what is known of them:')}{' '}
            <bdi dir="ltr">
              <code>{variables}</code>
            </bdi>
          </>
        }
      >
        <textarea
          className="input"
          name="text"
          dir="auto"
          rows={8}
          required
          maxLength={20_000}
          defaultValue={before?.text ?? one.answer}
        />
      </Field>
      <Check
        name="confirmed"
        defaultChecked={before?.confirmed ?? false}
        label={t('Only where somebody confirmed that it is about this problem')}
      />
      <div className="feet">
        <Link className="btn quiet" to="/problems/$id" params={{ id: one.id }}>
          {t('Cancel')}
        </Link>
        <Submit busy={form.busy}>{t('Show who gets what')}</Submit>
      </div>
    </form>
  );
};

const isFixed = (state: KnownProblem['state']): boolean => state === 'fixed' || state === 'verified';

/** The words for everyone who has a problem. Nothing is sent from here: first it is shown. */
export const WriteMailing = () => {
  const { id, kind: asked } = useParams({ strict: false }) as { id: string; kind: string };
  const kind: MailingKind = asked === 'waiting' ? 'waiting' : 'fixed';
  const query = useQuery(problemQuery(id));
  useTitle(titles[kind]);
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <Link to="/problems/$id" params={{ id }} className="link row">
            <ArrowLeft className="i s14 flip" /> <bdi dir="auto">{query.data?.name ?? t('Problem')}</bdi>
          </Link>
          <h1>{titles[kind]}</h1>
          <p className="lead">
            {kind === 'fixed'
              ? t('Goes once to each person who reported it, in their own conversation, which is resolved by it.')
              : t('Goes once to each person whose conversation about it is open, as an answer in it.')}{' '}
            {query.data && query.data.ownerId === null
              ? t('Who answers comes back to whoever has the conversation: the problem has no owner.')
              : t('Who answers is heard by the problem’s owner.')}
          </p>
          {kind === 'fixed' && query.data && !isFixed(query.data.state) ? (
            <p className="warn">
              {t(
                'The problem is not marked as fixed. Mark it on its page, with the day of the fix: only then is it measured whether fewer write.',
              )}
            </p>
          ) : null}
          {query.isPending ? <SkeletonRows count={3} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.data ? <Form key={query.data.id} one={query.data} kind={kind} /> : null}
        </div>
      </main>
    </div>
  );
};
