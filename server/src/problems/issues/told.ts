import { createHash } from 'node:crypto';
import type { TrackerKind } from '@hearten/contract';

/** What a tracker said of one issue. `dropped`: closed, and not because it was done. */
export type Told = { link: string; state: 'open' | 'closed'; at: Date; dropped: boolean };

type Thing = Record<string, unknown>;
const thing = (value: unknown): Thing => (typeof value === 'object' && value !== null ? (value as Thing) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * The one way a link to an issue is compared by: without what comes behind it, whatever of its addresses somebody copied. GitLab shows
 * issues as work items too; Linear puts the title behind the number; Jira shows an issue within a board.
 */
export function linkOf(address: string): string {
  const url = URL.parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return '';
  const chosen = url.searchParams.get('selectedIssue');
  const path = chosen && /^[A-Za-z][A-Za-z0-9_]*-\d+$/.test(chosen) ? `/browse/${chosen}` : url.pathname;
  const plain = path
    .replace(/\/+$/, '')
    .replace(/(\/-)?\/work_items\/(\d+)$/, '/-/issues/$2')
    .replace(/(?<!\/-)\/issues\/(\d+)$/, '/issues/$1');
  const linear = url.hostname === 'linear.app' ? /^\/[^/]+\/issue\/[^/]+/.exec(plain)?.[0] : undefined;
  return `${url.host}${linear ?? plain}`.toLowerCase();
}

/** GitLab of before wrote `2026-03-01 09:00:00 UTC`. */
const time = (value: unknown, now: Date): Date => {
  const at = typeof value === 'number' ? new Date(value) : new Date(text(value).replace(/^(\S+) (\S+) UTC$/, '$1T$2Z'));
  // What is told of tomorrow would keep everything until then from being believed.
  return Number.isNaN(at.getTime()) || at.getTime() > now.getTime() ? now : at;
};

/**
 * Jira counts what was given up as done, too: its resolution says so ("Won't Do", "Duplicate", "Cannot Reproduce", or a name of the
 * company's own), or where that is set to "Done" by itself, the name of the status. What is no word for having done it is not believed.
 */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^\p{L}' ]/gu, ' ')
    .trim();
const DONE = new Set(
  [
    ...[
      'done',
      'fixed',
      'resolved',
      'complete',
      'completed',
      'closed',
      'implemented',
      'delivered',
      'released',
      'deployed',
      'shipped',
    ],
    ...[
      'fertig',
      'erledigt',
      'behoben',
      'gelöst',
      'terminé',
      'corrigé',
      'résolu',
      'hecho',
      'listo',
      'corregido',
      'resuelto',
      'finalizado',
    ],
    ...['concluído', 'corrigido', 'resolvido', 'feito', '完了', '修正済み', '解決済み', 'تم', 'مكتمل'],
  ].map(plain),
);
const GIVEN_UP =
  /\b(won't|will not|wont|not (do|doing|fixing|planned|needed)|declined|rejected|cancell?ed|abandoned|duplicate|obsolete|invalid|cannot reproduce|abgelehnt|abgebrochen|verworfen|refusé|annulé|rechazad[oa]|cancelad[oa]|rejeitad[oa])(?!\p{L})/u;
const givenUp = (status: string, resolution: string): boolean =>
  GIVEN_UP.test(plain(status)) || (resolution !== '' && !DONE.has(plain(resolution)));

/** Each tracker's own words for an issue that is open or done; null for whatever else it tells. */
const readers: Record<TrackerKind, (event: string, body: Thing, now: Date) => Told | null> = {
  github: (event, body, now) => {
    const issue = thing(body.issue);
    if (event !== 'issues' || issue.pull_request) return null;
    const dropped = issue.state_reason === 'not_planned' || issue.state_reason === 'duplicate';
    return told(issue.html_url, issue.state === 'closed', time(issue.updated_at, now), dropped);
  },
  gitea: (event, body, now) => {
    const issue = thing(body.issue);
    if (event !== 'issues' || issue.pull_request) return null;
    return told(issue.html_url, issue.state === 'closed', time(issue.updated_at, now));
  },
  gitlab: (_, body, now) => {
    const issue = thing(body.object_attributes);
    if (body.object_kind !== 'issue' && body.object_kind !== 'work_item') return null;
    return told(issue.url, issue.state === 'closed', time(issue.updated_at, now));
  },
  jira: (_, body, now) => {
    const issue = thing(body.issue);
    const [key, self] = [text(issue.key), text(issue.self)];
    const status = thing(thing(issue.fields).status);
    if (!text(body.webhookEvent).startsWith('jira:issue_') || !key || !status.statusCategory) return null;
    const home = self.slice(0, self.indexOf('/rest/'));
    const closed = thing(status.statusCategory).key === 'done';
    const dropped = givenUp(text(status.name), text(thing(thing(issue.fields).resolution).name));
    return told(`${home}/browse/${key}`, closed, time(body.timestamp, now), dropped);
  },
  linear: (_, body, now) => {
    const issue = thing(body.data);
    const kind = text(thing(issue.state).type);
    if (body.type !== 'Issue' || !kind) return null;
    const dropped = kind === 'canceled' || kind === 'duplicate';
    return told(text(issue.url) || body.url, dropped || kind === 'completed', time(issue.updatedAt, now), dropped);
  },
};
const told = (address: unknown, closed: boolean, at: Date, dropped = false): Told | null => {
  const link = linkOf(text(address));
  return link ? { link, state: closed ? 'closed' : 'open', at, dropped: closed && dropped } : null;
};

type Headers = (name: string) => string;
const events: Record<TrackerKind, string> = {
  github: 'x-github-event',
  gitlab: 'x-gitlab-event',
  gitea: 'x-gitea-event',
  jira: 'x-atlassian-webhook-flow',
  linear: 'linear-event',
};
export const readTold = (kind: TrackerKind, headers: Headers, body: unknown, now: Date): Told | null =>
  readers[kind](headers(events[kind]), thing(body), now);

const deliveries: Record<TrackerKind, string[]> = {
  github: ['x-github-delivery'],
  // Since 17.4; an older one is known again by its bytes.
  gitlab: ['idempotency-key'],
  gitea: ['x-forgejo-delivery', 'x-gitea-delivery'],
  jira: ['x-atlassian-webhook-identifier'],
  linear: ['linear-delivery'],
};
/** Under which it is known again when it is sent once more. */
export function deliveryOf(kind: TrackerKind, headers: Headers, bytes: Buffer): string {
  const named = deliveries[kind].map(headers).find(Boolean);
  return named ? named.slice(0, 200) : createHash('sha256').update(bytes).digest('hex');
}
