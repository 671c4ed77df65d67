/**
 * The few ways a request can be refused. `text` is for a person: what happened, what is safe, what to do.
 * base/http.ts alone knows which status code each becomes.
 */
export type Refusal = 'invalid' | 'unauthorised' | 'forbidden' | 'not-found' | 'conflict' | 'too-many' | 'unavailable';
export type Detail = {
  type?: string;
  errors?: { path: string; message: string }[];
  retryAfter?: number;
  extra?: Record<string, unknown>;
};
export type Refused = Error & { refusal: Refusal; detail: Detail };

function refuse(refusal: Refusal, text: string, detail: Detail = {}): Refused {
  return Object.assign(new Error(text), { refusal, detail });
}
export const Invalid = (text: string, errors: { path: string; message: string }[] = []): Refused =>
  refuse('invalid', text, { errors });
export const Unauthorised = (text = 'Sign in to go on.', detail: Detail = {}): Refused =>
  refuse('unauthorised', text, detail);
export const Forbidden = (text = 'Your role does not allow this. Ask an owner or manager.'): Refused =>
  refuse('forbidden', text);
export const NotFound = (text = 'There is nothing here, or it is not yours to see.'): Refused =>
  refuse('not-found', text);
export const Conflict = (text: string, detail: Detail = {}): Refused => refuse('conflict', text, detail);
export const TooMany = (text: string, retryAfter: number): Refused => refuse('too-many', text, { retryAfter });
export const Unavailable = (text: string, retryAfter = 5): Refused => refuse('unavailable', text, { retryAfter });

export const isRefused = (error: unknown): error is Refused => error instanceof Error && 'refusal' in error;
export const isRefusedAs = (error: unknown, refusal: Refusal): boolean => isRefused(error) && error.refusal === refusal;
/** The text of anything that was thrown. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
