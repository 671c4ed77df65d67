import type { Role } from '@hearten/contract';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { COOKIE } from '../../src/base/http.ts';
import { newId } from '../../src/base/ids.ts';
import { type Incoming, receive } from '../../src/conversations/index.ts';
import { startSession } from '../../src/team/session.ts';
import { incoming } from '../incoming.ts';
import type { Stage } from './browser.ts';

export type Room = {
  workspaceId: string;
  inboxId: string;
  /** So many letters of different customers, the first the newest. */
  arrive: (many: number, more?: (n: number) => Partial<Incoming>) => Promise<string[]>;
  /** A colleague, signed in at a browser of their own. */
  colleague: (name: string, role: Role, options?: Parameters<Stage['page']>[0]) => ReturnType<Stage['page']>;
};

/** The workspace that was set up, with an inbox, mail and colleagues. */
export async function room(s: Stage): Promise<Room> {
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace limit 1`);
  const workspaceId = workspace?.id ?? '';
  const inboxId = newId();
  await db.tx(workspaceId, (t) =>
    t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${workspaceId}, ${inboxId}, id, 'email', 'Support', 'support@northwind.example', '{"imap":null,"smtp":null,"signature":"","undoSeconds":10,"quoteHistory":false,"acknowledge":false}' from brand where workspace_id = ${workspaceId} limit 1`),
  );
  let count = 0;
  const letter = (more: Partial<Incoming>): Incoming => {
    const n = ++count;
    return incoming(inboxId, n, { text: `Letter ${n}: it does not light up any more.`, ...more }, 'room');
  };
  return {
    workspaceId,
    inboxId,
    arrive: async (many, more = () => ({})) => {
      const out: string[] = [];
      for (let from = 0; from < many; from += 50) {
        const mails = Array.from({ length: Math.min(50, many - from) }, (_, i) => letter(more(from + i)));
        const got = await db.tx(workspaceId, (t) => receive(t, mails));
        out.push(...got.map((one) => one.conversationId as string));
      }
      return out;
    },
    colleague: async (name, role, options) => {
      const email = `${name.split(' ')[0]?.toLowerCase()}@northwind.example`;
      const [personId, accountId] = [newId(), newId()];
      let cookie = '';
      const keep = (value: string | null): void => {
        cookie = value ?? '';
      };
      await db.tx(workspaceId, async (t) => {
        await t.run(sql`insert into account (id, email) values (${accountId}, ${email})`);
        await t.run(
          sql`insert into person (workspace_id, id, account_id, name, email, role) values (${workspaceId}, ${personId}, ${accountId}, ${name}, ${email}, ${role})`,
        );
        const caller = { ip: '', agent: '', secure: false, setCookie: keep };
        await startSession(t, caller, null, accountId, { workspaceId, personId, role });
      });
      const page = await s.page(options);
      await page
        .context()
        .addCookies([
          { name: COOKIE, value: cookie, url: s.base.replace('http:', 'https:'), secure: true, httpOnly: true },
        ]);
      return page;
    },
  };
}
