import { FileText, X } from 'lucide-react';
import { t } from '../../language/index.ts';
import { bytes } from '../../ui/time.ts';
import type { Writing } from './writing.ts';

export type Long = { text: string; kind: Writing['kind'] /** Of the file that goes along. */; key: string };
/** As much as a message may hold, with room for what stands around it. */
const FITS = 400_000;

/** What was pasted is longer than any letter: it goes as a file, unless somebody wants it in the text all the same. */
export const Pasted = ({ long, put, close }: { long: Long; put: () => void; close: () => void }) => (
  <div className="hint calm" role="status">
    <FileText className="i s14" />
    <span className="grow">
      {t('{size} of text was pasted. Nothing is lost: it goes along as a file.', {
        size: bytes(new Blob([long.text]).size),
      })}
    </span>
    {long.text.length <= FITS ? (
      <button type="button" className="btn link" onClick={put}>
        {t('Put it into the text')}
      </button>
    ) : null}
    <button type="button" className="btn quiet icon sm" aria-label={t('Dismiss')} onClick={close}>
      <X className="i s13" />
    </button>
  </div>
);
