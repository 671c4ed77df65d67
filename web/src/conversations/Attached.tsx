import { Paperclip, X } from 'lucide-react';
import type { Upload } from '../api.ts';
import { bytes } from '../ui/time.ts';

type Props = { files: Upload[]; going: { key: number; name: string }[]; remove: (file: Upload) => void };

/** What goes with the message: files that are there, and files on their way up. */
export const Attached = ({ files, going, remove }: Props) =>
  files.length + going.length === 0 ? null : (
    <div className="files">
      {files.map((f) => (
        <span className="file" key={f.id}>
          <Paperclip className="i s14 ink3" />
          <bdi className="cut">{f.filename}</bdi>
          {f.size ? <span className="ink3 num">{bytes(f.size)}</span> : null}
          <button type="button" className="x" aria-label={`Remove ${f.filename}`} onClick={() => remove(f)}>
            <X className="i s13" />
          </button>
        </span>
      ))}
      {going.map((f) => (
        <span className="file" key={f.key} role="status">
          <span className="skel" style={{ inlineSize: 14 }} />
          <bdi className="cut">{f.name}</bdi>
          <span className="sr">on its way up</span>
        </span>
      ))}
    </div>
  );
