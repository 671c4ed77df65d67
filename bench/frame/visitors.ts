import type { ChatSaid } from '@hearten/contract';
import WebSocket from 'ws';
import { sql } from '../../server/src/base/db.ts';
import { newId } from '../../server/src/base/ids.ts';
import { hash, newToken } from '../../server/src/base/seal.ts';
import type { Fleet, Member } from '../../server/test/fleet.ts';

/** People who opened the chat before: each with the secret that lies in their browser. */
export async function visitors({ hearten, workspaceId }: Fleet, inboxId: string, count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, () => newToken());
  const ids = tokens.map(() => newId());
  await hearten.db.tx(workspaceId, async (tx) => {
    await tx.run(
      sql`insert into visitor (workspace_id, id, inbox_id) select ${workspaceId}, u, ${inboxId} from unnest(${ids}::uuid[]) u`,
    );
    await tx.run(sql`
      insert into visitor_session (workspace_id, token_hash, visitor_id, expires_at)
      select ${workspaceId}, u.h, u.v, now() + interval '1 day' from unnest(${tokens.map((one) => hash(one))}::bytea[], ${ids}::uuid[]) as u (h, v)`);
  });
  return tokens;
}

let opened = 0;
/** Each from an address of its own, as visitors are; open once it was told what it has. */
export const open = (fleet: Fleet, { port }: Member, inboxId: string, tokens: string[]): Promise<WebSocket[]> =>
  Promise.all(
    tokens.map((token) => {
      const n = ++opened;
      const socket = new WebSocket(`ws://127.0.0.1:${port}/chat/socket`, ['hearten.chat.1', inboxId, token], {
        origin: fleet.front.url,
        perMessageDeflate: false,
        headers: { 'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` },
      });
      return new Promise<WebSocket>((done, failed) => {
        socket.once('open', () => say(socket, { type: 'resume', at: {} }));
        socket.once('message', () => done(socket));
        socket.once('error', failed);
      });
    }),
  );
export const say = (socket: WebSocket, said: ChatSaid): void => socket.send(JSON.stringify(said));
