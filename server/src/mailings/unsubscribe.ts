import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sql, type Tx } from '../base/db.ts';
import { makeLimit } from '../base/limits.ts';
import { machine } from '../base/machine.ts';
import type { Hearten, Module } from '../base/module.ts';
import { accepted } from '../base/words.ts';
import { readNoMore } from './link.ts';
import { asks, colleague, done, gone, sendPage } from './page.ts';

type Asked = FastifyRequest<{ Params: { token: string }; Body: string | undefined }>;
type Whose = { customer_id: string; mailing_id: string; brand: string; language: string; off: boolean };

const whoseOf = (tx: Tx, id: string): Promise<Whose | undefined> =>
  tx.first<Whose>(sql`
    select p.customer_id, p.mailing_id, coalesce(b.name, w.name) as brand, p.language, exists (select 1 from unsubscribed u where u.workspace_id = p.workspace_id and u.customer_id = p.customer_id) as off
    from mailing_person p join workspace w on w.id = p.workspace_id left join inbox i on i.workspace_id = p.workspace_id and i.id = p.inbox_id left join brand b on b.workspace_id = i.workspace_id and b.id = i.brand_id
    where p.workspace_id = ${tx.workspaceId} and p.id = ${id} and p.customer_id is not null`);

/** Ended once it stays as it was ended first: when, and from which mailing. */
export async function unsubscribe(tx: Tx, customerId: string, mailingId: string | null = null): Promise<void> {
  await tx.run(
    sql`insert into unsubscribed (workspace_id, customer_id, mailing_id) values (${tx.workspaceId}, ${customerId}, ${mailingId}) on conflict do nothing`,
  );
}
/** What ended it: whose, when, and by which mailing. */
export type Ended = { customerId: string; at: string; mailingId: string | null };
/** By whichever of their addresses they ended it: customers who were merged are one. Gives back what is removed by that. */
export const subscribe = (tx: Tx, customerId: string): Promise<Ended[]> =>
  tx.many<Ended>(sql`
    with recursive up as (select k.id, k.merged_into from customer k where k.workspace_id = ${tx.workspaceId} and k.id = ${customerId}
        union select k.id, k.merged_into from up join customer k on k.workspace_id = ${tx.workspaceId} and k.id = up.merged_into),
      same as (select id from up where merged_into is null union select k.id from same s join customer k on k.workspace_id = ${tx.workspaceId} and k.merged_into = s.id)
    delete from unsubscribed where workspace_id = ${tx.workspaceId} and customer_id in (select id from same)
    returning customer_id as "customerId", at, mailing_id as "mailingId"`);

/** What a mail program sends by itself (RFC 8058), as a form of either kind. */
const isOneClick = (body: string): boolean => /List-Unsubscribe["\s]*(=|[\r\n]+[\s\S]{0,200}?)One-Click/.test(body);

/**
 * Where "No more news like this" leads: a page without a script that does nothing until its button is pressed, since programs that look
 * into mail follow its links. A mail program's own button asks by POST and needs no page. Nobody has to sign in.
 */
export function noMorePages({ db, seal }: Hearten): NonNullable<Module['plain']> {
  return (app: FastifyInstance, _identify, look) => {
    const limit = makeLimit(60);
    const handle = async (request: Asked, reply: FastifyReply): Promise<FastifyReply> => {
      const guess = accepted(request.headers['accept-language']);
      const whose = readNoMore(seal, request.params.token);
      const body = request.method === 'POST' ? (request.body ?? '') : '';
      const oneClick = isOneClick(body);
      // Large providers press for many of their users from few machines: what bears a right signature is not counted.
      if (!whose || !oneClick) limit(machine(request.ip));
      if (!whose) return sendPage(reply, 404, guess, gone);
      if (!oneClick && (await look(request))?.workspaceId === whose.workspaceId)
        return sendPage(reply, 200, guess, colleague);
      const choice = new URLSearchParams(body).get('news');
      const found = await db.tx(whose.workspaceId, async (tx) => {
        const them = await whoseOf(tx, whose.personId);
        if (!them) return null;
        if (oneClick || choice === 'off') await unsubscribe(tx, them.customer_id, them.mailing_id);
        else if (choice === 'on') await subscribe(tx, them.customer_id);
        return { ...them, off: oneClick || choice === 'off' || (choice !== 'on' && them.off) };
      });
      if (!found) return sendPage(reply, 404, guess, gone);
      return sendPage(reply, 200, found.language, found.off ? done(found.brand) : asks(found.brand, choice === 'on'));
    };
    void app.register(async (own) => {
      for (const kind of ['application/x-www-form-urlencoded', /^multipart\/form-data/])
        own.addContentTypeParser(kind, { parseAs: 'string', bodyLimit: 10_000 }, (_, body, took) => took(null, body));
      own.route<{ Params: { token: string }; Body: string | undefined }>({
        method: ['GET', 'POST'],
        url: '/no-more/:token',
        exposeHeadRoute: false,
        handler: handle,
      });
    });
  };
}
