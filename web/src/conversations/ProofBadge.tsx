import { Popover } from '@base-ui/react/popover';
import type { Address, Message, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Minus, Check as Passed, ShieldAlert, ShieldCheck, ShieldQuestion, UserRoundPlus, X } from 'lucide-react';
import { api } from '../api.ts';
import { useMe } from '../me.ts';
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
    <Popover.Root>
      <Popover.Trigger className={`proof ${proof.tone}`} aria-label={proof.title} title={proof.title}>
        <Icon className="i s14" aria-hidden="true" />
        {proof.label ? <span>{proof.label}</span> : null}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="floats" align="start" sideOffset={6} collisionPadding={8}>
          <Popover.Popup className="menu proof-why">
            <Popover.Title className="strong">{proof.title}</Popover.Title>
            <Popover.Description>{proof.text}</Popover.Description>
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
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
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
        tell(`${add.map((a) => a.name || a.address).join(', ')} takes part now`, {
          label: 'Undo',
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
          Answers go to <bdi className="medium">{elsewhere.address}</bdi>, as this mail asks.
        </p>
      ) : null}
      {out.length > 0 ? (
        <div className="sealed" role="note">
          <ShieldQuestion className="i s14" aria-hidden="true" />
          <span>
            {asks ? (
              <>
                This mail asks for answers to <bdi className="medium">{elsewhere.address}</bdi>.{' '}
              </>
            ) : null}
            Not taking part, because the sender is not proven:{' '}
            {out.map((a, n) => (
              <span key={a.address}>
                {n > 0 ? ', ' : ''}
                <bdi className="medium">{a.address}</bdi>
              </span>
            ))}
            . They get no answers and can’t join.{' '}
            {may ? (
              <button type="button" className="btn link" onClick={() => void takePart(out)}>
                <UserRoundPlus className="i s13" />{' '}
                {out.length > 1 ? 'Let them take part' : 'Let this person take part'}
              </button>
            ) : null}
          </span>
        </div>
      ) : null}
    </>
  );
};
