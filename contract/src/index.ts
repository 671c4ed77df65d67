import type { z } from 'zod';
import { conversationEndpoints } from './conversations.ts';
import { customerEndpoints } from './customers.ts';
import { domainEndpoints } from './domains.ts';
import { inboxEndpoints } from './inboxes.ts';
import { notificationEndpoints } from './notifications.ts';
import { signInEndpoints } from './sign-ins.ts';
import { teamEndpoints } from './team.ts';
import { viewEndpoints } from './views.ts';

export * from './conversations.ts';
export * from './customers.ts';
export * from './domains.ts';
export type { Endpoint, Permission } from './endpoint.ts';
export * from './inboxes.ts';
export * from './live.ts';
export * from './notifications.ts';
export * from './sign-ins.ts';
export * from './team.ts';
export * from './views.ts';

/** Every JSON endpoint, below /api/v1. Files, frames and raw mail are served beside them (see docs/api.md). */
export const endpoints = {
  ...teamEndpoints,
  ...customerEndpoints,
  ...conversationEndpoints,
  ...viewEndpoints,
  ...inboxEndpoints,
  ...signInEndpoints,
  ...domainEndpoints,
  ...notificationEndpoints,
};
export type Endpoints = typeof endpoints;
export type Key = keyof Endpoints;
type Part<E, P extends string> = E extends Record<P, infer S extends z.ZodType> ? S : never;
/** What a caller sends and what comes back, by key. */
export type Params<K extends Key> = z.infer<Part<Endpoints[K], 'params'>>;
export type Query<K extends Key> = z.infer<Part<Endpoints[K], 'query'>>;
export type Body<K extends Key> = z.infer<Part<Endpoints[K], 'body'>>;
export type QueryInput<K extends Key> = z.input<Part<Endpoints[K], 'query'>>;
export type BodyInput<K extends Key> = z.input<Part<Endpoints[K], 'body'>>;
export type Reply<K extends Key> = z.infer<Endpoints[K]['reply']>;
