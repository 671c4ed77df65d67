import type { ChatSettings, ToldValues } from '@hearten/contract';
import type { Tx } from '../../base/db.ts';
import { emit } from '../../base/events.ts';
import { cut } from '../../base/text.ts';

const MOST = 20;
const SIGNS = 2_000;
const clean = (text: string, most: number): string => cut(text.replace(/[\0\u2028\u2029]+/g, ' '), most);

/** What a page tells, as much of it as the team can look at: few values, short ones. Whatever a stranger's page holds, the message goes. */
export function bounded(told: Record<string, unknown> | null | undefined): ToldValues {
  const out: ToldValues = {};
  let left = SIGNS;
  for (const [key, value] of Object.entries(told ?? {}).slice(0, MOST)) {
    const name = clean(key, 60);
    const kept = typeof value === 'number' || typeof value === 'boolean' || value === null ? value : textOf(value);
    left -= name.length + String(kept).length;
    if (left < 0) break;
    if (name !== '' && kept !== '') out[name] = kept;
  }
  return out;
}
const textOf = (value: unknown): string =>
  clean(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 500);

/** The words of a greeting are the workspace's own, whatever the page says that it showed. */
export const greetingOf = ({ triggers }: ChatSettings, id: string | null | undefined): string =>
  triggers.find((one) => one.id === id)?.text ?? '';

/** With which greeting it began, what they answered before it, and what the page told, stands in the conversation at its place. */
export async function tellAlong(
  tx: Tx,
  conversationId: string,
  told: {
    greeting: string;
    asked: { question: string; answer: string } | null;
    context: Record<string, unknown> | null | undefined;
  },
): Promise<void> {
  const values = bounded(told.context);
  const actor = { kind: 'customer' as const, id: null };
  const events = [
    ...(told.greeting ? [{ name: 'conversation.greeted', data: { text: told.greeting } }] : []),
    ...(told.asked ? [{ name: 'conversation.asked_first', data: told.asked }] : []),
    ...(Object.keys(values).length > 0 ? [{ name: 'conversation.context', data: { values } }] : []),
  ];
  if (events.length > 0)
    await emit(
      tx,
      events.map((one) => ({ ...one, actor, conversationId })),
    );
}
