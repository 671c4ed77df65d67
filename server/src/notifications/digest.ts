import { baseUrl } from '../base/config.ts';
import { sql } from '../base/db.ts';
import type { Hearten, Job } from '../base/module.ts';
import { mailWritten, oneLine, readWorkspace } from '../team/index.ts';
import { digestToken } from './digest-link.ts';
import { digestWords } from './digest-words.ts';
import { leadsTo } from './tell.ts';

export type Line = {
  kind: string;
  conversation_id: string | null;
  inbox_id: string | null;
  problem_id: string | null;
  sender: string;
  title: string;
  text: string;
};
/** In this order: what is stuck first, then what is one's own, then everyone's. */
const order = [
  'inbox-trouble',
  'webhook-off',
  'rising',
  'fix-judged',
  'issue-closed',
  'not-delivered',
  'held',
  'mentioned',
  'answered',
  'noted',
  'assigned',
  'woke',
  'new',
  'team-answered',
  'team-assigned',
];
/** A mail that nobody reads to its end helps nobody. */
const SHOWN = 12;
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The digest as mail: grouped, each with its link. Tables and styles of its own, for mail programs know nothing else. */
export function writeDigest(
  lines: Line[],
  { base, workspace, language, token }: { base: string; workspace: string; language: string; token: string },
): { subject: string; text: string; html: string; headers: Record<string, string> } {
  const say = digestWords(language);
  const text: string[] = [];
  const html: string[] = [];
  let count = 0;
  for (const kind of order) {
    // A conversation is one line, however often something happened in it; its last words stand for it.
    const last = new Map(
      lines
        .filter((line) => line.kind === kind)
        .map((line) => [leadsTo(line) + (line.conversation_id ? '' : line.title), line]),
    );
    if (last.size === 0) continue;
    count += last.size;
    const heading = `${say.groups[kind]} (${last.size})`;
    text.push(heading, '');
    html.push(
      `<tr><td style="padding:24px 0 6px;font-size:14px;font-weight:600;color:#5b5750">${escaped(heading)}</td></tr>`,
    );
    for (const line of [...last.values()].slice(0, SHOWN)) {
      const link = `${base}${leadsTo(line)}`;
      const title = oneLine(line.title, 160);
      const first = oneLine([line.sender, line.text].filter(Boolean).join(': '), 200);
      text.push(`${title}\n  ${first}\n  ${link}\n`);
      html.push(
        `<tr><td style="padding:8px 0;border-top:1px solid #e6e1d8"><a href="${escaped(link)}" dir="auto" style="color:#1f5f5b;font-weight:600;text-decoration:none">${escaped(title)}</a><div dir="auto" style="color:#5b5750;font-size:14px;padding-top:2px">${escaped(first)}</div></td></tr>`,
      );
    }
    if (last.size > SHOWN) {
      const more = say.more(last.size - SHOWN);
      text.push(`${more}\n`);
      html.push(
        `<tr><td style="padding:8px 0;border-top:1px solid #e6e1d8;color:#5b5750;font-size:14px">${more}</td></tr>`,
      );
    }
  }
  const settings = `${base}/settings/notifications`;
  const change = `${base}/digest/${token}`;
  const subject = oneLine(say.subject(count, workspace));
  text.push('--', say.why, `${say.change}\n${change}`, `${say.settings}\n${settings}`);
  return {
    subject,
    text: `${subject}\n\n${text.join('\n')}\n`,
    html: `<!doctype html><html lang="${say.language}" dir="${say.direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head><body style="margin:0;padding:0;background:#f6f3ee"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f6f3ee"><tr><td align="center" style="padding:24px 12px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border-radius:12px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;color:#23211e"><tr><td style="padding:24px 28px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td style="font-size:20px;font-weight:600" dir="auto">${escaped(subject)}</td></tr>${html.join('')}<tr><td style="padding-top:24px;font-size:13px;color:#5b5750">${escaped(say.why)} ${escaped(say.change)} <a href="${escaped(change)}" style="color:#1f5f5b">${escaped(say.page.title)}</a><br>${escaped(say.settings)} <a href="${escaped(settings)}" style="color:#1f5f5b">${escaped(settings)}</a></td></tr></table></td></tr></table></td></tr></table></body></html>`,
    headers: { 'List-Unsubscribe': `<${change}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  };
}

/**
 * Sends a person what waited, once: what is taken, the plan that is over and the mail that is written are one transaction. What was seen
 * meanwhile is left out, and when nothing is left no mail is sent.
 */
export function digest(hearten: Hearten): Job {
  const { db, config, seal } = hearten;
  return async (payload) => {
    const { workspaceId, personId } = payload as { workspaceId: string; personId: string };
    await db.tx(workspaceId, async (tx) => {
      // A plan that was moved, or is over already, sends nothing. Clocks of two machines may differ a little.
      const due = await tx.run(sql`
        update notification_choice set digest_at = null
        where workspace_id = ${workspaceId} and person_id = ${personId} and digest_at <= now() + interval '30 seconds'`);
      if (!due) return;
      const lines = await tx.many<Line & { seen: boolean }>(sql`
        with taken as (
          update notification set waits = false where workspace_id = ${workspaceId} and person_id = ${personId} and waits and seen_at is null
          returning id, kind, conversation_id, inbox_id, problem_id, sender, title, text)
        select * from taken order by id`);
      const person = await tx.first<{ name: string; email: string; language: string }>(
        sql`select name, email, language from person where workspace_id = ${workspaceId} and id = ${personId} and active`,
      );
      if (lines.length === 0 || !person) return;
      const { name: workspace } = await readWorkspace(tx);
      const written = writeDigest(lines, {
        base: baseUrl(config),
        workspace,
        language: person.language,
        token: digestToken(seal, workspaceId, personId),
      });
      await mailWritten(hearten, tx, { to: { name: person.name, address: person.email }, ...written });
    });
  };
}
