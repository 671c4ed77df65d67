import type { FastifyReply } from 'fastify';
import { escaped } from '../base/html.ts';
import { inWords, type Said } from '../base/words.ts';
import type { Look } from './look.ts';

const style = (look: Look | null): string => `
:root{color-scheme:light dark;--ink:light-dark(#1c2b27,#e9ede6);--soft:light-dark(#52625c,#a9b5af);--line:light-dark(#8b9a94,#6f7f79);--on:light-dark(#e3efe8,#1d302a);--go:${look?.colour ?? '#0f5c44'};--on-go:${look?.on ?? '#ffffff'};--focus:light-dark(#1f6fd6,#8ab8ff)}
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;background:light-dark(#f1f3ee,#0b1110);color:var(--ink)}
main{box-sizing:border-box;inline-size:min(34rem,100%);margin:6vh auto;padding:clamp(1rem,4.5vw,1.75rem);background:light-dark(#fff,#141c1a);border-radius:16px;border-block-start:4px solid var(--go)}
header{display:flex;align-items:center;gap:.6rem;margin:0 0 1rem;color:var(--soft);font-weight:600}header img{inline-size:32px;block-size:32px;object-fit:contain;border-radius:6px}
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .25rem;text-wrap:balance}p{margin:.25rem 0 1rem;color:var(--soft)}a{color:inherit}
fieldset{border:0;margin:0 0 1.5rem;padding:0;min-inline-size:0}legend,.words{display:block;font-weight:600;margin:0 0 .5rem;padding:0}
.set{display:grid;gap:.35rem}.faces{grid-template-columns:repeat(5,1fr)}.scale{grid-template-columns:repeat(auto-fit,minmax(2.6rem,1fr))}.choice{grid-template-columns:repeat(auto-fit,minmax(9rem,1fr))}
label.one{display:grid;justify-items:center;align-content:center;gap:.25rem;min-block-size:48px;padding:.4rem .2rem;border:1px solid var(--line);border-radius:10px;text-align:center;cursor:pointer;overflow-wrap:anywhere}
.faces label.one{border-color:transparent;font-size:.8rem;align-content:start;hyphens:auto}
label.one:has(:checked){background:var(--on);border-color:var(--ink);font-weight:700}label.one:has(:focus-visible){outline:3px solid var(--focus);outline-offset:2px}
label.one input{position:absolute;opacity:0;inline-size:1px;block-size:1px}svg{inline-size:40px;block-size:40px}
.ends{display:flex;justify-content:space-between;gap:1rem;margin:.35rem 0 0;font-size:.85rem}
textarea,input[type=text]{box-sizing:border-box;inline-size:100%;font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:10px;padding:.6rem .75rem;margin:0 0 1.25rem}textarea{min-block-size:6rem}
textarea:focus-visible,input:focus-visible,button:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
a.go{display:block;text-align:center;text-decoration:none;font-weight:600;padding:.7rem 1rem;border-radius:10px;background:var(--go);color:var(--on-go)}
figure{margin:0}blockquote{margin:0 0 1rem;padding-inline-start:1rem;border-inline-start:4px solid var(--go);font-size:1.15rem;white-space:pre-line;overflow-wrap:anywhere}figcaption{margin:0 0 1.5rem;font-weight:600}.praise{margin:1rem 0 1.5rem;padding:1rem;border:1px solid var(--line);border-radius:10px}h2{font-size:1.05rem;margin:0}p a{overflow-wrap:anywhere}button.quiet{background:none;color:inherit;border:1px solid var(--line)}
button{font:inherit;font-weight:600;inline-size:100%;min-block-size:48px;padding:.7rem 1rem;border:0;border-radius:10px;background:var(--go);color:var(--on-go);cursor:pointer}
.f1{fill:light-dark(#4d4590,#6a5fb5)}.f2{fill:light-dark(#9aa3d6,#949dd3)}.f3{fill:light-dark(#d3d5cd,#a3a69c)}.f4{fill:light-dark(#f3d08a,#e2bd70)}.f5{fill:light-dark(#f5b04a,#f0b253)}
.k{fill:none;stroke:#3a2f24;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}.e{fill:#3a2f24}.m1 .k{stroke:#fafaff}.m1 .e{fill:#fafaff}`;

/** A whole page: no script, nothing of others. */
export const whole = (language: string, title: string, body: string, look: Look | null, head = ''): string =>
  `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>${head}<style>${style(look)}</style></head><body><main>${look ? `<header>${look.logo ? `<img src="${look.logo}" alt="">` : ''}<span>${escaped(look.brand)}</span></header>` : ''}${body}</main></body></html>`;

export function sendWhole(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex, nofollow')
    .header('referrer-policy', 'no-referrer')
    .send(html);
}

export function plainWhole(
  language: string,
  [title, text]: readonly [Said, Said],
  look: Look | null = null,
  more = '',
): string {
  const heading = inWords(title, language);
  return whole(
    language,
    heading,
    `<h1>${escaped(heading)}</h1><p>${escaped(inWords(text, language))}</p>${more}`,
    look,
  );
}
