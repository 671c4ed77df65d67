import type { ToneMark } from '@hearten/contract';
import { Feather } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';

const why: Record<ToneMark['kind'], string> = {
  blame: t('puts the fault on them'),
  again: t('says they did not listen'),
  door: t('closes the door: what can be done instead?'),
  order: t('sounds like an order'),
  small: t('makes it sound easy'),
  sharp: t('sounds annoyed'),
  loud: t('shouts'),
};

/** Longer than this nobody is kept from sending. */
const PATIENCE = 1500;

/** What could be said more gently; nothing where nobody can be asked, or it takes too long. */
export async function toneOf(text: string): Promise<ToneMark[]> {
  const late = new Promise<ToneMark[]>((done) => setTimeout(() => done([]), PATIENCE));
  const asked = api('POST /tone', { body: { text } }).then(({ marks }) => marks);
  // Not reached, or refused: a hint is nothing that may stand in the way of an answer.
  return Promise.race([asked.catch(() => []), late]);
}

/** A hint before the answer leaves. The same button once more sends it as it stands. */
export const Tone = ({ marks }: { marks: ToneMark[] }) =>
  marks.length ? (
    <div className="hint tone" role="status">
      <Feather className="i s14" />
      <div className="grow">
        <p>{t('Not sent yet. This could be said more gently; or send again to send it as it stands.')}</p>
        <ul>
          {marks.map((one) => (
            <li key={one.from}>
              <mark dir="auto">{one.words}</mark> <span className="ink2">{why[one.kind]}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  ) : null;
