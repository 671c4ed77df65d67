import '../../conversations/compose/compose.css';
import type { Words } from '@hearten/contract';
import { Braces, ImagePlus, Paperclip } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type Upload, upload } from '../../api.ts';
import { type Format, type Opened, openEditor } from '../../conversations/compose/editor.ts';
import { Toolbar } from '../../conversations/compose/Toolbar.tsx';
import { useFields } from '../../customers/data.ts';
import { t } from '../../language/index.ts';
import { Item, Line, Menu } from '../../ui/float.tsx';
import { tellProblem } from '../../ui/toast.tsx';
import { variableWords } from '../words.ts';

const bare: Format = {
  bold: false,
  italic: false,
  underline: false,
  code: false,
  bullets: false,
  numbers: false,
  quote: false,
  block: false,
  link: null,
  picture: null,
};
type Props = {
  label: string;
  words: Words;
  write: (words: Words) => void;
  attach: (file: Upload) => void;
};

/** The words of a snippet: the same field one writes answers in, with the variables to put in. Other words are another field (`key`). */
export const WordsField = (props: Props) => {
  const { label } = props;
  const fields = [
    ...useFields('customer').map(({ key, label: words }) => ({ name: `customer.fields.${key}`, words })),
    ...useFields('company').map(({ key, label: words }) => ({ name: `company.fields.${key}`, words })),
  ];
  const at = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const pictures = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState<Opened | null>(null);
  const [format, setFormat] = useState(bare);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once; what it is called with later is the latest
  useLayoutEffect(() => {
    if (!at.current) return;
    const tell = () => latest.current.write(now.said());
    const store = async (key: string, file: File) => {
      try {
        if (now.stored(key, (await upload(file)).id)) tell();
      } catch (error) {
        now.without(key);
        tellProblem(error);
      }
    };
    const beside = (all: File[]) => {
      for (const file of all) void upload(file).then((one) => latest.current.attach(one), tellProblem);
    };
    const now = openEditor(at.current, {
      said: latest.current.words,
      label,
      placeholder: t('Write what you would answer'),
      hears: {
        changed: tell,
        format: setFormat,
        ask: () => undefined,
        key: () => false,
        signs: () => [],
        pictures: (all) => {
          for (const { key, file } of all) void store(key, file);
        },
        files: beside,
        tooLong: (text) => beside([new File([text], 'text.txt', { type: 'text/plain' })]),
      },
    });
    setOpen(now);
    return () => now.close();
  }, []);
  useEffect(() => {
    open?.editor.view.dom.setAttribute('aria-label', label);
  }, [open, label]);

  const variable = (name: string) => {
    open?.insert({ text: `{{${name}}}` });
    // The menu gives the focus back to its button once it has closed, which takes a moment; one goes on writing.
    for (const wait of [80, 250])
      setTimeout(() => {
        if (open && document.activeElement !== open.editor.view.dom) open.focus();
      }, wait);
  };
  const put = async (list: FileList | null) => {
    for (const file of Array.from(list ?? []))
      try {
        const { id, filename } = await upload(file);
        const alt = filename.replace(/\.\w+$/, '').replace(/[<>"&]/g, '');
        open?.insert({ html: `<img src="cid:${id}" alt="${alt}">` });
      } catch (error) {
        tellProblem(error);
      }
  };
  return (
    <div className="composer words" data-keys="writing">
      <div className="field" ref={at} />
      {open ? <Toolbar open={open} format={format} shown /> : null}
      <div className="bot">
        <Menu
          trigger={
            <button type="button" className="btn quiet sm">
              <Braces className="i s14" /> {t('Variable')}
            </button>
          }
        >
          {Object.entries(variableWords).map(([name, words]) => (
            <Item key={name} run={() => variable(name)} when={name}>
              {words}
            </Item>
          ))}
          {fields.length > 0 ? <Line /> : null}
          {fields.map(({ name, words }) => (
            <Item key={name} run={() => variable(name)} when={name}>
              <bdi>{words}</bdi>
            </Item>
          ))}
        </Menu>
        <button type="button" className="btn quiet sm" onClick={() => pictures.current?.click()}>
          <ImagePlus className="i s14" /> {t('Picture')}
        </button>
        <button type="button" className="btn quiet sm" onClick={() => files.current?.click()}>
          <Paperclip className="i s14" /> {t('File')}
        </button>
        <input
          ref={pictures}
          type="file"
          accept="image/png,image/jpeg,image/gif,image/webp,image/avif"
          multiple
          hidden
          onChange={(e) => {
            void put(e.currentTarget.files);
            e.currentTarget.value = '';
          }}
        />
        <input
          ref={files}
          type="file"
          multiple
          hidden
          onChange={(e) => {
            for (const file of Array.from(e.currentTarget.files ?? []))
              void upload(file).then((one) => latest.current.attach(one), tellProblem);
            e.currentTarget.value = '';
          }}
        />
      </div>
    </div>
  );
};
