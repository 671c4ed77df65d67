import { z } from 'zod';

export const asked = z.enum(['no', 'optional', 'required']);
/** What is asked before a conversation begins, of what is not known yet. */
export const chatAsk = z.object({
  name: asked,
  email: asked,
  /** A question of your own; empty asks none. */
  question: z.string().trim().max(120),
  /** Whether it has to be answered. */
  answer: z.enum(['optional', 'required']),
});
export type ChatAsk = z.infer<typeof chatAsk>;
/** Who was never here, who was, and whom the company's own server vouched for: they are asked only what it did not say. */
export const chatAsks = z.object({ new: chatAsk, returning: chatAsk, signedIn: chatAsk });
const little: ChatAsk = { name: 'no', email: 'optional', question: '', answer: 'optional' };
/** Of a chat that was told nothing. */
export const askedFirst: z.infer<typeof chatAsks> = {
  new: little,
  returning: little,
  signedIn: { ...little, email: 'no' },
};
