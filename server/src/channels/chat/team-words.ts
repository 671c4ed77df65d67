import type { ChatFrame, Present } from '@hearten/contract';
import { sql } from '../../base/db.ts';
import { textOf } from '../../base/errors.ts';
import type { EventRow } from '../../base/events.ts';
import type { Hearten } from '../../base/module.ts';
import { type Peer, tell } from './line-out.ts';

type TeamWords = {
  tellSeen: (there: Set<Peer> | undefined, event: EventRow) => void;
  tellTyping: (there: Set<Peer>, conversationId: string, people: Present[string]) => Promise<void>;
};

/** What a visitor does at this moment in a conversation: that it is so is nowhere kept. */
export type Doing = { w: string; c: string; typing?: boolean; read?: string; moved?: boolean };
export function tellTeam(live: Hearten['live'], { w, c, typing, read, moved }: Doing): void {
  for (const seat of live.seatsIn(w))
    if (seat.who.may('conversation.read'))
      seat.send({
        ...{ type: 'visitor', conversationId: c },
        ...(typing === undefined ? {} : { typing }),
        ...(read ? { readUpTo: read } : {}),
        ...(moved ? { moved } : {}),
      });
}

/** What a visitor is told of the team beside its answers: that somebody has read, and who is writing. */
export function teamWords(db: Hearten['db'], log: Hearten['log']): TeamWords {
  const names = new Map<string, string>();
  const tellSeen: TeamWords['tellSeen'] = (there, event) => {
    for (const peer of there ?? []) {
      const upTo = typeof event.data.upTo === 'string' ? event.data.upTo : null;
      if (upTo) sendFor(peer, event.conversation_id ?? '', (chat) => ({ type: 'seen', chat, upTo }));
    }
  };
  const tellTyping: TeamWords['tellTyping'] = async (there, conversationId, people) => {
    const typing = people.find((one) => one.doing === 'replying');
    const [first] = there;
    const name = typing && first ? await nameOf(first.workspaceId, typing.personId) : '';
    for (const peer of there)
      sendFor(peer, conversationId, (chat) => ({ type: 'typing', chat, name, on: typing !== undefined }));
  };
  function sendFor(peer: Peer, conversationId: string, frame: (chat: string) => ChatFrame): void {
    db.read<{ id: string }>(
      peer.workspaceId,
      sql`select id from chat where workspace_id = ${peer.workspaceId} and visitor_id = ${peer.visitorId} and conversation_id = ${conversationId}`,
    ).then(
      (rows) => {
        for (const row of rows) tell(peer, frame(row.id));
      },
      (error) => log.debug('typing', { error: textOf(error) }),
    );
  }
  async function nameOf(workspaceId: string, personId: string): Promise<string> {
    const before = names.get(personId);
    if (before !== undefined) return before;
    const [row] = await db.read<{ name: string }>(
      workspaceId,
      sql`select name from person where workspace_id = ${workspaceId} and id = ${personId}`,
    );
    if (names.size > 2_000) names.clear();
    names.set(personId, row?.name ?? '');
    return row?.name ?? '';
  }
  return { tellSeen, tellTyping };
}
