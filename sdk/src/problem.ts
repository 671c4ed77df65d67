/** What was refused, as RFC 9457 has it. `detail` is for a person; `type` and `status` for programs. */
export type Problem = Error & {
  status: number;
  type: string;
  title: string;
  detail: string;
  errors: { path: string; message: string }[];
  requestId: string | null;
  /** Seconds, when the server said how long to wait. */
  retryAfter: number | null;
};
export const isProblem = (error: unknown): error is Problem =>
  error instanceof Error && typeof (error as { status?: unknown }).status === 'number' && 'detail' in error;

export async function problemOf(answer: Response): Promise<Problem> {
  const said = (await answer.json().catch(() => ({}))) as Partial<Problem>; // a proxy may answer something else
  const detail = said.detail ?? `The server answered ${answer.status}.`;
  const wait = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Object.assign(new Error(detail), {
    name: 'HeartenProblem',
    status: answer.status,
    type: said.type ?? 'about:blank',
    title: said.title ?? answer.statusText,
    detail,
    errors: said.errors ?? [],
    requestId: answer.headers.get('x-request-id'),
    retryAfter: Number.isFinite(wait) ? wait : null,
  });
}
