import { useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { Languages, Zones } from '../ui/places.tsx';
import { SavedPick, SavedText } from '../ui/saved.tsx';
import { Ages } from './Ages.tsx';
import { Orders } from './Orders.tsx';

export const Workspace = () => {
  useTitle(t('Workspace'));
  const { workspace } = useMe();
  const may = useMay()('workspace.write');
  const client = useQueryClient();
  const save = (name: 'name' | 'language' | 'timeZone') => async (value: string) => {
    await api('PATCH /workspace', { body: { [name]: value.trim() } });
    await client.invalidateQueries({ queryKey: ['me'] });
  };
  return (
    <>
      <Head
        title={t('Workspace')}
        lead={t('What everyone here shares.')}
        help={t(
          'A workspace is one company’s desk: its people, inboxes, customers and conversations. Nothing crosses from one workspace to another. What you change here is kept at once and counts for everyone; each change can be taken back for a few seconds.',
        )}
      />
      <fieldset className="form card pad" disabled={!may}>
        <SavedText
          label={t('Name')}
          name="name"
          help={t('Customers may see it in mails.')}
          value={workspace.name}
          save={save('name')}
          wrong={(name) => (name.trim() ? undefined : t('A workspace needs a name.'))}
        >
          <input className="input" dir="auto" maxLength={200} />
        </SavedText>
        <div className="form two">
          <SavedPick
            label={t('Language')}
            name="language"
            help={t('For mails that Hearten itself writes.')}
            value={workspace.language}
            save={save('language')}
          >
            <Languages />
          </SavedPick>
          <SavedPick
            label={t('Time zone')}
            name="timeZone"
            help={t('For whoever has none of their own.')}
            value={workspace.timeZone}
            save={save('timeZone')}
          >
            <Zones />
          </SavedPick>
        </div>
      </fieldset>
      <Ages />
      <Orders />
    </>
  );
};
