import { useMutation } from '@tanstack/react-query';
import { Copy, Trash2 } from 'lucide-react';
import { t } from '../language/index.ts';
import { tell } from '../ui/toast.tsx';

/** The conversation was deleted for good while one looked at it. What one was writing is still here, to be taken along. */
export const Gone = ({ number, written, back }: { number: number; written: string; back: () => void }) => {
  const copy = useMutation({
    mutationFn: () => navigator.clipboard.writeText(written),
    onSuccess: () => tell(t('Your words are copied')),
    onError: () =>
      tell(t('This browser keeps the clipboard to itself. Mark the words and copy them.'), undefined, true),
  });
  return (
    <div className="empty gone" role="alert">
      <Trash2 className="i s24" aria-hidden="true" />
      <h1>{t('#{number} was deleted for good', { number })}</h1>
      <p>
        {written
          ? t('Somebody deleted it while you were here. It cannot be opened any more, but nothing you wrote is lost:')
          : t('Somebody deleted it while you were here. It cannot be opened any more.')}
      </p>
      {written ? (
        <textarea className="input" readOnly aria-label={t('What you were writing')} rows={8} value={written} />
      ) : null}
      <span className="row">
        {written ? (
          <button type="button" className="btn primary" onClick={() => copy.mutate()}>
            <Copy className="i s14" /> {t('Copy my words')}
          </button>
        ) : null}
        <button type="button" className="btn" onClick={back}>
          {t('Back to the list')}
        </button>
      </span>
    </div>
  );
};
