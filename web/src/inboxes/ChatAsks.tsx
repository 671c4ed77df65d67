import type { ChatAsk, ChatSettings } from '@hearten/contract';
import { useId } from 'react';
import { t } from '../language/index.ts';
import { SavedCheck, SavedPick, SavedText } from '../ui/saved.tsx';
import { Select } from './Select.tsx';

export type Audience = keyof ChatSettings['asks'];
/** Whom a chat can tell apart before they write. */
export const audiences: Record<Audience, { name: string; help: string }> = {
  new: { name: t('Somebody new'), help: t('Was never here before.') },
  returning: {
    name: t('Somebody who comes back'),
    help: t('Wrote before, or was here on another visit. What they said then is not asked again.'),
  },
  signedIn: {
    name: t('Somebody signed in on your site'),
    help: t('Only what your own server does not say of them is asked.'),
  },
};
const needs = [
  ['no', t('No')],
  ['optional', t('Yes, if they like')],
  ['required', t('Yes, always')],
] as const;

type Change = Partial<Pick<ChatSettings, 'emailWhenClosed'>> & { asks?: { [A in Audience]?: Partial<ChatAsk> } };
type Given = {
  settings: ChatSettings;
  set: (change: Change) => Promise<unknown>;
  /** Told of what is being typed, and of whom one looks at, for the preview. */
  onDraft: (audience: Audience, draft: Partial<ChatAsk>) => void;
  onLook: (audience: Audience) => void;
};

const One = ({ audience, settings, set, onDraft, onLook }: Given & { audience: Audience }) => {
  const id = useId();
  const ask = settings.asks[audience];
  const put = (change: Partial<ChatAsk>) => set({ asks: { [audience]: change } });
  const { name, help } = audiences[audience];
  return (
    <fieldset className="form" aria-describedby={id} onFocus={() => onLook(audience)}>
      <legend>{name}</legend>
      <p className="help" id={id}>
        {help}
      </p>
      <div className="form two">
        <SavedPick
          label={t('Ask for the name')}
          name={`settings.asks.${audience}.name`}
          value={ask.name}
          save={(need) => put({ name: need as ChatAsk['name'] })}
        >
          <Select choices={needs} />
        </SavedPick>
        <SavedPick
          label={t('Ask for the e-mail address')}
          name={`settings.asks.${audience}.email`}
          value={ask.email}
          save={(need) => put({ email: need as ChatAsk['email'] })}
        >
          <Select choices={needs} />
        </SavedPick>
      </div>
      <SavedText
        label={t('A question of your own')}
        name={`settings.asks.${audience}.question`}
        optional
        value={ask.question}
        save={(question) => put({ question: question.trim() })}
        onDraft={(question) => onDraft(audience, { question })}
      >
        <input className="input" dir="auto" maxLength={120} />
      </SavedText>
      {ask.question ? (
        <SavedCheck
          label={t('It has to be answered')}
          value={ask.answer === 'required'}
          save={(on) => put({ answer: on ? 'required' : 'optional' })}
        />
      ) : null}
    </fieldset>
  );
};

/** What visitors are asked before they write, for each audience; what is known of somebody is never asked again. */
export const ChatAsks = (given: Given) => (
  <>
    <h2>{t('Before a visitor writes')}</h2>
    {(Object.keys(audiences) as Audience[]).map((audience) => (
      <One key={audience} audience={audience} {...given} />
    ))}
    <SavedCheck
      label={t('Outside your hours everybody has to give an e-mail address')}
      help={t('Nobody is there then, and the answer goes by mail.')}
      value={given.settings.emailWhenClosed}
      save={(emailWhenClosed) => given.set({ emailWhenClosed })}
    />
  </>
);
