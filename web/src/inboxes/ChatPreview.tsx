import type { ChatAsk, ChatSettings } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { MessageCircle } from 'lucide-react';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { brandQuery, inkOn } from '../workspace/brand.ts';
import './chat.css';

type Given = { settings: ChatSettings; who: string; ask: ChatAsk };
/** What stands before the first words; an address that may be given is asked for after them, unless there is something to ask anyway. */
const askedBefore = ({ name, email, question, answer }: ChatAsk): { label: string; need: string }[] => {
  if (name === 'no' && email !== 'required' && !question) return [];
  return [
    { label: t('Name'), need: name },
    { label: t('E-mail'), need: email },
    { label: question, need: question ? answer : 'no' },
  ].filter(({ need }) => need !== 'no');
};

/** The first page of the chat, what is asked of an audience before its first words, and the bubble, as a visitor sees them. Nothing in it can be pressed. */
export const ChatPreview = ({ settings: s, who, ask }: Given) => {
  const { workspace } = useMe();
  const { data: brand } = useQuery(brandQuery);
  const wanted = /^#[0-9a-f]{6}$/i.test(s.colour) ? s.colour : brand?.colour;
  const colour = wanted || '#1f5c4d';
  const paint = { background: colour, color: inkOn(colour) };
  const fields = askedBefore(ask);
  return (
    <aside className="preview" aria-label={t('Preview')}>
      <p className="label">{t('As a visitor sees it')}</p>
      <div className="chatface" data-theme={s.theme === 'auto' ? undefined : s.theme} data-side={s.side}>
        <div className="face">
          <div className="top" style={paint}>
            <span>{workspace.name}</span>
            <strong dir="auto">{s.greeting || t('Hello. How can we help?')}</strong>
          </div>
          <div className="sheet">
            <span className="go" style={paint}>
              {t('Write to us')}
            </span>
          </div>
        </div>
        <p className="label">{t('First of all, for: {who}', { who })}</p>
        {fields.length > 0 ? (
          <div className="face asks">
            {fields.map(({ label, need }) => (
              <div key={label} className="askline">
                <span dir="auto">{label}</span>
                <span className="blank">{need === 'required' ? '' : t('optional')}</span>
              </div>
            ))}
            <span className="go" style={paint}>
              {t('Begin')}
            </span>
          </div>
        ) : (
          <p className="xs ink2">
            {ask.email === 'optional'
              ? t('Nothing is asked. After the first words, where an answer may go.')
              : t('Nothing is asked.')}
          </p>
        )}
        <span className="bubble" style={paint}>
          <MessageCircle className="i" aria-hidden="true" />
        </span>
      </div>
    </aside>
  );
};
