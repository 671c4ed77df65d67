import type { Address, Message, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Minus, Check as Passed, ShieldAlert, ShieldCheck, ShieldQuestion, UserRoundPlus, X } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMe } from '../me.ts';
import { Popup } from '../ui/float.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { show } from './act.ts';
import { type Check, claimed, proofOf, type Tone } from './proof.ts';
import { leftOut } from './sending.ts';

const icons: Record<Tone, typeof ShieldCheck> = { good: ShieldCheck, plain: ShieldQuestion, bad: ShieldAlert };
const marks: Record<Check['outcome'], typeof Passed> = { pass: Passed, fail: X, none: Minus };

/** Beside the sender: whether the mail is from whom it says, and on a press, what was looked at. */
export const ProofBadge = ({ message }: { message: Message }) => {
  const proof = proofOf(message);
  if (!proof) return null;
  const Icon = icons[proof.tone];
  return (
    <Popup
      trigger={
        <button type="button" className={`proof ${proof.tone}`} aria-label={proof.title} title={proof.title}>
          <Icon className="i s14" aria-hidden="true" />
          {proof.label ? <span>{proof.label}</span> : null}
        </button>
      }
      title={proof.title}
      text={proof.text}
      className="proof-why"
    >
      {proof.how.length > 0 ? (
        <ul>
          {proof.how.map(({ outcome, words }) => {
            const Mark = marks[outcome];
            return (
              <li key={words} className={outcome}>
                <Mark className="i s14" aria-hidden="true" />
                {words}
              </li>
            );
          })}
        </ul>
      ) : null}
    </Popup>
  );
};

/** What a person should see before they answer: a borrowed name, another address for answers, and who was left out. */
export const ProofNotes = ({
  message,
  opened,
  may,
}: {
  message: Message;
  opened?: Opened | undefined;
  may: boolean;
}) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const claim = claimed(message);
  const out = opened ? leftOut(opened, message) : [];
  const takePart = async (add: Address[], remove: Address[] = []): Promise<void> => {
    if (!opened) return;
    try {
      const { conversation } = await api('POST /conversations/:id/participants', {
        params: { id: opened.conversation.id },
        body: { add, remove: remove.map((a) => a.address) },
      });
      show(client, me, conversation);
      if (add.length > 0)
        tell(t('{add} takes part now', { add: add.map((a) => a.name || a.address).join(', ') }), {
          label: t('Undo'),
          run: () => void takePart([], add),
        });
    } catch (error) {
      tellProblem(error);
    }
  };
  const { replyTo } = message;
  const elsewhere = replyTo && replyTo.address.toLowerCase() !== message.from?.address.toLowerCase() ? replyTo : null;
  const asks = elsewhere && out.some((a) => a.address === elsewhere.address);
  return (
    <>
      {claim ? (
        <div className="sealed bad" role="note">
          <ShieldAlert className="i s14" aria-hidden="true" />
          <span>{claim}</span>
        </div>
      ) : null}
      {elsewhere && !asks ? (
        <p className="xs ink2 goes">
          <Said
            id="Answers go to <0>{address}</0>, as this mail asks."
            values={{ address: elsewhere.address }}
            components={[<bdi key="0" className="medium" />]}
          />
        </p>
      ) : null}
      {out.length > 0 ? (
        <div className="sealed" role="note">
          <ShieldQuestion className="i s14" aria-hidden="true" />
          <span>
            {asks ? (
              <>
                <Said
                  id="This mail asks for answers to <0>{address}</0>."
                  values={{ address: elsewhere.address }}
                  components={[<bdi key="0" className="medium" />]}
                />{' '}
              </>
            ) : null}
            <Said
              id="Not taking part, because the sender is not proven: <0>{addresses}</0>. They get no answers and can’t join."
              values={{ addresses: out.map((a) => a.address).join(', ') }}
              components={[<bdi key="0" className="medium" />]}
            />{' '}
            {may ? (
              <button type="button" className="btn link" onClick={() => void takePart(out)}>
                <UserRoundPlus className="i s13" />{' '}
                {out.length > 1 ? t('Let them take part') : t('Let this person take part')}
              </button>
            ) : null}
          </span>
        </div>
      ) : null}
    </>
  );
};
