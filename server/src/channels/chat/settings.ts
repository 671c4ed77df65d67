import type { ChatSettings } from '@hearten/contract';
import { NOWHERE, type Sql, sql, type Tx } from '../../base/db.ts';
import { isId } from '../../base/ids.ts';
import type { Hearten } from '../../base/module.ts';
import { settingsOf } from './asks.ts';
import type { Hours } from './now.ts';

/** What a chat is, as everything a visitor asks needs it. */
export type Chat = {
  workspaceId: string;
  id: string;
  name: string;
  settings: ChatSettings;
  /** Outside its hours, of a chat that asks for an address then. */
  closed: boolean;
  brand: { name: string; colour: string; site: string };
  keys: { id: string; algorithm: 'HS256' | 'ES256' | 'RS256'; secret: Buffer | null; publicKey: string | null }[];
};
type Row = Omit<Chat, 'workspaceId' | 'settings' | 'closed'> & { settings: unknown };

const select = (workspaceId: string, id: string): Sql => sql`
  select i.id, i.name, i.settings, json_build_object('name', w.name, 'colour', b.colour, 'site', b.site) as brand
  from inbox i join brand b on b.workspace_id = i.workspace_id and b.id = i.brand_id join workspace w on w.id = i.workspace_id
  where i.workspace_id = ${workspaceId} and i.id = ${id} and i.channel = 'chat' and i.enabled and i.deleted_at is null`;

const FRESH = 5_000; // ms: a page that asks a hundred times a second costs one look, and a change is there in five

/** Looks up the chat an address names, known for a few seconds; null when there is none. */
export function chatFinder(
  { db }: Pick<Hearten, 'db'>,
  hoursOf: (tx: Tx, inboxId: string) => Promise<Hours>,
): {
  find: (id: string) => Promise<Chat | null>;
  forget: () => void;
} {
  const known = new Map<string, { at: number; chat: Promise<Chat | null> }>();
  const look = async (id: string): Promise<Chat | null> => {
    const [home] = await db.read<{ workspace_id: string | null }>(
      NOWHERE,
      sql`select chat_home(${id}) as workspace_id`,
    );
    const workspaceId = home?.workspace_id;
    if (!workspaceId) return null;
    return db.tx(workspaceId, async (tx) => {
      const [row, keys] = await Promise.all([tx.first<Row>(select(workspaceId, id)), keysOf(tx, id)]);
      if (!row) return null;
      const settings = settingsOf(row.settings);
      const closed = settings.emailWhenClosed && (await hoursOf(tx, id))?.open === false;
      return { ...row, workspaceId, settings, closed, keys };
    });
  };
  return {
    find: async (id) => {
      if (!isId(id)) return null;
      const before = known.get(id);
      if (before && Date.now() - before.at < FRESH) return before.chat;
      const chat = look(id);
      if (known.size > 5_000) known.clear();
      known.set(id, { at: Date.now(), chat });
      chat.catch(() => known.delete(id));
      return chat;
    },
    forget: () => known.clear(),
  };
}

const keysOf = (tx: Tx, inboxId: string): Promise<Chat['keys']> =>
  tx.many(
    sql`select id, algorithm, secret, public_key as "publicKey" from chat_key where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} order by created_at desc`,
  );
