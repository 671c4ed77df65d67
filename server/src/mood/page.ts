import type { FastifyReply } from 'fastify';
import { escaped } from '../base/html.ts';
import { inWords, type Said, say } from '../base/words.ts';
import type { Compared } from './link.ts';

const style = `
:root{color-scheme:light dark;--ink:light-dark(#1c2b27,#e9ede6);--soft:light-dark(#52625c,#a9b5af);--line:light-dark(#8b9a94,#6f7f79);--on:light-dark(#e3efe8,#1d302a);--go:light-dark(#0f5c44,#7fd0b0);--on-go:light-dark(#fff,#0b1110);--focus:light-dark(#1f6fd6,#8ab8ff)}
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;background:light-dark(#f1f3ee,#0b1110);color:var(--ink)}
main{box-sizing:border-box;inline-size:min(32rem,100%);margin:6vh auto;padding:clamp(1rem,4.5vw,1.75rem);background:light-dark(#fff,#141c1a);border-radius:16px}
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .25rem;text-wrap:balance}p{margin:.25rem 0 1rem;color:var(--soft)}
fieldset{border:0;margin:0 0 1.25rem;padding:0}legend,.words{display:block;font-weight:600;margin:0 0 .5rem;padding:0}
.three{display:grid;grid-template-columns:repeat(3,1fr);gap:.5rem}.five{display:grid;grid-template-columns:repeat(5,1fr);gap:.25rem}
label.one{display:grid;justify-items:center;align-content:center;gap:.25rem;min-block-size:48px;padding:.5rem .15rem;border:1px solid var(--line);border-radius:10px;text-align:center;cursor:pointer;overflow-wrap:anywhere}
.five label.one{border-color:transparent;font-size:clamp(.66rem,2.9vw,.8rem);align-content:start;padding-inline:0}
label.one:has(:checked){background:var(--on);border-color:var(--go);font-weight:600}label.one:has(:focus-visible){outline:3px solid var(--focus);outline-offset:2px}
label.one input{position:absolute;opacity:0;inline-size:1px;block-size:1px}svg{inline-size:40px;block-size:40px}
h2{font-size:1.05rem;margin:0}blockquote{margin:0 0 1rem;padding-inline-start:1rem;border-inline-start:4px solid var(--go);white-space:pre-line;overflow-wrap:anywhere}.praise{margin:1rem 0 1.5rem;padding:1rem;border:1px solid var(--line);border-radius:10px}
textarea,input[type=text]{box-sizing:border-box;inline-size:100%;font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:10px;padding:.6rem .75rem;margin:0 0 1rem}textarea{min-block-size:6rem}
textarea:focus-visible,button:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
button{font:inherit;font-weight:600;inline-size:100%;min-block-size:48px;padding:.7rem 1rem;border:0;border-radius:10px;background:var(--go);color:var(--on-go);cursor:pointer}
.f1{fill:light-dark(#4d4590,#6a5fb5)}.f2{fill:light-dark(#9aa3d6,#949dd3)}.f3{fill:light-dark(#d3d5cd,#a3a69c)}.f4{fill:light-dark(#f3d08a,#e2bd70)}.f5{fill:light-dark(#f5b04a,#f0b253)}
.k{fill:none;stroke:#3a2f24;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}.e{fill:#3a2f24}.m1 .k{stroke:#fafaff}.m1 .e{fill:#fafaff}`;

const eye = (y: number): string =>
  `<circle class="e" cx="9" cy="${y}" r="1.2"/><circle class="e" cx="15" cy="${y}" r="1.2"/>`;
const drawn: Record<number, string> = {
  1: `<path class="k" d="M6.9 9.3 9.5 7.9M17.1 9.3l-2.6-1.4"/>${eye(11.4)}<path class="k" d="M8.3 17.3c.9-1.9 2.2-2.6 3.7-2.6s2.8.7 3.7 2.6"/>`,
  2: `${eye(10.2)}<path class="k" d="M8.6 16.3c1-1.1 2.1-1.5 3.4-1.5s2.4.4 3.4 1.5"/>`,
  3: `${eye(10.2)}<path class="k" d="M8.6 15.3h6.8"/>`,
  4: `${eye(10)}<path class="k" d="M8.2 14.2c1 1.4 2.3 2 3.8 2s2.8-.6 3.8-2"/>`,
  5: '<path class="k" d="M7.6 10.4c.5-.9 1.9-.9 2.5 0M13.9 10.4c.5-.9 1.9-.9 2.5 0"/><path class="e" d="M7.6 13.2h8.8c-.3 2.7-2.1 4.5-4.4 4.5s-4.1-1.8-4.4-4.5z"/>',
};
/** One of the five, drawn; its colours are those of the page's style. */
export const face = (value: number): string =>
  `<svg class="m${value}" viewBox="0 0 24 24" aria-hidden="true"><circle class="f${value}" cx="12" cy="12" r="9.4"/>${drawn[value]}</svg>`;

export const comparedWords: Record<Compared, Said> = {
  better: say('Better'),
  same: say('The same'),
  worse: say('Worse'),
};
export const faces: Said[] = [say('Upset'), say('Uneasy'), say('Okay'), say('Glad'), say('Heartened')];
export const which = say('And which face is it?');
export const anything = say('Anything you would like to tell us? (if you like)');
export const [thanks, change, send] = [say('Thank you. It is noted.'), say('Change it'), say('Send')];
export const question = say('Compared with before this happened, how do you feel now?');

/** A face as a picture of its own, with the colours that stand on light and dark alike. */
export const faceAlone = (value: number): string => {
  const [fill, ink] = [
    ['#5d54a4', '#9aa3d6', '#bfc1b8', '#f3d08a', '#f5b04a'][value - 1],
    value === 1 ? '#fafaff' : '#3a2f24',
  ];
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><style>.k{fill:none;stroke:${ink};stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}.e{fill:${ink}}</style><circle fill="${fill}" cx="12" cy="12" r="9.4"/>${drawn[value]}</svg>`)}`;
};

/** The page as it goes out: no script, nothing of others, in no index and no frame. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  language: string,
  title: string,
  body: string,
): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex, nofollow')
    .send(
      `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`,
    );
}

/** "a…@example.org": whom it is meant for, without telling others who that is. */
export const masked = (address: string): string =>
  address.includes('@')
    ? `${address.slice(0, 1)}…${address.slice(address.lastIndexOf('@'))}`
    : `${address.slice(0, 1)}…`;

type Shown = {
  brand: string;
  to: string;
  language: string;
  compared: Compared | null;
  value: number | null;
  words: string;
  said: boolean;
  /** What is asked beside the thanks. */
  more?: string;
};

/** The question, with what the link said already chosen. Nothing counts until the button is pressed. */
export function askPage({ brand, to, language, compared, value, words, said, more = '' }: Shown): string {
  const t = (what: Said): string => escaped(inWords(what, language));
  const choice = (name: string, id: string, on: boolean, inside: string, must = false): string =>
    `<label class="one"><input type="radio" name="${name}" value="${id}"${on ? ' checked' : ''}${must ? ' required' : ''}>${inside}</label>`;
  const three = (['better', 'same', 'worse'] as const)
    .map((one) => choice('compared', one, one === compared, `<span>${t(comparedWords[one])}</span>`, true))
    .join('');
  const five = faces
    .map((word, i) => choice('value', String(i + 1), value === i + 1, `${face(i + 1)}<span>${t(word)}</span>`))
    .join('');
  const head = said
    ? `<h1 role="status">${t(thanks)}</h1><p>${t(say('You can still change it here.'))}</p>${more}`
    : `<h1>${t(say('How do you feel after talking to {brand}?', { brand }))}</h1><p>${t(say('For {to} alone. If this mail was passed on to you, close this page.', { to }))}</p>`;
  return `${head}<form method="post"><fieldset><legend>${t(question)}</legend><div class="three">${three}</div></fieldset>
<fieldset><legend>${t(which)}</legend><div class="five">${five}</div></fieldset>
<label class="words" for="words">${t(anything)}</label><textarea id="words" name="words" maxlength="4000" dir="auto">${escaped(words)}</textarea>
<button>${t(said ? change : send)}</button></form>`;
}

export const plainPage = (language: string, title: Said, text: Said): string =>
  `<h1>${escaped(inWords(title, language))}</h1><p>${escaped(inWords(text, language))}</p>`;
