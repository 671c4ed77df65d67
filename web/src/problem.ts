import type { Role } from '@hearten/contract';
import { spoken, t } from './language/index.ts';
import { roleName } from './people/roles.ts';
import { makeStore } from './ui/store.ts';

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
    const title = text('title') || (status === 0 ? t('Hearten can’t be reached') : t('That did not work'));
    super(whoHelps(body.ask) ?? (text('detail') || title));
    this.status = status;
    this.type = text('type');
    this.title = title;
    this.detail = text('detail');
    this.errors = fieldErrors(body.errors);
    this.body = body;
  }
}

/** A refusal names the people who may do it. */
const whoHelps = (ask: unknown): string | null => {
  if (!Array.isArray(ask) || ask.length === 0) return null;
  const names = (ask as { name: string; role: Role }[]).map(({ name, role }) => `${name} (${roleName(role)})`);
  const who = new Intl.ListFormat(spoken(), { type: 'disjunction' }).format(names);
  return t('Your role does not allow this. Ask {who}.', { who });
};

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

/** Nothing answered, or only what stands before a server that is down: the write may be repeated under the same key. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof Problem && (error.status === 0 || (error.status >= 502 && error.status <= 504));

/** Another tab changed the person or the workspace of the session. */
export const isOutOfDate = (problem: Problem): boolean => problem.type.endsWith('/page-out-of-date');

/** The workspace lets people in from certain networks, and this is none of them: what the server said, until it answers again. */
export const turnedAway = makeStore<string | null>(null);
export const isTurnedAway = (problem: Problem): boolean => problem.type.endsWith('/address-not-let-in');

export const unreachable = (cause: unknown) =>
  new Problem(0, {
    title: t('Hearten can’t be reached'),
    detail: t('Your connection or the server is down. What you wrote is still here.'),
    cause: String(cause),
  });

/** The sentence to show for whatever was thrown. */
export const said = (error: unknown): string => (error instanceof Error ? error.message : t('That did not work.'));
