import { CircleAlert, Paperclip, RotateCw, X } from 'lucide-react';
import type { Upload } from '../api.ts';
import { t } from '../language/index.ts';
import { bytes } from '../ui/time.ts';
import { type Going, MOST_BYTES } from './useFiles.ts';

type Props = {
  files: Upload[];
  going: Going[];
  remove: (file: Upload) => void;
  again?: (key: string) => void;
  drop?: (key: string) => void;
  refused?: string | null;
  allow?: () => void;
};
const many = 6;

/** What goes with the message: files that are there, files on their way up, and those that did not get there. */
export const Attached = ({ files, going, remove, again, drop, refused = null, allow }: Props) => {
  if (files.length + going.length === 0 && refused === null) return null;
  const all = files.length + going.length;
  const whole = [...files, ...going].reduce((sum, file) => sum + file.size, 0);
  const failed = going.filter((f) => f.failed !== null && !f.cut);
  const cut = going.filter((f) => f.cut).length;
  return (
    <>
      <div className={`files${all > many ? ' many' : ''}`}>
        {files.map((f) => (
          <span className="file" key={f.id}>
            <Paperclip className="i s14 ink3" />
            <bdi className="cut">{f.filename}</bdi>
            {f.size ? <span className="ink3 num">{bytes(f.size)}</span> : null}
            <button
              type="button"
              className="x"
              aria-label={t('Remove {filename}', { filename: f.filename })}
              onClick={() => remove(f)}
            >
              <X className="i s13" />
            </button>
          </span>
        ))}
        {going.map((f) => (
          <span className={`file${f.failed === null ? '' : ' bad'}`} key={f.key} title={f.failed ?? undefined}>
            {f.failed === null ? (
              <span className="skel" style={{ inlineSize: 14 }} />
            ) : (
              <CircleAlert className="i s14" aria-label={t('Not there yet')} />
            )}
            <bdi className="cut">{f.name}</bdi>
            {f.failed === null ? (
              <span className="sr">{t('on its way up')}</span>
            ) : (
              <button
                type="button"
                className="x"
                aria-label={t('Try {filename} again', { filename: f.name })}
                title={t('Try again')}
                onClick={() => again?.(f.key)}
              >
                <RotateCw className="i s13" />
              </button>
            )}
            <button
              type="button"
              className="x"
              aria-label={t('Remove {filename}', { filename: f.name })}
              onClick={() => drop?.(f.key)}
            >
              <X className="i s13" />
            </button>
          </span>
        ))}
      </div>
      {all > many || going.length > 0 ? (
        <p className="xs ink3 files-said" role="status">
          {going.length > failed.length + cut
            ? t('{there} of {all} files are up', { there: files.length, all })
            : t('{all, plural, one {# file} other {# files}}, {size} of {most}', {
                all,
                size: bytes(whole),
                most: bytes(MOST_BYTES),
              })}
          {failed.length > 0
            ? ` · ${t('{n, plural, one {# did not arrive: try again or take it out} other {# did not arrive: try again or take them out}}', { n: failed.length })}`
            : ''}
          {cut > 0
            ? ` · ${t('{n, plural, one {No connection: # file waits in this page and goes up by itself. To send the words before, take it out.} other {No connection: # files wait in this page and go up by themselves. To send the words before, take them out.}}', { n: cut })}`
            : ''}
        </p>
      ) : null}
      {refused ? (
        <div className="hint" role="alert">
          <CircleAlert className="i s14" />
          <span className="grow">{refused}</span>
          <button type="button" className="btn link" onClick={allow}>
            {t('All right')}
          </button>
        </div>
      ) : null}
    </>
  );
};
