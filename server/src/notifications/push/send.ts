import { baseUrl, type Config } from '../../base/config.ts';
import { sql } from '../../base/db.ts';
import { isRefusedAs, NotFound } from '../../base/errors.ts';
import type { Hearten, Job, Who } from '../../base/module.ts';
import type { Outbound } from '../../base/outbound.ts';
import { hash } from '../../base/seal.ts';
import { inWords, say } from '../../base/words.ts';
import { leadsTo } from '../tell.ts';
import { type Address, placeOf } from './browsers.ts';
import { encrypt } from './encrypt.ts';
import { pushKeys, vapid } from './keys.ts';

/** What the service worker (web/src/worker/push.ts) shows. */
export type Said = { title: string; body: string; tag: string; url: string; unseen: number };
type Open = Pick<Hearten, 'db' | 'log' | 'seal' | 'config'>;

const subject = (config: Config): string => {
  const from = config.SYSTEM_FROM && (/<([^<>]+)>\s*$/.exec(config.SYSTEM_FROM)?.[1] ?? config.SYSTEM_FROM);
  return from ? `mailto:${from}` : baseUrl(config);
};
const cut = (text: string, most: number): string => {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
};

/** `gone`: nobody listens there any more. `refused`: it will not be taken however often it is tried. `later`: try again. */
type Outcome = 'sent' | 'gone' | 'refused' | 'later';
async function post(
  { seal, config }: Open,
  outbound: Outbound,
  address: Address,
  said: Said,
  urgent: boolean,
): Promise<{ outcome: Outcome; status: number }> {
  const reply = await outbound(address.endpoint, {
    method: 'POST',
    headers: {
      authorization: vapid(pushKeys(seal), address.endpoint, subject(config)),
      'content-type': 'application/octet-stream',
      'content-encoding': 'aes128gcm',
      // A device that sleeps for longer has the app and the digest. A later word on the same replaces this one there.
      ttl: '14400',
      topic: hash(said.tag).subarray(0, 24).toString('base64url'),
      urgency: urgent ? 'high' : 'normal',
    },
    body: encrypt(address, JSON.stringify(said)),
    maxBytes: 65_536,
    redirects: 0,
  });
  const { status } = reply;
  if (status >= 200 && status < 300) return { outcome: 'sent', status };
  // 403: subscribed with another key than ours is now.
  if (status === 404 || status === 410 || status === 403) return { outcome: 'gone', status };
  return { outcome: status === 429 || status >= 500 ? 'later' : 'refused', status };
}

type Row = {
  id: string;
  sealed: Buffer;
  kind: string;
  conversation_id: string | null;
  inbox_id: string | null;
  problem_id: string | null;
  sender: string;
  title: string;
  text: string;
  unseen: number;
  language: string;
};

/** One notification to one browser, encrypted for it alone: who wrote, and the first line. */
export function push(hearten: Open, outbound: Outbound): Job {
  const { db, log } = hearten;
  return async (payload, attempt) => {
    const { workspaceId, browserId, notificationId, count } = payload as Record<string, string> & { count: number };
    const [row] = await db.read<Row>(
      workspaceId as string,
      sql`
      select b.id, b.sealed, p.language, n.kind, n.conversation_id, n.inbox_id, n.problem_id, n.sender, n.title, n.text,
        (select count(*)::int from (select 1 from notification u where u.workspace_id = n.workspace_id and u.person_id = n.person_id and u.in_app and u.seen_at is null limit 100) x) as unseen
      from push_browser b
      join notification n on n.workspace_id = b.workspace_id and n.person_id = b.person_id and n.id = ${notificationId} and n.seen_at is null
      join person p on p.workspace_id = b.workspace_id and p.id = b.person_id and p.active
      join session s on s.id = b.session_id and s.account_id = p.account_id and s.expires_at > now()
      where b.workspace_id = ${workspaceId} and b.id = ${browserId}`,
    );
    if (!row) return; // seen meanwhile, or signed out there
    const many = Number(count) > 1;
    const said: Said = {
      title: cut(
        many ? inWords(say('{count} new', { count: Number(count) }), row.language) : row.sender || row.title,
        120,
      ),
      body: cut(many ? `${row.sender}: ${row.text}` : row.sender ? `${row.title}\n${row.text}` : row.text, 400),
      tag: many ? 'many' : (row.conversation_id ?? row.inbox_id ?? row.problem_id ?? row.id),
      url: many ? '/notifications' : leadsTo(row),
      unseen: row.unseen,
    };
    const urgent = ['not-delivered', 'held', 'inbox-trouble', 'rising'].includes(row.kind);
    const { outcome, status } = await deliver(hearten, outbound, workspaceId as string, row, said, urgent).catch(
      (error: unknown) => {
        // An address inside is no push service, however often it is tried.
        if (isRefusedAs(error, 'forbidden')) return { outcome: 'refused' as const, status: 0 };
        throw error;
      },
    );
    if (outcome === 'later' && !attempt.last)
      throw new Error(`The push service of a browser answered ${status}; it is tried again.`);
    if (outcome === 'later' || outcome === 'refused')
      log.warn('A push was not taken, and is given up. It stands in the app.', { status, browser: row.id });
  };
}

async function deliver(
  hearten: Open,
  outbound: Outbound,
  workspaceId: string,
  browser: { id: string; sealed: Buffer },
  said: Said,
  urgent = false,
): Promise<{ outcome: Outcome; status: number }> {
  const address = JSON.parse(hearten.seal.open(browser.sealed, placeOf(workspaceId, browser.id))) as Address;
  const done = await post(hearten, outbound, address, said, urgent);
  await hearten.db.tx(workspaceId, (tx) =>
    tx.run(
      done.outcome === 'gone'
        ? sql`delete from push_browser where workspace_id = ${workspaceId} and id = ${browser.id} and sealed = ${browser.sealed}`
        : done.outcome === 'sent'
          ? sql`update push_browser set told_at = now() where workspace_id = ${workspaceId} and id = ${browser.id}`
          : sql`select 1`,
    ),
  );
  return done;
}

/** A push on request, answered with what became of it. */
export async function tryPush(hearten: Open, outbound: Outbound, who: Who, id: string): Promise<Record<string, never>> {
  const [row] = await hearten.db.read<{ id: string; sealed: Buffer; language: string }>(
    who.workspaceId,
    sql`
      select b.id, b.sealed, p.language from push_browser b join person p on p.workspace_id = b.workspace_id and p.id = b.person_id
      where b.workspace_id = ${who.workspaceId} and b.id = ${id} and b.person_id = ${who.id}`,
  );
  if (!row) throw NotFound();
  const said: Said = {
    title: 'Hearten',
    body: inWords(say('This is how Hearten tells you, when nobody looks at it here.'), row.language),
    tag: 'try',
    url: '/settings/notifications',
    unseen: 0,
  };
  const { outcome } = await deliver(hearten, outbound, who.workspaceId, row, said);
  if (outcome === 'gone') throw NotFound('This browser does not listen any more, and was taken off the list.');
  return {};
}
