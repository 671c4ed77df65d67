import type { Address } from '@hearten/contract';
import { CornerUpLeft, Lock } from 'lucide-react';
import type { Written } from './useDraft.ts';

type Props = {
  written: Written;
  recipients: Address[];
  canReply: boolean;
  editing: boolean;
  choose: (kind: Written['kind']) => void;
  edit: () => void;
};
const named = (a: Address) => a.name || a.address;

/** The first line of the composer: who will see this. */
export const AddressLine = ({ written, recipients, canReply, editing, choose, edit }: Props) => {
  const note = written.kind === 'note';
  return (
    <div className="top">
      {/* biome-ignore lint/a11y/useSemanticElements: two buttons, not a form */}
      <div className="seg" role="group" aria-label="Who will see this">
        {canReply ? (
          <button type="button" aria-pressed={!note} onClick={() => choose('reply')}>
            <CornerUpLeft className="i s13 flip" />
            Reply
          </button>
        ) : null}
        <button type="button" aria-pressed={note} onClick={() => choose('note')}>
          <Lock className="i s13" />
          Note
        </button>
      </div>
      {note ? (
        <span className="only">
          <Lock className="i s13" />
          Only your team
        </span>
      ) : (
        <button type="button" className="to" onClick={edit} aria-expanded={editing} title="Change who gets this">
          <span>To</span>
          <b className="cut">
            <bdi>{recipients.map(named).join(', ') || 'nobody yet'}</bdi>
          </b>
          {recipients.length === 1 && recipients[0]?.name ? (
            <bdi className="cut wide-only">{recipients[0].address}</bdi>
          ) : null}
          {written.cc.length > 0 ? (
            <span className="cut">
              · copy to <bdi>{written.cc.map(named).join(', ')}</bdi>
            </span>
          ) : null}
          {written.bcc.length > 0 ? <span>· bcc {written.bcc.length}</span> : null}
        </button>
      )}
    </div>
  );
};
