import type { FastifyReply } from 'fastify';
import { escaped } from '../base/html.ts';
import { inWords, matched, type Said, say } from '../base/words.ts';

const style = `
:root{color-scheme:light dark;--ink:light-dark(#1c2b27,#e9ede6);--soft:light-dark(#52625c,#a9b5af);--go:light-dark(#0f5c44,#7fd0b0);--on-go:light-dark(#fff,#0b1110);--focus:light-dark(#1f6fd6,#8ab8ff)}
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;background:light-dark(#f1f3ee,#0b1110);color:var(--ink)}
main{box-sizing:border-box;inline-size:min(32rem,100%);margin:6vh auto;padding:1.75rem;background:light-dark(#fff,#141c1a);border-radius:16px}
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .25rem;text-wrap:balance}p{margin:.25rem 0 1rem;color:var(--soft)}
button{font:inherit;font-weight:600;inline-size:100%;min-block-size:48px;padding:.7rem 1rem;border:0;border-radius:10px;background:var(--go);color:var(--on-go);cursor:pointer}
button:focus-visible{outline:3px solid var(--focus);outline-offset:2px}`;

export type Page = { title: Said; text: Said; button?: { value: 'on' | 'off'; word: Said } };
export const gone: Page = {
  title: say('This link leads nowhere'),
  text: say('It is not complete, or there is nothing to end any more. Nothing was changed.'),
};
export const colleague: Page = {
  title: say('This is your customer’s link'),
  text: say('You are signed in as someone of the team, so nothing is changed here.'),
};
export const asks = (brand: string, again: boolean): Page => ({
  title: again ? say('You get news again') : say('No more news like this?'),
  text: say('{brand} writes to you when something you reported is fixed. Answers to what you write come in any case.', {
    brand,
  }),
  button: { value: 'off', word: say('End this news') },
});
export const done = (brand: string): Page => ({
  title: say('It is ended'),
  text: say('{brand} sends you no more news of this kind. Answers to what you write come in any case.', { brand }),
  button: { value: 'on', word: say('Get it after all') },
});

/** The page as it goes out: no script, nothing of others, in no index and no frame. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  wanted: string,
  { title, text, button }: Page,
): FastifyReply {
  const language = matched(wanted) ?? 'en';
  const t = (what: Said): string => escaped(inWords(what, language));
  const form = button
    ? `<form method="post"><button name="news" value="${button.value}">${t(button.word)}</button></form>`
    : '';
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
      `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${t(title)}</title><style>${style}</style></head><body><main><h1>${t(title)}</h1><p>${t(text)}</p>${form}</main></body></html>`,
    );
}
