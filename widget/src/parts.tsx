import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { fileOf } from './ask.ts';
import { person } from './doing.ts';
import { t } from './words/index.ts';

const paths = {
  back: 'm12 19-7-7 7-7M19 12H5',
  close: 'M18 6 6 18M6 6l12 12',
  clip: 'm16 6-8.4 8.6a2 2 0 0 0 2.8 2.8l8.4-8.6a4 4 0 1 0-5.6-5.6l-8.4 8.6a6 6 0 1 0 8.4 8.4l8.4-8.6',
  send: 'm5 12 7-7 7 7M12 19V5',
  smile: 'M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20M8 14s1.5 2 4 2 4-2 4-2M9 9h.01M15 9h.01',
  chat: 'M3 16.3a2 2 0 0 1 .1 1.2l-1.1 3.3a1 1 0 0 0 1.2 1.2l3.4-1a2 2 0 0 1 1.1.1 10 10 0 1 0-4.7-4.8',
  mail: 'M22 7 13 12.7a2 2 0 0 1-2 0L2 7M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2',
  file: 'M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8l6 6v12a2 2 0 0 1-2 2zM14 2v6h6',
};
export const Icon = ({ of }: { of: keyof typeof paths }): JSX.Element => (
  <svg viewBox="0 0 24 24" aria-hidden="true" class={of === 'back' ? 'turns' : ''}>
    <path d={paths[of]} />
  </svg>
);
export const IconButton = ({
  of,
  name,
  onClick,
}: {
  of: keyof typeof paths;
  name: string;
  onClick: () => void;
}): JSX.Element => (
  <button type="button" class="icon" aria-label={name} title={name} onClick={onClick}>
    <Icon of={of} />
  </button>
);

/** The first of them that is there. */
export const focus = (...what: string[]): void =>
  what
    .map((one) => document.querySelector<HTMLElement>(one))
    .find((one) => one)
    ?.focus();

/** One tap, wherever the visitor is. */
export const Person = ({ asked = false }: { asked?: boolean | undefined }): JSX.Element =>
  asked ? (
    <span>{t('asked')}</span>
  ) : (
    <button type="button" class="link" onClick={person}>
      {t('person')}
    </button>
  );

/** A face is the letters of a name, in a colour of its own. */
export const Face = ({ name }: { name: string }): JSX.Element => {
  const letters = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
  const hue = [...name].reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) % 8, 7);
  return (
    <span class={`face h${hue}`} aria-hidden="true">
      {letters || '·'}
    </span>
  );
};

const LINK = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/g;
/** Where an address may go on in the next line: after a sign that parts it. Anywhere else only what has no such place is broken. */
const JOINT = /.*?[^/:][/?&=#.-](?=.)|.+/g;
/** Words with their links; nothing in them is ever read as markup. */
export const Words = ({ text }: { text: string }): JSX.Element => (
  <span class="words" dir="auto">
    {text.split(LINK).map(
      (part, i): ComponentChildren =>
        i % 2 ? (
          <a href={part} target="_blank" rel="noopener noreferrer nofollow" key={i}>
            {part.match(JOINT)?.map((piece, n) => (n ? [<wbr key={n} />, piece] : piece))}
          </a>
        ) : (
          part
        ),
    )}
  </span>
);

type File = { part: number; filename: string; contentType: string; size: number };
/** A file of a message. Pictures are shown; everything else is handed over as a file, whatever it calls itself. */
export function Attached({ message, file }: { message: string; file: File }): JSX.Element {
  const [url, setUrl] = useState('');
  const picture = /^image\/(png|jpeg|gif|webp|avif)$/.test(file.contentType);
  useEffect(() => {
    if (!picture) return;
    let made = '';
    fileOf(message, file.part).then(
      (blob) => {
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      () => undefined, // its name stays, to be tried by hand
    );
    return () => URL.revokeObjectURL(made);
  }, [message, file.part]);
  const save = async (): Promise<void> => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await fileOf(message, file.part));
    link.download = file.filename;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <button
      type="button"
      class={url ? 'picture' : 'file'}
      onClick={() => save().catch(() => undefined)}
      aria-label={file.filename}
    >
      {url ? <img src={url} alt={file.filename} /> : <Icon of="file" />}
      {!url && <span>{file.filename}</span>}
    </button>
  );
}
