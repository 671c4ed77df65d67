import { escaped } from '../base/html.ts';
import { inWords, type Said, say } from '../base/words.ts';
import { type Look, whole } from '../brand/index.ts';
import { face } from '../mood/index.ts';
import { belowWords } from './mail.ts';
import type { Answers, Question } from './questions.ts';

/** For whom it is: whose address the mail went to; or, in a chat, by which link they are asked no more, which there no mail holds. */
type For = { to: string } | { end: string };
type Shown = { language: string; look: Look; questions: Question[]; answers: Answers; of: For; said: boolean };
/** All the questions, with what the link said already chosen. Nothing counts until the button is pressed. */
export function surveyPage({ language, look, questions, answers, of, said }: Shown, more = ''): string {
  const t = (what: Said): string => escaped(inWords(what, language));
  const { why, stop } = belowWords(language, look.brand);
  const end =
    'end' in of ? `<p style="margin-block-start:1.25rem"><a href="${escaped(of.end)}">${escaped(stop)}</a></p>` : '';
  const head = said
    ? `<h1 role="status">${t(say('Thank you. It is noted.'))}</h1><p>${t(say('You can still change it here.'))}</p>${more}`
    : `<h1>${t(say('What do you think?'))}</h1><p>${'to' in of ? t(say('For {to} alone. If this mail was passed on to you, close this page.', of)) : escaped(why)}</p>`;
  const parts = questions.map((q, i) => drawn(q, answers[q.id] ?? '', i === 0));
  const title = inWords(say('A question from {brand}', { brand: look.brand }), language);
  return whole(
    language,
    title,
    `${head}<form method="post">${parts.join('')}<button>${t(said ? say('Change it') : say('Send'))}</button></form>${end}`,
    look,
  );
}

function drawn(q: Question, chosen: string, must: boolean): string {
  if (q.kind === 'text')
    return `<label class="words" for="${q.id}"><bdi dir="auto">${escaped(q.text)}</bdi></label><textarea id="${q.id}" name="${q.id}" maxlength="4000" dir="auto"${must ? ' required' : ''}>${escaped(chosen)}</textarea>`;
  const options = q.options
    .map(
      ({ value, label }) =>
        `<label class="one"><input type="radio" name="${q.id}" value="${escaped(value)}"${value === chosen ? ' checked' : ''}${must ? ' required' : ''}>${q.kind === 'faces' ? face(Number(value)) : ''}<bdi dir="auto">${escaped(label)}</bdi></label>`,
    )
    .join('');
  const ends =
    q.low || q.high ? `<p class="ends"><span>${escaped(q.low)}</span><span>${escaped(q.high)}</span></p>` : '';
  return `<fieldset><legend><bdi dir="auto">${escaped(q.text)}</bdi></legend><div class="set ${q.kind}">${options}</div>${ends}</fieldset>`;
}
