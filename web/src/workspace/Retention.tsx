import type { RetentionRules } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api.ts';
import { Exports } from '../customers/Privacy.tsx';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { SavedText } from '../ui/saved.tsx';
import { number } from '../ui/time.ts';
import { tell } from '../ui/toast.tsx';

type Rule = keyof RetentionRules;
const least: Record<Rule, number> = { conversations: 30, spam: 1, files: 30, events: 30, audit: 30, visits: 1 };
const labels: Record<Rule, string> = {
  conversations: t('Resolved conversations, after (days)'),
  spam: t('Spam, after (days)'),
  files: t('Files and raw mails, after (days)'),
  events: t('What happened in conversations, after (days)'),
  visits: t('Visits and events, after (days)'),
  audit: t('Audit log, after (days)'),
};

/** How long things stay, and the whole workspace as a file. */
export const Retention = () => {
  useTitle(t('Privacy and retention'));
  const may = useMay();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['retention'], queryFn: () => api('GET /retention') });
  const [asking, setAsking] = useState<{ n: number; answer: (yes: boolean) => void } | null>(null);
  const rules = query.data?.rules;
  const wrong = (rule: Rule) => (text: string) =>
    text.trim() === '' || (/^\d{1,5}$/.test(text.trim()) && Number(text) >= least[rule] && Number(text) <= 36_500)
      ? undefined
      : t('A number of days from {least}, or nothing for ever.', { least: least[rule] });
  const save = (rule: Rule) => async (text: string) => {
    const days = text.trim() === '' ? null : Number(text);
    if (days !== null) {
      const { would } = await api('GET /retention', { query: { [rule]: days } });
      const n = would[rule] ?? 0;
      if (n > 0 && !(await new Promise<boolean>((answer) => setAsking({ n, answer }))))
        throw new Error(t('Nothing was changed.'));
    }
    client.setQueryData(['retention'], await api('PATCH /retention', { body: { [rule]: days } }));
  };
  const answer = (yes: boolean) => {
    asking?.answer(yes);
    setAsking(null);
  };
  return (
    <>
      <Head
        title={t('Privacy and retention')}
        lead={t('How long things stay. Empty means for ever.')}
        help={t(
          'Each night what is older goes for good, and the audit log says how much. What is open, waits, is snoozed or planned always stays. A single customer is exported or erased on their own page, in the menu beside their name.',
        )}
      />
      {query.isPending ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {rules ? (
        <fieldset className="form card pad">
          <h2>{t('Removed by age')}</h2>
          <div className="form two">
            {(Object.keys(labels) as Rule[]).map((rule) => (
              <SavedText
                key={rule}
                label={labels[rule]}
                name={rule}
                value={rules[rule] === null ? '' : String(rules[rule])}
                save={save(rule)}
                wrong={wrong(rule)}
              >
                <input className="input" inputMode="numeric" placeholder={t('for ever')} />
              </SavedText>
            ))}
          </div>
          <p className="help">
            <Said
              id="The trash has <0>days of its own</0>. Of old messages whose files went, the words stay."
              components={[<Link key="0" className="link" to="/settings/workspace" />]}
            />
          </p>
        </fieldset>
      ) : null}
      <Visitors />
      {may('data.workspace') ? <WholeWorkspace /> : null}
      <Confirm
        open={asking !== null}
        onClose={() => setTimeout(() => answer(false))}
        title={t('Remove for good?')}
        yes={t('Keep this rule')}
        onYes={() => answer(true)}
      >
        {t(
          '{n, plural, one {One is} other {{many} are}} older than that and would go for good in the coming night, and others as they reach that age. Undo helps until then.',
          { n: asking?.n ?? 0, many: number(asking?.n ?? 0) },
        )}
      </Confirm>
    </>
  );
};

/** Visitors who never wrote stand nowhere: they are named by what they gave, or by what the site knows them as. */
const Visitors = () => {
  const [said, setSaid] = useState('');
  const form = useSubmit(async () => {
    const { visitors } = await api('POST /visitors/erasure', { body: { who: said } });
    setSaid('');
    tell(t('{n, plural, one {# visitor} other {# visitors}} erased', { n: visitors }));
  });
  return (
    <form className="form card pad" onSubmit={form.submit}>
      <h2>{t('Visitors who never wrote')}</h2>
      <p className="help">
        {t(
          'Who opened a chat and wrote nothing is no customer, and goes thirty days after their last visit. Who asks for it goes at once, with all their visits; it cannot be taken back.',
        )}
      </p>
      <Field label={t('The address they gave, or the id your site knows them by')} error={form.fields.who}>
        <input
          className="input"
          name="who"
          dir="auto"
          autoComplete="off"
          maxLength={254}
          required
          value={said}
          onChange={(e) => setSaid(e.target.value)}
        />
      </Field>
      <FormError error={form.error} fields={['who']} />
      <div>
        <Submit busy={form.busy} className="btn danger">
          {t('Erase')}
        </Submit>
      </div>
    </form>
  );
};

const WholeWorkspace = () => {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['exports', 'workspace'],
    queryFn: async () => (await api('GET /exports')).items.filter((one) => one.kind === 'workspace'),
    refetchInterval: (q) => (q.state.data?.some((one) => one.state === 'running') ? 1500 : false),
  });
  const form = useSubmit(async () => {
    await api('POST /workspace/exports');
    await client.invalidateQueries({ queryKey: ['exports', 'workspace'] });
  });
  return (
    <form className="form card pad" onSubmit={form.submit}>
      <h2>{t('Everything as one file')}</h2>
      <p className="ink2">
        {t(
          'The whole workspace as a zip of JSON lines and files, which another Hearten can import. Passwords and keys are not in it. It stays for seven days; only owners can make and take it.',
        )}
      </p>
      <Exports items={query.data ?? []} />
      <FormError error={form.error} />
      <div className="feet">
        <Submit busy={form.busy} className="btn">
          {t('Export the workspace')}
        </Submit>
      </div>
    </form>
  );
};
