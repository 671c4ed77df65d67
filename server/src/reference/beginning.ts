import { escaped } from '../base/html.ts';

/** What holds everywhere, before the endpoints. */
export const beginning = (
  base: string,
): string => `<p class="lead">Everything the app does, your programs can do. Each example on this page was run by a test against a real desk; ids and times are made the same each time, and long lists are shortened.</p>
<h2>Begin</h2>
<p>Make a key under Settings, API keys, and put it into your terminal as <code>KEY</code>. To try things out where nothing is real, make the key for the sample workspace.</p>
<figure><figcaption>First request<button type="button" class="copy" hidden>Copy</button></figcaption><pre tabindex="0"><code>curl -H "Authorization: Bearer $KEY" '${escaped(base)}/conversations?limit=5'</code></pre></figure>
<p>All of this as <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
<h2>What holds everywhere</h2>
<dl>
<dt>Keys</dt><dd>A key acts for the person who made it and may never do more. Its scopes are <code>read</code>, <code>write</code> (read, and work on conversations, customers and quarantine), <code>admin</code> (all that its person may), or single permissions by the names below, such as <code>conversation.write</code>: what a key may do in an area, it may read there too. It ends on its last day, when it is revoked, or when its person is deactivated.</dd>
<dt>Limits</dt><dd>Each answer to a key says what is left: <code>RateLimit: "key";r=599;t=1</code> (requests; seconds until all are there again), of <code>RateLimit-Policy: "key";q=600;w=60</code>. One too many gets <b>429</b> with <code>Retry-After</code>. The limit holds over all processes together; a burst may go over by a twentieth for each further process, and owes it then.</dd>
<dt>Repeating safely</dt><dd>Send an <code>Idempotency-Key</code> (8 to 200 characters) with a write. The same request again gets the first answer, with <code>Idempotent-Replayed: true</code>, and happens once; kept for a day. The same key with another request is refused with <b>409</b>. An answer that showed a secret is not kept: the same request again gets <b>409</b>, and nothing is made twice.</dd>
<dt>Pages</dt><dd>Lists answer <code>{ items, next }</code>. Pass <code>next</code> as <code>cursor</code> until it is null; <code>limit</code> goes up to 100.</dd>
<dt>Errors</dt><dd>Problems as RFC 9457 has them (<code>application/problem+json</code>): <code>detail</code> says what happened, what is safe and what to do, in the language of <code>Accept-Language</code>; <code>errors</code> names fields; <code>type</code> tells machines apart what they may want to handle. <b>404</b> is what isn’t there or isn’t yours to see, <b>403</b> what you see but may not do.</dd>
<dt>Events</dt><dd>What happens comes to a webhook of yours, or over <a href="#getEvents"><code>GET /events</code></a> as server-sent events, under the same names and ids. After a break the stream goes on from <code>Last-Event-ID</code>.</dd>
<dt>Values</dt><dd>Times are ISO 8601 in UTC; ids are UUIDs in order of time. Fields may be added to answers; none is taken away or changes its meaning within <code>v1</code>.</dd>
</dl>`;
