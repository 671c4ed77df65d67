import type { NotificationChoice, NotificationKind } from '@hearten/contract';
import { Mail } from 'lucide-react';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { and } from '../ui/names.ts';
import { kinds } from './words.ts';

/** What stands in one of this kind: who wrote, about what, and the first line; some come from Hearten itself. */
const sampleOf = (kind: NotificationKind, label: string): { from: string; about: string; first: string } => {
  const about =
    kind === 'new'
      ? t('Does the lamp come with a bulb?')
      : kind === 'answered' || kind === 'assigned' || kind === 'not-delivered'
        ? t('Return label comes out blank')
        : t('The lamp hums when dimmed');
  if (kind === 'inbox-trouble') return { from: label, about: 'support@northwind.example', first: '' };
  if (['not-delivered', 'held', 'woke', 'webhook-off', 'rising', 'issue-closed', 'fix-judged'].includes(kind))
    return { from: label, about, first: '' };
  if (['mentioned', 'noted', 'assigned', 'team-assigned'].includes(kind))
    return { from: t('Kofi Mensah'), about, first: label };
  return { from: t('Claire Dubois'), about, first: t('Thank you for your quick answer.') };
};
const pushes = 2;
const lines = 3;

/** What reaches you with these choices, besides what stands in the app: the push, and the mail that brings the rest together. */
export const Preview = ({ choice }: { choice: NotificationChoice }) => {
  const { workspace } = useMe();
  const by = (way: 'push' | 'mail' | 'digest') => kinds.filter(([kind]) => choice.ways[kind].includes(way));
  const [push, mail, digest] = [by('push'), by('mail'), by('digest')];
  const { hours } = choice.quiet;
  return (
    <aside className="preview told" aria-label={t('Preview')}>
      <p className="label">{t('Push')}</p>
      {push.slice(0, pushes).map(([kind, label]) => {
        const { from, about, first } = sampleOf(kind, label);
        return (
          <div className="paper pushed" key={kind}>
            <img src="/mark.svg" width={28} height={28} alt="" />
            <span>
              <bdi className="strong">{from}</bdi>
              <bdi dir="auto">{about}</bdi>
              {first ? (
                <bdi dir="auto" className="ink2">
                  {first}
                </bdi>
              ) : null}
            </span>
          </div>
        );
      })}
      {push.length === 0 ? <p className="help">{t('Nothing comes as push.')}</p> : null}
      {push.length > pushes ? (
        <p className="help">
          {t('{n, plural, one {and # more kind} other {and # more kinds}}', { n: push.length - pushes })}
        </p>
      ) : null}
      {hours && push.length > 0 ? (
        <p className="help">{t('Not between {from} and {to}.', { from: hours.from, to: hours.to })}</p>
      ) : null}
      {mail.length > 0 ? (
        <>
          <p className="label">{t('Mail at once')}</p>
          <div className="paper">
            <div className="top">
              <bdi className="strong">{workspace.name}</bdi>
              <span>{mail[0]?.[1]}</span>
            </div>
            <p>{t('Return label comes out blank')}</p>
          </div>
        </>
      ) : null}
      <p className="label">{t('Digest')}</p>
      {digest.length > 0 ? (
        <div className="paper">
          <div className="top">
            <span className="row">
              <Mail className="i s14" aria-hidden="true" />{' '}
              {and(choice.digest.at.map((time) => time.replace(/^0/, '')))}
            </span>
            <span className="strong">
              {t('{n, plural, one {# thing waits} other {# things wait}} for you in {workspace}', {
                n: Math.min(digest.length, lines),
                workspace: workspace.name,
              })}
            </span>
          </div>
          {digest.slice(0, lines).map(([kind, label]) => {
            const { from, about, first } = sampleOf(kind, label);
            return (
              <p key={kind}>
                <span className="xs ink2">{label}</span>
                <bdi dir="auto" className="link strong">
                  {about}
                </bdi>
                {from === label ? null : (
                  <bdi dir="auto" className="xs ink2">
                    {first && first !== label ? `${from}: ${first}` : from}
                  </bdi>
                )}
              </p>
            );
          })}
        </div>
      ) : (
        <p className="help">{t('No digest comes.')}</p>
      )}
    </aside>
  );
};
