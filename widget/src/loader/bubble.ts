import { facts, isRightToLeft, wordsIn } from './facts.ts';
import type { Options } from './index.ts';

const SVG = 'http://www.w3.org/2000/svg';
const open = 'M3 16.3a2 2 0 0 1 .1 1.2l-1.1 3.3a1 1 0 0 0 1.2 1.2l3.4-1a2 2 0 0 1 1.1.1 10 10 0 1 0-4.7-4.8';
const close = 'm6 9 6 6 6-6';
// A style sheet made by a script is no inline style: it stands under the strictest policy of a page.
const style = `:host{all:initial;color-scheme:light dark}
button,iframe,div{position:fixed;inset-block-end:calc(var(--b,20)*1px);inset-inline-end:calc(var(--i,20)*1px);z-index:var(--z,2147483000);border:0;margin:0}
:host([data-side=start]) :is(button,iframe,div){inset-inline:calc(var(--i,20)*1px) auto}
button{inline-size:56px;block-size:56px;border-radius:50%;background:var(--c);color:var(--on);cursor:pointer;display:grid;place-items:center;padding:0;box-shadow:0 6px 20px #0004;font:600 12px system-ui}
[aria-expanded]:hover{filter:brightness(1.1)}
button:focus-visible{outline:3px solid var(--c)!important;outline-offset:3px}
svg{inline-size:24px;block-size:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-inline-size:10px;block-size:20px;border-radius:10px;background:#c62a2f;color:#fff;display:grid;place-items:center;padding-inline:5px}
iframe,div{inset-block-end:calc(var(--b,20)*1px + 72px);background:Canvas}
iframe{inline-size:min(384px,100vw - 40px);block-size:min(684px,100vh - 116px);border-radius:18px;box-shadow:0 12px 48px #0004,0 0 0 1px #0001;color-scheme:auto}
div{display:flex;max-inline-size:280px;border-radius:14px;box-shadow:0 6px 20px #0004;color:CanvasText;font:15px/1.4 system-ui,sans-serif}
div button{all:unset;cursor:pointer;padding:12px 14px;overflow-wrap:anywhere}
[hidden]{display:none!important}
@media(max-width:480px){iframe{inset:0!important;inline-size:100vw;block-size:100vh;block-size:100dvh;border-radius:0}:host([data-open]) button{display:none}}
@media(prefers-reduced-motion:no-preference){button{transition:filter .15s}}
@media print{:host{display:none}}`;

export type Bubble = {
  host: HTMLElement;
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** Words beside it, that a visitor may answer or put away; none take them away. */
  greet: (words: string, answer?: () => void) => void;
  greeting: HTMLElement;
  show: (open: boolean, unread: number, locale: string, side: string, options: Options) => void;
};

/** The round button, in a tree of its own: no style of the page reaches it, and none of it reaches the page. It stands outside the body, which a page may swap. */
export function makeBubble(): Bubble {
  const host = document.createElement('div');
  host.id = 'hearten-chat';
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const make = (text: string): HTMLButtonElement => {
    const made = document.createElement('button');
    made.textContent = text;
    return made;
  };
  const button = make('');
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.append(path);
  const badge = document.createElement('b');
  button.append(svg, badge);
  const greeting = document.createElement('div');
  const [words, away] = [make(''), make('×')];
  words.dir = 'auto';
  greeting.role = 'status';
  greeting.append(words, away);
  const greet: Bubble['greet'] = (text, answer) => {
    greeting.hidden = !text;
    words.textContent = text;
    words.onclick = answer ?? null;
  };
  away.onclick = () => greet('');
  greeting.hidden = true;
  if (facts.triggers) root.append(greeting);
  root.append(button);
  const show: Bubble['show'] = (opened, count, locale, side, options) => {
    const [calling, closing, unread] = wordsIn(locale);
    away.ariaLabel = closing;
    host.style.colorScheme = facts.theme === 'auto' ? '' : facts.theme;
    host.dir = isRightToLeft(locale) ? 'rtl' : 'ltr';
    host.dataset.side = side;
    host.toggleAttribute('data-open', opened);
    const say = (name: string, value: unknown = ''): void => host.style.setProperty(`--${name}`, value as string);
    say('c', facts.colour);
    say('on', facts.ink);
    say('i', options.horizontal_padding);
    say('b', options.vertical_padding);
    say('z', options.z_index);
    path.setAttribute('d', opened ? close : open);
    const some = count > 0 && !opened;
    badge.hidden = !some;
    // What is no text the browser makes one of.
    badge.textContent = (count > 99 ? '99+' : count) as string;
    button.hidden = options.hide_default_launcher as boolean;
    button.ariaExpanded = opened as unknown as string;
    button.ariaLabel = opened ? closing : some ? `${calling}, ${count} ${unread}` : calling;
  };
  return { host, root, button, greet, greeting, show };
}
