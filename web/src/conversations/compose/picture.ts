import type { NodeViewRenderer } from '@tiptap/core';
import { mergeAttributes, Node } from '@tiptap/core';

export const shownAt = (upload: string): string => `/api/v1/uploads/${upload}`;
const least = 24;
const most = 2000;

/**
 * A picture in the text. On its way up it has a `key` and shows what was pasted; once it is there it has the id of its `upload`. Only
 * then it is part of what is kept and sent.
 */
const view: NodeViewRenderer = ({ node: first, view: editor, getPos }) => {
  let node = first;
  const dom = document.createElement('span');
  dom.className = 'picture';
  const img = document.createElement('img');
  img.draggable = true;
  const handle = document.createElement('span');
  handle.className = 'grip';
  handle.setAttribute('aria-hidden', 'true');
  dom.append(img, handle);
  const draw = () => {
    const { upload, preview, alt, width } = node.attrs as Attrs;
    const src = preview ?? (upload ? shownAt(upload) : '');
    if (img.getAttribute('src') !== src) img.src = src;
    img.alt = alt;
    if (width) img.width = width;
    else img.removeAttribute('width');
    const height = heightOf(node.attrs as Attrs);
    if (height) img.height = height;
    else img.removeAttribute('height');
    dom.classList.toggle('is-going', upload === null);
  };
  draw();
  // What was just put in tells its size once; from then on its place is kept wherever it is drawn.
  img.addEventListener('load', () => {
    const { key, ratio, width } = node.attrs as Attrs;
    const at = getPos();
    if (key === null || ratio !== null || at === undefined || img.naturalWidth === 0) return;
    const own = Math.min(img.naturalWidth, most);
    const size = { ratio: img.naturalHeight / img.naturalWidth, width: width ?? (own >= least ? own : null) };
    editor.dispatch(
      editor.state.tr.setNodeMarkup(at, undefined, { ...node.attrs, ...size }).setMeta('addToHistory', false),
    );
  });
  handle.addEventListener('pointerdown', (down) => {
    down.preventDefault();
    handle.setPointerCapture(down.pointerId);
    const begun = img.getBoundingClientRect().width;
    const way = getComputedStyle(dom).direction === 'rtl' ? -1 : 1;
    const widthAt = (e: PointerEvent) =>
      Math.round(Math.min(most, Math.max(least, begun + way * (e.clientX - down.clientX))));
    const move = (e: PointerEvent) => {
      img.width = widthAt(e);
      img.removeAttribute('height');
    };
    const up = (e: PointerEvent) => {
      handle.removeEventListener('pointermove', move);
      const at = getPos();
      if (at !== undefined)
        editor.dispatch(editor.state.tr.setNodeMarkup(at, undefined, { ...node.attrs, width: widthAt(e) }));
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', up, { once: true });
  });
  return {
    dom,
    update: (next) => {
      if (next.type !== node.type) return false;
      node = next;
      draw();
      return true;
    },
    selectNode: () => dom.classList.add('is-chosen'),
    deselectNode: () => dom.classList.remove('is-chosen'),
    stopEvent: (e) => e.target === handle,
    ignoreMutation: () => true,
  };
};
export type Attrs = {
  upload: string | null;
  key: string | null;
  preview: string | null;
  alt: string;
  width: number | null;
  /** Its height by its width. */
  ratio: number | null;
};
const heightOf = ({ width, ratio }: Attrs): number | null =>
  width === null || ratio === null ? null : Math.max(1, Math.round(width * ratio));

const cid = /^cid:([0-9a-f-]{36})$/i;
export const Picture = Node.create({
  name: 'picture',
  group: 'inline',
  inline: true,
  draggable: true,
  atom: true,
  addAttributes: () => ({
    upload: { default: null },
    key: { default: null },
    preview: { default: null },
    alt: { default: '' },
    width: { default: null },
    ratio: { default: null },
  }),
  parseHTML: () => [
    {
      tag: 'img[src]',
      getAttrs: (img) => {
        const src = img.getAttribute('src') ?? '';
        const upload = cid.exec(src)?.[1] ?? null;
        const alt = img.getAttribute('alt') ?? '';
        const width = Number(img.getAttribute('width'));
        const height = Number(img.getAttribute('height'));
        const known = width >= least && width <= most ? width : null;
        if (upload) return { upload, alt, width: known, ratio: known && height > 0 ? height / known : null };
        // Of a picture that came within pasted HTML only what stands in it is taken; one from elsewhere is not.
        return src.startsWith('data:image/') ? { alt, preview: src, key: crypto.randomUUID() } : false;
      },
    },
  ],
  renderHTML: ({ node, HTMLAttributes: _drawn }) => {
    const { upload, alt, width } = node.attrs as Attrs;
    const height = heightOf(node.attrs as Attrs);
    const size = { ...(width ? { width } : {}), ...(height ? { height } : {}) };
    return upload ? ['img', mergeAttributes({ src: `cid:${upload}`, alt }, size)] : ['span'];
  },
  addNodeView: () => view,
});
