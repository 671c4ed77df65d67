import { type WebhookType, webhookType } from '@hearten/contract';
import type { Who } from '../base/module.ts';

export { typesOf } from '../webhooks/index.ts';
export type StreamType = WebhookType;
export const isType = (text: string): text is StreamType => webhookType.options.some((type) => type === text);
/** What concerns customers asks for the reading of customers, all else for that of conversations. */
export const mayHear = (who: Who, type: StreamType): boolean =>
  who.may(type.startsWith('customer.') ? 'customer.read' : 'conversation.read');
