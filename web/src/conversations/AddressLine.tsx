import type { Address } from '@hearten/contract';
import { CornerUpLeft, Lock } from 'lucide-react';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import type { Written } from './useDraft.ts';

type Props = {
  written: Written;
  recipients: Address[];
  /** The address it leaves from, when that is not the conversation's. */
  from: string | null;
  canReply: boolean;
  /** Who is on the other side of a chat: there nobody is chosen. */
  chat: string | null;
  /** Whether an answer in a chat that is not read there can go by mail. */
  mail: boolean;
  editing: boolean;
  choose: (kind: Written['kind']) => void;
  edit: () => void;
};
const named = (a: Address) => a.name || a.address;

/** The first line of the composer: who will see this. */
export const AddressLine = ({ written, recipients, from, canReply, chat, mail, editing, choose, edit }: Props) => {
  const note = written.kind === 'note';
  return (
    <div className="top">
      {/* biome-ignore lint/a11y/useSemanticElements: two buttons, not a form */}
      <div className="seg" role="group" aria-label={t('Who will see this')}>
        {canReply ? (
          <button type="button" aria-pressed={!note} onClick={() => choose('reply')}>
            <CornerUpLeft className="i s13 flip" />
            {t('Reply')}
          </button>
        ) : null}
        <button type="button" aria-pressed={note} onClick={() => choose('note')}>
          <Lock className="i s13" />
          {t('Note')}
        </button>
      </div>
      {note ? (
        <span className="only">
          <Lock className="i s13" />
          {t('Only your team')}
        </span>
      ) : chat !== null ? (
        <span className="to">
          <span>{t('To')}</span>
          <b className="cut">
            <bdi>{chat}</bdi>
          </b>
          <span className="cut wide-only">
            · {mail ? t('in the chat, by mail if it is not read there') : t('in the chat; no e-mail address is known')}
          </span>
        </span>
      ) : (
        <button type="button" className="to" onClick={edit} aria-expanded={editing} title={t('Change who gets this')}>
          <span>{t('To')}</span>
          <b className="cut">
            <bdi>{recipients.map(named).join(', ') || t('nobody yet')}</bdi>
          </b>
          {recipients.length === 1 && recipients[0]?.name ? (
            <bdi className="cut wide-only">{recipients[0].address}</bdi>
          ) : null}
          {written.cc.length > 0 ? (
            <span className="cut">
              {'· '}
              <Said
                id="copy to <0>{cc}</0>"
                values={{ cc: written.cc.map(named).join(', ') }}
                components={[<bdi key="0" />]}
              />
            </span>
          ) : null}
          {written.bcc.length > 0 ? <span>· {t('bcc {count}', { count: written.bcc.length })}</span> : null}
          {from ? (
            <span className="cut">
              {'· '}
              <Said id="from <0>{address}</0>" values={{ address: from }} components={[<bdi key="0" />]} />
            </span>
          ) : null}
        </button>
      )}
    </div>
  );
};
