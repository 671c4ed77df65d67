import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

const blank = /\{\{[^{}\n]{1,80}\}\}/g;
const inBlock = (block: Node, at: number): Decoration[] => {
  const found: Decoration[] = [];
  block.forEach((child, offset) => {
    if (child.isText && child.text?.includes('{{'))
      for (const one of child.text.matchAll(blank)) {
        const from = at + offset + one.index;
        found.push(Decoration.inline(from, from + one[0].length, { class: 'blank' }));
      }
  });
  return found;
};
const inDoc = (doc: Node, from: number, to: number): Decoration[] => {
  const found: Decoration[] = [];
  doc.nodesBetween(from, to, (node, pos) => {
    if (node.isTextblock) found.push(...inBlock(node, pos + 1));
    return !node.isTextblock;
  });
  return found;
};

/** `{{customer.name}}` that nothing was known for stands out until somebody fills it. Only blocks that changed are looked at. */
export const Blanks = Extension.create({
  name: 'blanks',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key: new PluginKey('blanks'),
      state: {
        init: (_config, { doc }) => DecorationSet.create(doc, inDoc(doc, 0, doc.content.size)),
        apply: (tr, old) => {
          if (!tr.docChanged) return old;
          let set = old.map(tr.mapping, tr.doc);
          tr.mapping.maps.forEach((map, n) => {
            map.forEach((_from, _to, begin, end) => {
              const rest = tr.mapping.slice(n + 1);
              const from = tr.doc.resolve(Math.max(0, rest.map(begin, -1)));
              const to = tr.doc.resolve(Math.min(tr.doc.content.size, rest.map(end, 1)));
              const [a, b] = [from.depth ? from.start(1) : from.pos, to.depth ? to.end(1) : to.pos];
              set = set.remove(set.find(a, b)).add(tr.doc, inDoc(tr.doc, a, b));
            });
          });
          return set;
        },
      },
      props: {
        decorations(state) {
          return this.getState(state);
        },
      },
    }),
  ],
});
