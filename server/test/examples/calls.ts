import type { BodyInput, Endpoints, Key, Params, QueryInput, Role } from '@hearten/contract';
import type { Side } from '../side.ts';

type Has<K extends Key, P extends string, T> = P extends keyof Endpoints[K] ? T : never;
/** One call as it stands in the reference. Without `as` an API key makes it; `status` is said where the answer is a problem. */
export type Call<K extends Key> = {
  as?: Role | 'nobody' | 'new desk';
  params?: Has<K, 'params', { [N in keyof Params<K>]: string }>;
  query?: Has<K, 'query', QueryInput<K>>;
  body?: Has<K, 'body', BodyInput<K>>;
  status?: number;
};
/** What was answered so far in this story, for calls that go on from it. */
export type Before = <T>(key: Key) => T;
export type Calls = { [K in Key]?: (s: Side, before: Before) => Call<K> };
export const of = (id: string) => ({ params: { id } });
export const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString();
