import type { KnownProblem } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MailCheck, Reply } from 'lucide-react';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { date, number } from '../ui/time.ts';
import { mailingsQuery, stateWords, titles } from './data.ts';
import './mailings.css';

/** On a problem's page: the two ways to speak to everyone who has it, and what was said so far. */
export const Mailings = ({ one }: { one: KnownProblem }) => {
  const can = useMay()('conversation.write') && one.mergedInto === null && one.conversations > 0;
  const { data } = useQuery(mailingsQuery(one.id));
  const said = data?.items ?? [];
  if (!can && said.length === 0) return null;
  return (
    <section className="card pad">
      <h2>{t('Tell everyone')}</h2>
      {can ? (
        <div className="row wraps">
          <Link className="btn" to="/problems/$id/tell/$kind" params={{ id: one.id, kind: 'waiting' }}>
            <Reply className="i s14 flip" /> {titles.waiting}
          </Link>
          <Link className="btn" to="/problems/$id/tell/$kind" params={{ id: one.id, kind: 'fixed' }}>
            <MailCheck className="i s14" /> {titles.fixed}
          </Link>
        </div>
      ) : null}
      <ul className="mailed">
        {said.map((mailing) => (
          <li key={mailing.id} className="row">
            <Link className="link cut grow" to="/mailings/$id" params={{ id: mailing.id }}>
              {titles[mailing.kind]}
            </Link>
            <span className="chip">{stateWords[mailing.state]}</span>
            <span className="xs ink3">
              {t('{told} of {people} told', { told: number(mailing.told), people: number(mailing.people) })}
            </span>
            <span className="xs ink3">{date(mailing.startedAt ?? mailing.createdAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
};
