import type { Link as Linked, Opened } from '@hearten/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { GitMerge, Link2 } from 'lucide-react';
import { useMay } from '../me.ts';
import { useActions } from './act.ts';

/** What another conversation is to this one: the words before its number and after it. */
const words: Record<Linked['why'], [before: string, after: string]> = {
  follows: ['Follows up', ', which was closed'],
  followed: ['Closed; it goes on in', ''],
  split_from: ['Split off', ''],
  split_into: ['', 'was split off this'],
  same_mail: ['The same mail also came to another inbox:', ''],
  maybe: ['May belong to', ': it answers a message there, from an address that takes no part in it'],
  maybe_from: ['', 'may belong here: it answers a message of this one'],
};

const To = ({ number }: { number: number }) => (
  <Link className="link" to="/c/$number" params={{ number: String(number) }}>
    <bdi dir="ltr">#{number}</bdi>
  </Link>
);

/** What has to do with this conversation; where it may belong, a person decides. */
export const Links = ({ opened }: { opened: Opened }) => {
  const may = useMay()('conversation.write');
  const act = useActions();
  const navigate = useNavigate();
  const { conversation: row, links } = opened;
  if (links.length === 0) return null;
  return (
    <ul className="links" aria-label="What has to do with it">
      {links.map((l) => {
        const [before, after] = words[l.why];
        const Icon = l.why === 'maybe' || l.why === 'maybe_from' ? GitMerge : Link2;
        return (
          <li key={`${l.id}${l.why}`}>
            <Icon className="i s14" />
            <span>
              {before} <To number={l.number} />
              {after.startsWith(',') || after.startsWith(':') ? '' : ' '}
              {after}
            </span>
            {may && row.mergedInto === null && (l.why === 'maybe' || l.why === 'maybe_from') ? (
              <span className="do">
                <button
                  type="button"
                  className="btn link"
                  title="It can be taken back. Whoever wrote this takes part there from then on."
                  onClick={() =>
                    void act
                      .merge(row, l.id)
                      .then(() => navigate({ to: '/c/$number', params: { number: String(l.number) } }))
                  }
                >
                  Merge into #{l.number}
                </button>
                <button type="button" className="btn link" onClick={() => void act.unlink(row, l.id)}>
                  It does not
                </button>
              </span>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
};
