import { useEffect, useRef, useState } from 'react';
import type { Upload } from '../../api.ts';
import { t } from '../../language/index.ts';
import { blanksIn } from '../../snippets/fill.ts';
import { and } from '../../ui/names.ts';
import { useFiles } from '../useFiles.ts';
import type { Handle } from './Field.tsx';
import { type Begun, forgetLeftAt, isBlank, leaveAt } from './left.ts';
import type { Said } from './writing.ts';

type What = {
  /** Which letter this is; closed unsent, it is there again under this name. */
  place: string;
  begun: Begun;
  rest?: unknown;
  /** Files that go along anyway count, too. */
  along?: readonly { size: number }[];
};
/** The words of a mail that has a dialog of its own, with pictures in them and files beside. */
export const useLetter = ({ place, begun, rest, along = [] }: What) => {
  const [first] = useState(begun);
  const latest = useRef<Said>(first);
  const [own, setOwn] = useState(first.files);
  const [empty, setEmpty] = useState(isBlank(first));
  const area = useRef<Handle>(null);
  const stored = useRef(new Map<string, string>());
  /** The text whose open blanks were told already: sent again, it leaves as it stands. */
  const warned = useRef<string>(undefined);
  const files = useFiles(
    (file, key) => {
      if (area.current?.stored(key, file.id)) return;
      stored.current.set(key, file.id);
      setOwn((all) => [...all, file]);
    },
    [...own, ...along],
  );
  const now = (): Begun => {
    area.current?.tell();
    const { text, html } = area.current?.said() ?? latest.current;
    return { text, html, files: own };
  };
  const keep = useRef<() => void>(undefined);
  keep.current = () => {
    const letter = { ...latest.current, files: own };
    if (isBlank(letter)) forgetLeftAt(place);
    else leaveAt(place, letter, rest);
  };
  const over = useRef(false);
  useEffect(
    () => () => {
      // The field tells its last words on its way out, too.
      if (!over.current) queueMicrotask(() => keep.current?.());
    },
    [],
  );
  return {
    first,
    own,
    files,
    area,
    empty,
    now,
    write: (said: Said) => {
      latest.current = said;
      setEmpty(isBlank({ ...said, files: own }));
    },
    attach: (added: Upload[]) => setOwn((all) => [...all, ...added]),
    remove: (file: Upload) => setOwn((all) => all.filter((one) => one !== file)),
    removeStored: (key: string) => {
      const id = stored.current.get(key);
      setOwn((all) => all.filter((one) => one.id !== id));
    },
    /** What is sent of it; says why when it cannot be. */
    body: ({ wordless = false }: { wordless?: boolean } = {}) => {
      if (files.going.some((one) => one.failed !== null))
        throw new Error(t('A file did not arrive. Nothing was sent; try it again or take it out.'));
      if (files.going.length > 0)
        throw new Error(t('A file is still on its way up. Nothing was sent; send again in a moment.'));
      const said = now();
      if (said.text.trim() === '' && said.html === null && !wordless) {
        area.current?.focus();
        throw new Error(t('There is nothing to send. Write a few words.'));
      }
      const blanks = blanksIn(said.text);
      if (blanks.length > 0 && warned.current !== said.text) {
        warned.current = said.text;
        throw new Error(
          t('Not filled in yet: {names}. Nothing was sent; fill it in, or send again to send it as it stands.', {
            names: and(blanks.map((name) => `{{${name}}}`)),
          }),
        );
      }
      const words = said.html === null ? { text: said.text.trim() } : { html: said.html };
      return { ...words, attachments: own.map((file) => file.id) };
    },
    /** It has left: nothing of it is to be there again. */
    sent: () => {
      over.current = true;
      forgetLeftAt(place);
    },
  };
};
export type Letter = ReturnType<typeof useLetter>;
