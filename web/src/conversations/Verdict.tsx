import type { Opened, Spam } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Ban, Building2, ChevronDown, Inbox, OctagonAlert, UserCheck } from 'lucide-react';
import { api } from '../api.ts';
import { useMay } from '../me.ts';
import { Dialog, Item, Menu } from '../ui/float.tsx';
import { Failed, Keys, SkeletonRows } from '../ui/kit.tsx';
import { useActions } from './act.ts';
import { peopleQuery } from './data.ts';
import { along, decides, headline, points, scoreWords } from './spam.ts';

/** The score on a scale whose middle is where spam begins. */
const Scale = ({ spam }: { spam: Spam }) => (
  <span className="spam-scale" role="img" aria-label={scoreWords(spam)} title={scoreWords(spam)}>
    <i className={spam.score >= spam.threshold ? 'over' : undefined} style={{ inlineSize: `${along(spam)}%` }} />
  </span>
);

/** Each reason with what it weighs. */
const Reasons = ({ reasons }: { reasons: Spam['reasons'] }) => (
  <ul className="reasons">
    {reasons.map((reason) => (
      <li key={reason.rule + reason.words}>
        <span className={`num ${reason.points > 0 ? 'bad' : 'good'}`}>
          {decides(reason.points) ? 'decides' : points(reason.points)}
        </span>
        <bdi dir="auto">{reason.words}</bdi>
      </li>
    ))}
  </ul>
);

/** In the spam folder, above the messages: why it is here, and the ways out. */
export const Verdict = ({ opened, onward }: { opened: Opened; onward: () => void }) => {
  const may = useMay();
  const act = useActions();
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const { conversation: row, customer } = opened;
  const { spam } = row;
  const person = (id: string) => people?.find((p) => p.id === id)?.name ?? 'Someone';
  const first = headline(spam, person);
  const rest = (spam?.reasons ?? []).filter((reason) => reason.words !== first);
  const domain = row.customer.address.slice(row.customer.address.lastIndexOf('@') + 1);
  const leave = (run: () => void) => () => {
    onward();
    run();
  };
  return (
    <section className="verdict" aria-label="Why this is spam">
      <div className="why">
        <OctagonAlert className="i" />
        <span className="grow">
          <b>
            <bdi dir="auto">{first}</bdi>
          </b>
          {rest.length > 0 ? <Reasons reasons={rest} /> : null}
        </span>
        {spam && spam.reasons.length > 0 ? <Scale spam={spam} /> : null}
      </div>
      {may('conversation.write') ? (
        <div className="feet">
          <div className="split">
            <button type="button" className="btn sm" onClick={leave(() => void act.folder(row, 'inbox'))}>
              <Inbox className="i s14" /> Not spam
              <Keys of="spam" />
            </button>
            <Menu
              trigger={
                <button type="button" className="btn sm" aria-label="Not spam, and allow the sender">
                  <ChevronDown className="i s14" />
                </button>
              }
            >
              <Item icon={UserCheck} run={leave(() => void act.folder(row, 'inbox', { allow: 'sender' }))}>
                Not spam, and always allow <bdi dir="ltr">{row.customer.address}</bdi>
              </Item>
              {customer.company ? (
                <Item icon={Building2} run={leave(() => void act.folder(row, 'inbox', { allow: 'domain' }))}>
                  Not spam, and always allow everyone at <bdi dir="ltr">{domain}</bdi>
                </Item>
              ) : null}
            </Menu>
          </div>
          {customer.blocked ? null : (
            <button
              type="button"
              className="btn quiet sm danger"
              onClick={() => void act.folder(row, 'spam', { block: true })}
            >
              <Ban className="i s14" /> Block the sender
            </button>
          )}
          <span className="grow" />
          <span className="xs ink3 wide-only">Nobody was told, and nothing was answered.</span>
        </div>
      ) : null}
    </section>
  );
};

/** What was found in the latest mail, asked for by somebody who wonders. */
export const Why = ({ id, hidden, onClose }: { id: string; hidden: boolean; onClose: () => void }) => {
  const query = useQuery({
    queryKey: ['why', id],
    queryFn: async () => (await api('GET /conversations/:id/spam', { params: { id } })).spam,
    staleTime: 0,
  });
  const spam = query.data;
  return (
    <Dialog open onClose={onClose} title={hidden ? 'Why is this spam?' : 'Why is this not spam?'}>
      {query.isPending ? <SkeletonRows count={2} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {spam === null ? <p className="ink2">It came before mails were given a score.</p> : null}
      {spam ? (
        <div className="verdict bare">
          <div className="row">
            <span className="grow ink2">{scoreWords(spam)}</span>
            <Scale spam={spam} />
          </div>
          {spam.reasons.length > 0 ? (
            <Reasons reasons={spam.reasons} />
          ) : (
            <p className="ink2">Nothing was found that speaks for spam.</p>
          )}
          <p className="xs ink3">As the latest mail was judged when it came. Nothing is judged again afterwards.</p>
        </div>
      ) : null}
    </Dialog>
  );
};
