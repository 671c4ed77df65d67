import type { NotificationChoice } from '@hearten/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { sql, type Tx } from '../base/db.ts';
import { makeLimit } from '../base/limits.ts';
import { machine } from '../base/machine.ts';
import type { Hearten } from '../base/module.ts';
import { keepChoice, keptChoice } from './choices.ts';
import { readDigestToken } from './digest-link.ts';
import { digestWords, type Often } from './digest-words.ts';
import type { Ways } from './presets.ts';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const times: Record<Exclude<Often, 'never'>, NotificationChoice['digest']> = {
  daily: { at: ['09:00'], days: everyDay },
  twice: { at: ['09:00', '16:00'], days: everyDay },
  weekdays: { at: ['09:00'], days: [1, 2, 3, 4, 5] },
  weekly: { at: ['09:00'], days: [1] },
};
const often: Often[] = ['daily', 'twice', 'weekdays', 'weekly', 'never'];
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const hears = (ways: Ways): boolean => Object.values(ways).some((of) => of.includes('digest'));
const isNow = (choice: NotificationChoice, one: Often): boolean =>
  one === 'never'
    ? !hears(choice.ways)
    : hears(choice.ways) && JSON.stringify(choice.digest) === JSON.stringify(times[one]);

/** What is chosen now, changed as was pressed. Who heard nothing so far and wants it again hears what no preset interrupts with. */
function changed(choice: NotificationChoice, to: Often): NotificationChoice {
  if (to !== 'never' && hears(choice.ways)) return { ...choice, digest: times[to] };
  const ways = Object.fromEntries(
    Object.entries(choice.ways).map(([kind, of]) => [
      kind,
      to === 'never'
        ? of.filter((way) => way !== 'digest')
        : of.includes('push') || of.includes('mail')
          ? of
          : [...new Set([...of, 'digest' as const])],
    ]),
  ) as Ways;
  return { ...choice, ways, digest: to === 'never' ? choice.digest : times[to] };
}

const page = (
  reply: FastifyReply,
  status: number,
  { language, direction }: { language: string; direction: string },
  title: string,
  body: string,
): FastifyReply =>
  reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .send(
      `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escaped(title)}</title><style>
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;background:light-dark(#f1f3ee,#0b1110);color:light-dark(#1c2b27,#e9ede6)}
main{max-inline-size:30rem;margin:10vh auto;padding:2rem;background:light-dark(#fff,#141c1a);border-radius:16px}
h1{font-size:1.25rem;margin:0 0 .25rem}p{margin:.25rem 0 1rem}form{display:grid;gap:.5rem}
button{font:inherit;text-align:start;padding:.75rem 1rem;border-radius:8px;border:1px solid light-dark(#8b9a94,#6f7f79);background:none;color:inherit;cursor:pointer}
button[aria-pressed=true]{background:light-dark(#e3efe8,#1d302a);border-color:light-dark(#0f5c44,#7fd0b0)}
button:focus-visible{outline:3px solid light-dark(#1f6fd6,#8ab8ff);outline-offset:2px}
</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`,
    );

type Person = { name: string; language: string };
const personOf = (tx: Tx, personId: string): Promise<Person | undefined> =>
  tx.first<Person>(
    sql`select name, language from person where workspace_id = ${tx.workspaceId} and id = ${personId} and active`,
  );

/**
 * What the link in a digest leads to. Looking changes nothing, so that no mail scanner chooses for anyone; a press does. The mail program's
 * own button (RFC 8058) ends it.
 */
export function digestPage(app: FastifyInstance, { db, jobs, seal }: Hearten): void {
  const limit = makeLimit(60);
  void app.register(async (own) => {
    own.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 2048 },
      (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    own.route<{ Params: { token: string }; Body?: Record<string, string> }>({
      method: ['GET', 'POST'],
      url: '/digest/:token',
      handler: async (request, reply) => {
        limit(machine(request.ip));
        const whose = readDigestToken(seal, request.params.token);
        const guess = digestWords(request.headers['accept-language'] ?? 'en');
        const gone = (): FastifyReply => page(reply, 404, guess, guess.page.title, `<p>${escaped(guess.page.old)}</p>`);
        if (!whose) return gone();
        const wanted =
          request.body?.['List-Unsubscribe'] === 'One-Click'
            ? 'never'
            : often.find((one) => one === request.body?.often);
        const found = await db.tx(whose.workspaceId, async (tx) => {
          const person = await personOf(tx, whose.personId);
          if (!person) return null;
          const before = await keptChoice(tx, whose.personId);
          if (request.method !== 'POST' || !wanted) return { person, choice: before };
          const choice = changed(before, wanted);
          await keepChoice(tx, jobs, { kind: 'person', id: whose.personId }, whose.personId, choice);
          return { person, choice };
        });
        if (!found) return gone();
        const words = digestWords(found.person.language);
        const buttons = often.map((one) => {
          const now = isNow(found.choice, one);
          return `<button name="often" value="${one}" aria-pressed="${now}">${escaped(words.page.often[one])}${now ? ` (${escaped(words.page.now)})` : ''}</button>`;
        });
        const said =
          request.method === 'POST' && wanted
            ? `<p role="status"><strong>${escaped(words.page.done)}</strong></p>`
            : '';
        return page(
          reply,
          200,
          words,
          words.page.title,
          `<p>${escaped(words.page.lead(found.person.name))}</p>${said}<form method="post">${buttons.join('')}</form>`,
        );
      },
    });
  });
}
