import { Mark, mergeAttributes } from '@tiptap/core';

const leads = /^(https?:\/\/|mailto:|tel:)/i;
/** What was typed as an address, as a link; null for what is none. The server looks again. */
export const asLink = (typed: string): string | null => {
  const text = typed.trim();
  if (text === '' || /\s/.test(text)) return null;
  if (leads.test(text)) return text;
  if (/^[^@/]+@[^@/]+\.[^@/]+$/.test(text)) return `mailto:${text}`;
  return /^[\w-]+(\.[\w-]+)+([/?#].*)?$/.test(text) ? `https://${text}` : null;
};

/** A link with words of its own. What is typed as an address needs none: it becomes one wherever it is read. */
export const Link = Mark.create({
  name: 'link',
  inclusive: false,
  exitable: true,
  addAttributes: () => ({ href: { default: null } }),
  parseHTML: () => [{ tag: 'a[href]', getAttrs: (a) => (leads.test(a.getAttribute('href') ?? '') ? null : false) }],
  renderHTML: ({ HTMLAttributes }) => ['a', mergeAttributes(HTMLAttributes), 0],
});
