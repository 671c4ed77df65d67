import { type ClipboardEvent, type DragEvent, useState } from 'react';
import { type Upload, upload } from '../api.ts';
import { tellProblem } from '../ui/toast.tsx';

/** Files by picker, paste and drop; they go up at once, so that sending doesn't wait for them. */
export const useFiles = (add: (file: Upload) => void) => {
  const [going, setGoing] = useState<{ key: number; name: string }[]>([]);
  const [over, setOver] = useState(false);
  const take = (files: Iterable<File>) => {
    for (const file of files) {
      const key = Math.random();
      setGoing((g) => [...g, { key, name: file.name }]);
      upload(file)
        .then(add, (error) => tellProblem(error, () => take([file])))
        .finally(() => setGoing((g) => g.filter((x) => x.key !== key)));
    }
  };
  const holds = (e: DragEvent) => e.dataTransfer.types.includes('Files');
  return {
    going,
    over,
    /** From a file input, which is emptied so that the same file can be chosen again. */
    pick: (input: HTMLInputElement) => {
      take(Array.from(input.files ?? []));
      input.value = '';
    },
    on: {
      onPaste: (e: ClipboardEvent) => {
        if (e.clipboardData.files.length === 0) return;
        e.preventDefault();
        take(Array.from(e.clipboardData.files));
      },
      onDragOver: (e: DragEvent) => {
        if (!holds(e)) return;
        e.preventDefault();
        setOver(true);
      },
      onDragLeave: (e: DragEvent) => {
        if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (e: DragEvent) => {
        if (!holds(e)) return;
        e.preventDefault();
        setOver(false);
        take(Array.from(e.dataTransfer.files));
      },
    },
  };
};
