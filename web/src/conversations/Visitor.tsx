import type { ConversationRow, VisitorSeen } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MessageCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { t } from '../language/index.ts';
import { listen } from '../live.ts';
import { ago } from '../ui/time.ts';
import { visitorQuery } from './visitor-seen.ts';

const QUIET = 15_000; // ms after which somebody who said no more is not writing any more

/** What the visitor of a chat does at this moment: writing, or up to when they have read. */
const useDoing = (id: string) => {
  const client = useQueryClient();
  const [typing, setTyping] = useState(false);
  const [readUpTo, setReadUpTo] = useState<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = listen((frame) => {
      if (frame.type !== 'visitor' || frame.conversationId !== id) return;
      if (frame.readUpTo) setReadUpTo(frame.readUpTo);
      if (frame.moved) void client.invalidateQueries({ queryKey: ['visitor', id] });
      if (frame.typing === undefined) return;
      setTyping(frame.typing);
      clearTimeout(timer);
      if (frame.typing) timer = setTimeout(() => setTyping(false), QUIET);
    });
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [id, client]);
  return { typing, readUpTo };
};

const placeOf = (page: string): string => page.replace(/^https?:\/\//, '').slice(0, 60);

const provenOf = ({ vouched, claims }: VisitorSeen): string =>
  !vouched
    ? t('Who they say they are is not proven')
    : claims.includes('email')
      ? t('Signed in on your site, but the e-mail address is not proven')
      : claims.includes('name')
        ? t('Signed in on your site, but the name is not proven')
        : t('Signed in on your site');

/** Between a chat and one's answer: where the visitor is, and whether they see it. */
export const Visitor = ({ conversation }: { conversation: ConversationRow }) => {
  const { data: visitor } = useQuery(visitorQuery(conversation.id));
  const { typing, readUpTo } = useDoing(conversation.id);
  if (!visitor) return null;
  const read = readUpTo ?? visitor.readUpTo;
  return (
    <p className="xs ink2 row visitor" aria-live="polite">
      <MessageCircle className="i s13" aria-hidden="true" />
      {conversation.asksPerson ? <b>{t('Asks for a person')}</b> : null}
      <span className="cut">
        {typing ? (
          t('The visitor is writing')
        ) : (
          <>
            {conversation.lastFrom === 'team' ? (
              <>
                {read && Date.parse(read) >= Date.parse(conversation.lastAt)
                  ? t('Read by the visitor')
                  : t('Not read yet')}
                {' · '}
              </>
            ) : null}
            {visitor.page ? (
              <>
                <bdi>{placeOf(visitor.page)}</bdi>
                {' · '}
              </>
            ) : null}
            {ago(visitor.seenAt)}
            {' · '}
            {provenOf(visitor)}
          </>
        )}
      </span>
    </p>
  );
};
