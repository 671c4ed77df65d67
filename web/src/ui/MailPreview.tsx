import { t } from '../language/index.ts';

/** How an answer looks where it arrives: the words, and what stands below them. The quote is as the inbox wants it. */
export const MailPreview = ({
  from,
  own,
  shared,
  quotes = false,
}: {
  from: string;
  own: string;
  shared: string;
  quotes?: boolean;
}) => {
  const signature = [own.trim(), shared.trim()].filter(Boolean).join('\n');
  return (
    <aside className="preview" aria-label={t('Preview')}>
      <p className="label">{t('As it arrives')}</p>
      <div className="paper">
        <div className="top">
          <bdi className="strong">{from}</bdi>
          <span>{t('Re: Does the lamp come with a bulb?')}</span>
        </div>
        <p>{t('Yes, a warm one is in the box.')}</p>
        {signature ? (
          <div className="sig" dir="auto">
            {`-- \n${signature}`}
          </div>
        ) : null}
        {quotes ? <blockquote className="quoted">{t('Does the lamp come with a bulb?')}</blockquote> : null}
      </div>
    </aside>
  );
};
