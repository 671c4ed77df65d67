import { cloneElement, Fragment, isValidElement, type ReactElement, type ReactNode } from 'react';
import { t, type Values } from './index.ts';

/** An element whose inside is what the sentence says, or how to draw one around it. */
type Piece = ReactElement | ((inside: ReactNode) => ReactElement);
type Elements = Piece[] | Record<string, Piece>;
const tag = /<(\w+)\/>|<(\w+)>(.*?)<\/\2>/s;
// A value may hold what looks like an element; it is text all the same.
const [veil, unveil] = [(text: string) => text.replaceAll('<', '\uE000'), (s: string) => s.replaceAll('\uE000', '<')];

const drawn = (text: string, elements: Elements): ReactNode[] => {
  const out: ReactNode[] = [];
  let rest = text;
  for (let m = tag.exec(rest); m; m = tag.exec(rest)) {
    out.push(unveil(rest.slice(0, m.index)));
    const [whole, alone, around, inner = ''] = m;
    const piece = (elements as Record<string, Piece>)[alone ?? around ?? ''];
    const inside = drawn(inner, elements);
    if (typeof piece === 'function') out.push(piece(inside));
    // Children an element already has stay, when nothing is said in it.
    else if (isValidElement(piece)) out.push(alone ? piece : cloneElement(piece, undefined, ...inside));
    else out.push(...inside);
    rest = rest.slice(m.index + whole.length);
  }
  out.push(unveil(rest));
  return out.map((part, n) => <Fragment key={n}>{part}</Fragment>);
};

/** A sentence with elements in it: `<Said id="Read <0>the guide</0>" components={[<a href={to} />]} />`, as a list or by name. */
export const Said = ({ id, values = {}, components }: { id: string; values?: Values; components: Elements }) => {
  const veiled = Object.fromEntries(Object.entries(values).map(([k, v]) => [k, typeof v === 'string' ? veil(v) : v]));
  return <>{drawn(t(id, veiled), components)}</>;
};
