import { baseUrl } from '../base/config.ts';
import { sql } from '../base/db.ts';
import type { Hearten, Reaction } from '../base/module.ts';
import { mailLetter } from './mail.ts';
import { oneLine } from './render-mail.ts';

/** The first that fits, because most claim to be several. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdgA?(iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b((Headless)?Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems = ['iPhone', 'iPad', 'Android', 'Windows', 'Mac OS', 'Linux'] as const;
/** "Firefox, Linux", from what browsers say of themselves. */
export function browserOf(agent: string): string {
  const name = browsers.find(([mark]) => mark.test(agent))?.[1];
  const system = systems.find((mark) => agent.includes(mark));
  return [name ?? oneLine(agent, 40), system].filter(Boolean).join(', ') || '?';
}

/** Tells a person by mail that somebody signed in as them from a browser that was not used before. */
export function newBrowser(hearten: Hearten): Reaction {
  return async (tx, { data, at }) => {
    if (data.newBrowser !== true) return;
    const person = await tx.first<{ name: string; email: string; language: string; workspace: string }>(sql`
      select p.name, a.email, p.language, w.name as workspace from person p join account a on a.id = p.account_id join workspace w on w.id = p.workspace_id
      where p.workspace_id = ${tx.workspaceId} and p.id = ${String(data.personId)}`);
    if (!person) return;
    await mailLetter(hearten, tx, {
      mail: 'new-sign-in',
      to: { name: person.name, address: person.email },
      language: person.language,
      variables: {
        'person.name': oneLine(person.name),
        'workspace.name': oneLine(person.workspace),
        time: `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
        browser: browserOf(String(data.agent ?? '')),
        address: String(data.ip ?? ''),
        link: `${baseUrl(hearten.config)}/settings/security`,
      },
    });
  };
}
