/** What the server said went wrong (RFC 9457), or that it could not be reached (`status` 0). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: Record<string, string>;
  /** Everything the server said, for the few callers that need a field of their own. */
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    const text = (key: string) => (typeof body[key] === 'string' ? (body[key] as string) : '');
    const title = text('title') || (status === 0 ? 'Hearten can’t be reached' : 'That did not work');
    super(text('detail') || title);
    this.status = status;
    this.type = text('type');
    this.title = title;
    this.detail = text('detail');
    this.errors = fieldErrors(body.errors);
    this.body = body;
  }
}

/** `[{path: 'settings.imap.host', message}]` → what a form asks for: field → sentence; the first of each field. */
export const fieldErrors = (errors: unknown): Record<string, string> => {
  const out: Record<string, string> = {};
  if (!Array.isArray(errors)) return out;
  for (const e of errors as unknown[]) {
    if (typeof e !== 'object' || e === null || !('path' in e) || !('message' in e)) continue;
    out[String(e.path)] ??= String(e.message);
  }
  return out;
};

export const unreachable = (cause: unknown) =>
  new Problem(0, {
    title: 'Hearten can’t be reached',
    detail: 'Your connection or the server is down. What you wrote is still here.',
    cause: String(cause),
  });

/** The sentence to show for whatever was thrown. */
export const said = (error: unknown): string => (error instanceof Error ? error.message : 'That did not work.');
