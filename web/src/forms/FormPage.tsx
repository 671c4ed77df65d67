import type { Form, FormAsks, FormSettings } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { byMail, inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { CopyLine } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { DeleteIt, OneOf } from '../ui/listed.tsx';
import { SavedCheck, SavedPick, SavedText } from '../ui/saved.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { formQuery, saveForm } from './data.ts';
import { Fields } from './Fields.tsx';
import { Preview } from './Preview.tsx';

type Choices = { value: string; label: string }[];
/** A select as `SavedPick` wants its control. */
const Choice = ({
  value = '',
  onPick,
  all,
  ...rest
}: {
  value?: string;
  onPick?: (value: string) => void;
  all: Choices;
}) => (
  <select className="input" {...rest} value={value} onChange={(e) => onPick?.(e.target.value)}>
    {all.map((one) => (
      <option key={one.value} value={one.value}>
        {one.label}
      </option>
    ))}
  </select>
);
const asks: Choices = [
  { value: 'no', label: t('Not asked') },
  { value: 'optional', label: t('Asked, may be left out') },
  { value: 'required', label: t('Has to be answered') },
];

const Page = ({ one }: { one: Form }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay()('inbox.write');
  const { data: inboxes } = useQuery(inboxesQuery);
  const [draft, setDraft] = useState<Partial<FormSettings>>({});
  const save = saveForm(client, one.id);
  const { settings } = one;
  const set = async (part: Partial<FormSettings>) => {
    await save({ settings: part });
    setDraft({});
  };
  const remove = async () => {
    try {
      await api('DELETE /forms/:id', { params: { id: one.id } });
      await navigate({ to: '/settings/forms' });
      await client.invalidateQueries({ queryKey: ['forms', 'all'] });
      tell(t('Deleted: {what}', { what: one.name }));
    } catch (error) {
      tellProblem(error);
    }
  };
  const text = (name: 'title' | 'intro' | 'button' | 'thanks', label: string, long = false) => (
    <SavedText
      label={label}
      name={name}
      optional
      value={settings[name]}
      save={(value) => set({ [name]: value })}
      onDraft={(value) => setDraft({ ...draft, [name]: value })}
    >
      {long ? (
        <textarea className="input" dir="auto" rows={3} maxLength={2000} />
      ) : (
        <input className="input" dir="auto" maxLength={name === 'button' ? 60 : 120} />
      )}
    </SavedText>
  );
  const asked = (name: 'name' | 'subject', label: string) => (
    <SavedPick label={label} name={name} value={settings[name]} save={(value) => set({ [name]: value as FormAsks })}>
      <Choice all={asks} />
    </SavedPick>
  );
  return (
    <>
      <Head
        title={<bdi>{one.name}</bdi>}
        lead={
          one.enabled ? t('Everything you change here is there at once.') : t('It is off: who opens it is told so.')
        }
        help={t(
          'Whoever writes types their own address, so nothing proves whose it is: their message stands as that of a sender who is not proven. Spam is kept away without anybody else: a field that only programs fill in, how fast it was sent, and a little work that each browser does.',
        )}
        action={
          one.enabled ? (
            <a className="btn" href={one.address} target="_blank" rel="noreferrer">
              <ExternalLink className="i" /> {t('Open the form')}
            </a>
          ) : null
        }
      />
      <div className="beside">
        <div className="stack">
          <fieldset className="form card pad" disabled={!may}>
            <div className="form two">
              <SavedText
                label={t('Name')}
                name="name"
                value={one.name}
                save={(name) => save({ name })}
                wrong={(name) => (name.trim() ? undefined : t('A name is missing.'))}
              >
                <input className="input" dir="auto" maxLength={120} />
              </SavedText>
              <SavedPick label={t('Inbox')} name="inboxId" value={one.inboxId} save={(inboxId) => save({ inboxId })}>
                <Choice all={byMail(inboxes).map(({ id, name }) => ({ value: id, label: name }))} />
              </SavedPick>
            </div>
            <SavedCheck label={t('On')} value={one.enabled} save={(enabled) => save({ enabled })} />
          </fieldset>
          <div className="form card pad">
            <h2>{t('Put it on your website')}</h2>
            <p className="help">
              {t(
                'This line goes where the form is to stand. It sets no cookie and works under the strictest content policy that allows this address.',
              )}
            </p>
            <CopyLine
              label={t('Line for your website')}
              value={`<script src="${new URL('/form.js', one.address).href}" data-form="${one.id}" async></script>`}
            />
            <p className="help">{t('Or link to it: it has a page of its own.')}</p>
            <CopyLine label={t('Address of the form')} value={one.address} />
            <fieldset className="form" disabled={!may} style={{ border: 0, padding: 0, margin: 0 }}>
              <SavedText
                label={t('Websites that may show it')}
                name="settings.sites"
                optional
                value={settings.sites.join('\n')}
                save={(value) => set({ sites: value.split(/\s+/).filter(Boolean) })}
                help={t('A line each. Left empty, any website may.')}
              >
                <textarea className="input" dir="ltr" rows={2} placeholder="https://shop.example" />
              </SavedText>
            </fieldset>
          </div>
          <fieldset className="form card pad" disabled={!may}>
            <h2>{t('What is asked')}</h2>
            <p className="help">{t('Address and message always are.')}</p>
            <div className="form two">
              {asked('name', t('Name'))}
              {asked('subject', t('Subject'))}
            </div>
            <SavedCheck
              label={t('Is this holding you up?')}
              help={t('“It slows me down” makes the conversation high, “I’m stuck” urgent.')}
              value={settings.urgency}
              save={(urgency) => set({ urgency })}
            />
            <SavedCheck label={t('Files')} value={settings.files} save={(files) => set({ files })} />
          </fieldset>
          <Fields settings={settings} save={set} disabled={!may} />
          <fieldset className="form card pad" disabled={!may}>
            <h2>{t('Words')}</h2>
            <p className="help">{t('What you leave empty is said in the language of whoever reads it.')}</p>
            {text('title', t('Title'))}
            {text('intro', t('Below the title'), true)}
            {text('button', t('On the button'))}
            {text('thanks', t('After it was sent'), true)}
          </fieldset>
          <fieldset className="form card pad" disabled={!may}>
            <SavedCheck
              label={t('Acknowledge by mail')}
              help={t(
                'It says that the message has come and when you answer, and repeats nothing of it: anybody may have typed the address.',
              )}
              value={settings.acknowledge}
              save={(acknowledge) => set({ acknowledge })}
            />
          </fieldset>
          {may ? (
            <DeleteIt
              label={t('Delete this form')}
              title={t('Delete this form?')}
              yes={t('Delete it')}
              onYes={() => void remove()}
            >
              {t('Wherever it stands it says that it is not there any more. What came by it stays.')}
            </DeleteIt>
          ) : null}
        </div>
        <Preview settings={{ ...settings, ...draft }} />
      </div>
    </>
  );
};

export const FormPage = () => {
  useTitle(t('Web forms'));
  const { id } = useParams({ from: '/app/settings/forms/$id' });
  const query = useQuery(formQuery(id));
  return (
    <OneOf to="/settings/forms" all={t('Web forms')} query={query}>
      {(one) => <Page key={one.id} one={one} />}
    </OneOf>
  );
};
