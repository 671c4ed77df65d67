import type { Link as Linked, Opened } from '@hearten/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { GitMerge, Link2 } from 'lucide-react';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMay } from '../me.ts';
import { useActions } from './act.ts';

/** What another conversation is to this one; `<to/>` is its number. */
const What = ({ why, number }: { why: Linked['why']; number: number }) => {
  const components = { to: <To number={number} /> };
  switch (why) {
    case 'follows':
      return <Said id="Follows up <to/>, which was closed" components={components} />;
    case 'followed':
      return <Said id="Closed; it goes on in <to/>" components={components} />;
    case 'split_from':
      return <Said id="Split off <to/>" components={components} />;
    case 'split_into':
      return <Said id="<to/> was split off this" components={components} />;
    case 'same_mail':
      return <Said id="The same mail also came to another inbox: <to/>" components={components} />;
    case 'related':
      return <Said id="See also <to/>" components={components} />;
    case 'maybe':
      return (
        <Said
          id="May belong to <to/>: it answers a message there, from an address that takes no part in it"
          components={components}
        />
      );
    case 'maybe_from':
      return <Said id="<to/> may belong here: it answers a message of this one" components={components} />;
  }
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
    <ul className="links" aria-label={t('What has to do with it')}>
      {links.map((l) => {
        const Icon = l.why === 'maybe' || l.why === 'maybe_from' ? GitMerge : Link2;
        return (
          <li key={`${l.id}${l.why}`}>
            <Icon className="i s14" />
            <span>
              <What why={l.why} number={l.number} />
              {l.why === 'related' ? <bdi dir="auto"> {l.subject}</bdi> : null}
            </span>
            {may && row.mergedInto === null && (l.why === 'maybe' || l.why === 'maybe_from') ? (
              <span className="do">
                <button
                  type="button"
                  className="btn link"
                  title={t('It can be taken back. Whoever wrote this takes part there from then on.')}
                  onClick={() =>
                    void act
                      .merge(row, l.id)
                      .then(() => navigate({ to: '/c/$number', params: { number: String(l.number) } }))
                  }
                >
                  {t('Merge into #{number}', { number: l.number })}
                </button>
                <button type="button" className="btn link" onClick={() => void act.unlink(row, l)}>
                  {t('It does not')}
                </button>
              </span>
            ) : may && row.mergedInto === null && l.why === 'related' ? (
              <span className="do">
                <button type="button" className="btn link" onClick={() => void act.unlink(row, l, true)}>
                  {t('Not any more')}
                </button>
              </span>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
};
