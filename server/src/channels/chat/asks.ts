import { type ChatAsk, type ChatSettings, chatSettings } from '@hearten/contract';
import { Invalid } from '../../base/errors.ts';
import type { Chat } from './settings.ts';

export type Asks = ChatSettings['asks'];
export type Audience = keyof Asks;
type Said = {
  askName?: ChatAsk['name'] | undefined;
  askEmail?: ChatAsk['email'] | undefined;
  asks?: Parts | undefined;
};
type Parts = { [A in Audience]?: { [F in keyof ChatAsk]?: ChatAsk[F] | undefined } | undefined };

/** What is said of it, upon what was there; one that names no audience is of everybody who was not vouched for, as it was once said. */
export function asksWith(before: Asks, { askName, askEmail, asks }: Said): Asks {
  const once = { name: askName, email: askEmail };
  const part = (audience: Audience, ...said: Parts[Audience][]): ChatAsk => {
    const told = said.flatMap((one) => Object.entries(one ?? {})).filter(([, value]) => value !== undefined);
    return { ...before[audience], ...Object.fromEntries(told) };
  };
  return {
    new: part('new', once, asks?.new),
    returning: part('returning', once, asks?.returning),
    signedIn: part('signedIn', asks?.signedIn),
  };
}

/** Whatever stands in the row, with the defaults of what is not said. */
export function settingsOf(kept: unknown): ChatSettings {
  const said = (kept ?? {}) as Said;
  return chatSettings.parse({ ...said, asks: asksWith(chatSettings.parse({}).asks, said) });
}

/** What each is asked now: where nobody is there, an address is what makes an answer possible. */
export function asksNow({ settings: { asks }, closed }: Pick<Chat, 'settings' | 'closed'>): Asks {
  if (!closed) return asks;
  const mail = (ask: ChatAsk): ChatAsk => ({ ...ask, email: 'required' });
  return { new: mail(asks.new), returning: mail(asks.returning), signedIn: mail(asks.signedIn) };
}

type Known = { userId: string | null; customerId: string | null; visits: number; name: string; email: string };
/** Who wrote before, or was here half an hour and more ago, comes back. */
export const audienceOf = ({ userId, customerId, visits }: Omit<Known, 'name' | 'email'>): Audience =>
  userId !== null ? 'signedIn' : customerId !== null || visits > 1 ? 'returning' : 'new';

/** A conversation begins with what its chat asks for, whatever program speaks for the visitor. The question that was answered, if one was. */
export function mustHaveSaid(
  chat: Pick<Chat, 'settings' | 'closed'>,
  visitor: Known,
  said: string | null | undefined,
): { question: string; answer: string } | null {
  const ask = asksNow(chat)[audienceOf(visitor)];
  const answer = ask.question === '' ? '' : (said ?? '').toWellFormed().replaceAll('\0', '').trim();
  if (ask.name === 'required' && visitor.name === '')
    throw Invalid('Your name is asked for before you write. Nothing was sent; give it, then send again.');
  if (ask.email === 'required' && visitor.email === '')
    throw Invalid('Your e-mail address is asked for before you write. Nothing was sent; give it, then send again.');
  if (ask.question !== '' && ask.answer === 'required' && answer === '')
    throw Invalid('There is a question to answer before you write. Nothing was sent; answer it, then send again.');
  return answer === '' ? null : { question: ask.question, answer };
}
