import type { Opened, Spam } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Ban, Building2, ChevronDown, Inbox, OctagonAlert, UserCheck } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMay } from '../me.ts';
import { Dialog, Item, Menu } from '../ui/float.tsx';
import { Failed, Keys, SkeletonRows } from '../ui/kit.tsx';
import { useActions } from './act.ts';
import { peopleQuery } from './data.ts';
import { along, decides, headline, points, scoreWords, signWords } from './spam.ts';

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
          {decides(reason.points) ? t('decides') : points(reason.points)}
        </span>
        <bdi dir="auto">{signWords(reason)}</bdi>
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
  const person = (id: string) => people?.find((p) => p.id === id)?.name ?? t('Someone');
  const first = headline(spam, person);
  const rest = (spam?.reasons ?? []).filter((reason) => signWords(reason) !== first);
  const domain = row.customer.address.slice(row.customer.address.lastIndexOf('@') + 1);
  const leave = (run: () => void) => () => {
    onward();
    run();
  };
  return (
    <section className="verdict" aria-label={t('Why this is spam')}>
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
              <Inbox className="i s14" /> {t('Not spam')}
              <Keys of="spam" />
            </button>
            <Menu
              trigger={
                <button type="button" className="btn sm" aria-label={t('Not spam, and allow the sender')}>
                  <ChevronDown className="i s14" />
                </button>
              }
            >
              <Item icon={UserCheck} run={leave(() => void act.folder(row, 'inbox', { allow: 'sender' }))}>
                <Said
                  id="Not spam, and always allow <0>{address}</0>"
                  values={{ address: row.customer.address }}
                  components={[<bdi key="0" dir="ltr" />]}
                />
              </Item>
              {customer.company ? (
                <Item icon={Building2} run={leave(() => void act.folder(row, 'inbox', { allow: 'domain' }))}>
                  <Said
                    id="Not spam, and always allow everyone at <0>{domain}</0>"
                    values={{ domain }}
                    components={[<bdi key="0" dir="ltr" />]}
                  />
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
              <Ban className="i s14" /> {t('Block the sender')}
            </button>
          )}
          <span className="grow" />
          <span className="xs ink3 wide-only">{t('Nobody was told, and nothing was answered.')}</span>
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
    <Dialog open onClose={onClose} title={hidden ? t('Why is this spam?') : t('Why is this not spam?')}>
      {query.isPending ? <SkeletonRows count={2} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {spam === null ? <p className="ink2">{t('It came before mails were given a score.')}</p> : null}
      {spam ? (
        <div className="verdict bare">
          <div className="row">
            <span className="grow ink2">{scoreWords(spam)}</span>
            <Scale spam={spam} />
          </div>
          {spam.reasons.length > 0 ? (
            <Reasons reasons={spam.reasons} />
          ) : (
            <p className="ink2">{t('Nothing was found that speaks for spam.')}</p>
          )}
          <p className="xs ink3">
            {t('As the latest mail was judged when it came. Nothing is judged again afterwards.')}
          </p>
        </div>
      ) : null}
    </Dialog>
  );
};
