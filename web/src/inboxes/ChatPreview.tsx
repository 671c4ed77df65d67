import type { ChatSettings } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { MessageCircle } from 'lucide-react';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { brandQuery, inkOn } from '../workspace/brand.ts';
import './chat.css';

/** The first page of the chat and its bubble, as a visitor sees them. Nothing in it can be pressed. */
export const ChatPreview = ({ settings: s }: { settings: ChatSettings }) => {
  const { workspace } = useMe();
  const { data: brand } = useQuery(brandQuery);
  const wanted = /^#[0-9a-f]{6}$/i.test(s.colour) ? s.colour : brand?.colour;
  const colour = wanted || '#1f5c4d';
  const paint = { background: colour, color: inkOn(colour) };
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
        <span className="bubble" style={paint}>
          <MessageCircle className="i" aria-hidden="true" />
        </span>
      </div>
    </aside>
  );
};
