import { createElement, type ReactNode, useMemo } from 'react';

/** What a body may hold, as the server wrote it; whatever else there is loses its tags. */
const tags = new Set(['p', 'ul', 'ol', 'li', 'blockquote', 'pre', 'strong', 'em', 'u', 's', 'code', 'a', 'img']);
const leads = /^(https?:\/\/|mailto:|tel:)/i;

type Draw = {
  /** Where a picture of this Content-ID is shown from; null when it isn't there. */
  picture: (cid: string) => string | null;
  /** Plain words: names and addresses in them may stand out. */
  words?: ((text: string) => ReactNode) | undefined;
};
const draw = (node: ChildNode, key: number, { picture, words }: Draw): ReactNode => {
  if (node.nodeType === Node.TEXT_NODE)
    return words && !node.parentElement?.closest('a, code, pre') ? (
      <span key={key}>{words(node.textContent ?? '')}</span>
    ) : (
      node.textContent
    );
  if (!(node instanceof HTMLElement)) return null;
  const name = node.localName;
  const inside = (): ReactNode[] => [...node.childNodes].map((child, n) => draw(child, n, { picture, words }));
  if (!tags.has(name)) return inside();
  if (name === 'img') {
    const src = picture(/^cid:(.+)$/.exec(node.getAttribute('src') ?? '')?.[1] ?? '');
    const alt = node.getAttribute('alt') ?? '';
    const width = Number(node.getAttribute('width')) || undefined;
    // With both its place is kept before it is there.
    const height = Number(node.getAttribute('height')) || undefined;
    return src ? <img key={key} src={src} alt={alt} width={width} height={height} loading="lazy" /> : alt;
  }
  if (name === 'a') {
    const href = node.getAttribute('href') ?? '';
    return leads.test(href) ? (
      <a key={key} href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
        {inside()}
      </a>
    ) : (
      inside()
    );
  }
  const start = name === 'ol' ? Number(node.getAttribute('start')) || undefined : undefined;
  return createElement(
    name,
    { key, ...(name === 'p' || name === 'li' ? { dir: 'auto' } : {}), ...(start ? { start } : {}) },
    ...inside(),
  );
};

/** What one of us wrote, with its formatting: built anew of elements, never put in as HTML. */
export const Rich = ({ html, className = 'rich', ...how }: { html: string; className?: string } & Draw) => {
  const { picture, words } = how;
  const drawn = useMemo(() => {
    const { body } = new DOMParser().parseFromString(html, 'text/html');
    return [...body.childNodes].map((node, n) => draw(node, n, { picture, words }));
  }, [html, picture, words]);
  return <div className={className}>{drawn}</div>;
};
