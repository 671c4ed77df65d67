import type { Body, ChatAsk, ChatInbox, ChatSettings } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { byMail, inboxesQuery, teamsQuery } from '../conversations/data.ts';
import { isPractice } from '../conversations/ours.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMay } from '../me.ts';
import { CopyLine } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { SavedCheck, SavedPick, SavedText } from '../ui/saved.tsx';
import { type Audience, audiences, ChatAsks } from './ChatAsks.tsx';
import { ChatKeys } from './ChatKeys.tsx';
import { ChatPreview } from './ChatPreview.tsx';
import { ChatTriggers } from './ChatTriggers.tsx';
import { chatsQuery, tagOf } from './chats.ts';
import { Select } from './Select.tsx';

const HOST = /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:\d{1,5})?$/;
const hostsIn = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((host) =>
      host
        .trim()
        .toLowerCase()
        .replace(/^https?:\/\//, '')
        .replace(/\/.*$/, ''),
    )
    .filter(Boolean);

type Change = Body<'PATCH /chats/:id'>;
const usePut = (chat: ChatInbox) => {
  const client = useQueryClient();
  return async (body: Change) => {
    const next = await api('PATCH /chats/:id', { params: { id: chat.id }, body });
    client.setQueryData(chatsQuery.queryKey, (all) => all?.map((one) => (one.id === next.id ? next : one)));
    await client.invalidateQueries({ queryKey: inboxesQuery.queryKey, exact: true });
  };
};

/** How a chat looks, what it asks and where it is shown: each thing kept as it is chosen, and shown beside as a visitor sees it. */
const Form = ({ chat, may }: { chat: ChatInbox; may: boolean }) => {
  const { data: inboxes } = useQuery(inboxesQuery);
  const { data: teams } = useQuery(teamsQuery);
  const [draft, setDraft] = useState<Partial<ChatSettings>>({});
  const [audience, setAudience] = useState<Audience>('new');
  const [asking, setAsking] = useState<Partial<ChatAsk>>({});
  const s = chat.settings;
  const keep = usePut(chat);
  const put = async (body: Change) => {
    await keep(body);
    setDraft({});
    setAsking({});
  };
  const set = (settings: NonNullable<Change['settings']>) => put({ settings });
  const mailboxes = byMail(inboxes).filter((one) => !isPractice(one.address));
  return (
    <div className="beside">
      <fieldset disabled={!may} className="form card pad">
        <legend className="sr">{t('Live chat')}</legend>
        <SavedText label={t('Name')} name="name" value={chat.name} save={(name) => put({ name: name.trim() })}>
          <input className="input" dir="auto" maxLength={200} required />
        </SavedText>
        <SavedText
          label={t('Greeting')}
          name="settings.greeting"
          optional
          help={t('Above the first message. Empty: “Hello. How can we help?” in the visitor’s language.')}
          value={s.greeting}
          save={(greeting) => set({ greeting })}
          onDraft={(greeting) => setDraft({ ...draft, greeting })}
        >
          <input className="input" dir="auto" maxLength={300} />
        </SavedText>
        <div className="form two">
          <SavedText
            label={t('Colour')}
            name="settings.colour"
            optional
            help={t('Empty: that of your brand.')}
            value={s.colour}
            save={(colour) => set({ colour: colour.trim().toLowerCase() })}
            wrong={(one) => (/^(#[0-9a-f]{6})?$/i.test(one.trim()) ? undefined : t('A colour like #1b6b57.'))}
            onDraft={(colour) => setDraft({ ...draft, colour })}
          >
            <input className="input" dir="ltr" placeholder="#1b6b57" maxLength={7} spellCheck={false} />
          </SavedText>
          <SavedPick
            label={t('Light or dark')}
            name="settings.theme"
            value={s.theme}
            save={(theme) => set({ theme: theme as ChatSettings['theme'] })}
          >
            <Select
              choices={[
                ['auto', t('As the visitor’s device')],
                ['light', t('Light')],
                ['dark', t('Dark')],
              ]}
            />
          </SavedPick>
          <SavedPick
            label={t('Corner')}
            name="settings.side"
            value={s.side}
            save={(side) => set({ side: side as ChatSettings['side'] })}
          >
            <Select
              choices={[
                ['end', t('Where lines end')],
                ['start', t('Where lines begin')],
              ]}
            />
          </SavedPick>
        </div>
        <ChatAsks
          settings={s}
          set={set}
          onLook={setAudience}
          onDraft={(whose, words) => {
            setAudience(whose);
            setAsking(words);
          }}
        />
        <SavedCheck label={t('Visitors may send files')} value={s.files} save={(files) => set({ files })} />
        <h2>{t('Answers nobody read')}</h2>
        <div className="form two">
          <SavedPick
            label={t('Send them by mail through')}
            name="settings.mailInboxId"
            value={s.mailInboxId ?? ''}
            save={(id) => set({ mailInboxId: id || null })}
          >
            <Select
              choices={[['', t('Not at all')], ...mailboxes.map((one) => [one.id, one.address || one.name] as const)]}
            />
          </SavedPick>
          <SavedText
            label={t('After how many seconds')}
            name="settings.mailAfter"
            value={String(s.mailAfter)}
            save={(seconds) => set({ mailAfter: Number(seconds) })}
            wrong={(seconds) =>
              /^\d{1,4}$/.test(seconds.trim()) && Number(seconds) >= 1 && Number(seconds) <= 3600
                ? undefined
                : t('A number of seconds from 1 to 3600.')
            }
          >
            <input className="input" inputMode="numeric" style={{ maxInlineSize: 120 }} />
          </SavedText>
        </div>
        <h2>{t('Who gets a new chat')}</h2>
        <div className="form two">
          <SavedPick
            label={t('New chats')}
            name="settings.assign"
            help={
              s.assign === 'room' ? (
                <Said
                  id="Nobody gets more than they take, and who is away gets none. <0>Who is there, and how many each takes</0>"
                  components={[<Link key="0" to="/settings/teams" hash="chats" />]}
                />
              ) : undefined
            }
            value={s.assign}
            save={(assign) => set({ assign: assign as ChatSettings['assign'] })}
          >
            <Select
              choices={[
                ['off', t('Wait until somebody takes them')],
                ['room', t('Go to whoever is there and has most room')],
              ]}
            />
          </SavedPick>
          {s.assign === 'room' ? (
            <SavedPick
              label={t('Of whom')}
              name="settings.teamId"
              value={s.teamId ?? ''}
              save={(teamId) => set({ teamId: teamId || null })}
            >
              <Select
                choices={[['', t('Everyone who answers')], ...(teams ?? []).map((one) => [one.id, one.name] as const)]}
              />
            </SavedPick>
          ) : null}
        </div>
        <h2>{t('Where it may be shown')}</h2>
        <SavedText
          label={t('Websites')}
          name="settings.domains"
          optional
          help={t('One a line: shop.example, or *.shop.example for all below it. Empty: everywhere.')}
          value={s.domains.join('\n')}
          save={(text) => set({ domains: hostsIn(text) })}
          wrong={(text) => {
            const bad = hostsIn(text).find((host) => !HOST.test(host));
            return bad === undefined ? undefined : t('{host} is no host such as shop.example.', { host: bad });
          }}
        >
          <textarea className="input" rows={3} dir="ltr" spellCheck={false} />
        </SavedText>
        <SavedCheck label={t('The chat is switched on')} value={chat.enabled} save={(enabled) => put({ enabled })} />
      </fieldset>
      <ChatPreview
        settings={{ ...s, ...draft }}
        who={audiences[audience].name}
        ask={{ ...s.asks[audience], ...asking }}
      />
    </div>
  );
};

const Greetings = ({ chat, may }: { chat: ChatInbox; may: boolean }) => {
  const keep = usePut(chat);
  return <ChatTriggers chat={chat} may={may} keep={(triggers) => keep({ settings: { triggers } })} />;
};

export const EditChat = () => {
  const may = useMay()('inbox.write');
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(chatsQuery);
  const chat = query.data?.find((one) => one.id === id);
  useTitle(chat?.name ?? t('Live chat'));
  if (query.isPending) return <SkeletonRows count={3} />;
  if (!chat) return <Failed error={query.error ?? new Error(t('There is no such inbox any more.'))} />;
  return (
    <>
      <div>
        <Link className="btn quiet sm" to="/settings/inboxes">
          <ArrowLeft className="i s14 flip" /> {t('Inboxes')}
        </Link>
      </div>
      <Head
        title={<bdi>{chat.name}</bdi>}
        lead={t(
          'Put this line before the end of your pages. Nothing is stored in a visitor’s browser before they open the chat.',
        )}
        help={t(
          'A live chat is a bubble on your pages. What visitors write stands among your conversations, and your answers stand in the chat; what nobody reads there goes by mail. Everything here is kept as you go and counts within a minute on every page.',
        )}
      />
      <CopyLine value={tagOf(chat)} label={t('The line for your pages')} />
      <Form chat={chat} may={may} />
      <Greetings chat={chat} may={may} />
      <ChatKeys chat={chat} may={may} />
    </>
  );
};
