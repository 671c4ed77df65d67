export const scope = self as unknown as ServiceWorkerGlobalScope;

/** What the app told us of its reader: kept, because the worker is stopped and started at any time. */
export type About = { language?: string; words?: Record<string, string>; keep?: boolean };
const name = 'about';
const place = '/about';
export async function about(): Promise<About> {
  const kept = await (await caches.open(name)).match(place);
  return kept ? ((await kept.json()) as About) : {};
}
export async function remember(next: About): Promise<void> {
  await (await caches.open(name)).put(place, new Response(JSON.stringify(next)));
}
