export type { Endpoints, EventType, Key } from './api.ts';
export { type Ask, type Client, hearten, type Options, type Reply } from './client.ts';
export type { HeartenEvent } from './events.ts';
export { isProblem, type Problem } from './problem.ts';
export { type Delivery, verifyWebhook } from './webhooks.ts';
