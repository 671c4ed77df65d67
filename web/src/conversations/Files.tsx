import type { Message, Opened } from '@hearten/contract';
import { AudioLines, Download, File, FileText, Film, Image as ImageIcon, type LucideIcon } from 'lucide-react';
import { t } from '../language/index.ts';
import { bytes } from '../ui/time.ts';
import { fileName, type Kind, kindOf, shownOf, typeOf, viewFile } from './viewing.ts';

const icons: Record<Kind, LucideIcon> = {
  image: ImageIcon,
  pdf: FileText,
  text: FileText,
  audio: AudioLines,
  video: Film,
  other: File,
};

/** What came with a message: pictures small, the rest by name, type and size. What can be shown is; all of it can be saved. */
export const Files = ({
  id,
  files,
  opened,
}: {
  id: string;
  files: Message['attachments'];
  opened: Opened | undefined;
}) =>
  files.length === 0 ? null : (
    <ul className="files" aria-label={t('{n, plural, one {# file} other {# files}}', { n: files.length })}>
      {files.map((f) => {
        const name = fileName(f);
        const kind = kindOf(f);
        const Icon = icons[kind];
        const about = `${typeOf(f)} · ${bytes(f.size)}`;
        const save = `/files/messages/${id}/${f.part}`;
        return (
          <li key={f.part} className={`file${kind === 'image' ? ' picture' : ''}`}>
            {kind === 'other' ? (
              <a href={save} download={name} className="it" aria-label={t('Save {name}, {about}', { name, about })}>
                <Icon className="i s14 ink3" aria-hidden="true" />
                <bdi className="cut">{name}</bdi> <bdi className="ink3 num">{about}</bdi>
              </a>
            ) : (
              <button
                type="button"
                className="it"
                aria-label={t('Look at {name}, {about}', { name, about })}
                title={name}
                aria-haspopup="dialog"
                onClick={() => viewFile(opened, id, f)}
              >
                {kind === 'image' ? (
                  <img src={shownOf(id, f).src} alt="" loading="lazy" decoding="async" />
                ) : (
                  <Icon className="i s14 ink3" aria-hidden="true" />
                )}
                <bdi className="cut">{name}</bdi> <bdi className="ink3 num">{about}</bdi>
              </button>
            )}
            <a className="x" href={save} download={name} aria-label={t('Save {name}', { name })} title={t('Save')}>
              <Download className="i s13" />
            </a>
          </li>
        );
      })}
    </ul>
  );
