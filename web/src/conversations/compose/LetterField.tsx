import type { Opened } from '@hearten/contract';
import { Baseline, Paperclip } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { t } from '../../language/index.ts';
import { Attached } from '../Attached.tsx';
import { Field } from './Field.tsx';
import { type Long, Pasted } from './Pasted.tsx';
import { useTools } from './tools.ts';
import type { Letter } from './useLetter.ts';

type Props = {
  letter: Letter;
  label: string;
  placeholder: string;
  /** What it is about; none where a conversation is to begin. */
  opened: Opened | null;
  busy: boolean;
};

/** Where the words of a letter are written: the same field as in a conversation, with files beside. */
export const LetterField = ({ letter, label, placeholder, opened, busy }: Props) => {
  const [tools, setTools] = useTools();
  const [long, setLong] = useState<Long | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { files, area } = letter;
  const onKeyDown = (e: KeyboardEvent) => {
    // Escape has closed the list at the caret; the dialog around it stays.
    if (e.key === 'Escape' && e.defaultPrevented) e.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and files on their way from what stands within
    <div
      className={`composer letter${files.over ? ' is-drop' : ''}`}
      data-drop={t('Drop to attach')}
      data-keys="writing"
      onKeyDown={onKeyDown}
      {...files.on}
    >
      <Field
        ref={area}
        kind="reply"
        said={letter.first}
        label={label}
        placeholder={placeholder}
        begun={() => undefined}
        write={letter.write}
        attach={letter.attach}
        take={{
          pictures: (pictures) => {
            for (const key of files.takeAs(pictures)) area.current?.without(key);
          },
          files: files.take,
          tooLong: (text) => {
            const [key] = files.take([new File([text], `${t('Pasted text')}.txt`, { type: 'text/plain' })]);
            if (key) setLong({ text, kind: 'reply', key });
          },
        }}
        opened={opened}
        apart
        people={nobody}
        tools={tools}
        busy={busy}
      />
      {long ? (
        <Pasted
          long={long}
          put={() => {
            area.current?.insertContent({ text: long.text });
            files.drop(long.key);
            letter.removeStored(long.key);
            setLong(null);
          }}
          close={() => setLong(null)}
        />
      ) : null}
      <Attached
        files={letter.own}
        going={files.going}
        remove={letter.remove}
        again={files.again}
        drop={(key) => {
          files.drop(key);
          area.current?.without(key);
        }}
        refused={files.refused}
        allow={files.allow}
      />
      <div className="bot">
        <button
          type="button"
          className="btn quiet icon sm"
          aria-label={t('Formatting')}
          title={t('Formatting')}
          aria-pressed={tools}
          onPointerDown={(e) => e.preventDefault()}
          onClick={() => setTools(!tools)}
        >
          <Baseline className="i" />
        </button>
        <button
          type="button"
          className="btn quiet icon sm"
          aria-label={t('Attach a file')}
          title={t('Attach a file')}
          onClick={() => picker.current?.click()}
        >
          <Paperclip className="i" />
        </button>
        <input ref={picker} type="file" multiple hidden onChange={(e) => files.pick(e.currentTarget)} />
      </div>
    </div>
  );
};
const nobody: readonly never[] = [];
