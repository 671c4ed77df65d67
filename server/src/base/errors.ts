import { inWords, type Said } from './words.ts';

/**
 * The few ways a request can be refused. `text` is for a person: what happened, what is safe, what to do.
 * base/http.ts alone knows which status code each becomes.
 */
export type Refusal = 'invalid' | 'unauthorised' | 'forbidden' | 'not-found' | 'conflict' | 'too-many' | 'unavailable';
export type Detail = {
  type?: string;
  errors?: { path: string; message: string | Said }[];
  retryAfter?: number;
  extra?: Record<string, unknown>;
};
/** `message` is English, for logs; `said` is what the reader's language makes of it. */
export type Refused = Error & { refusal: Refusal; detail: Detail; said: string | Said };

function refuse(refusal: Refusal, text: string | Said, detail: Detail = {}): Refused {
  return Object.assign(new Error(inWords(text, 'en')), { refusal, detail, said: text });
}
export const Invalid = (text: string | Said, errors: NonNullable<Detail['errors']> = []): Refused =>
  refuse('invalid', text, { errors });
/** One field is wrong: the same words stand under it and for the whole. */
export const InvalidField = (text: string | Said, path: string): Refused => Invalid(text, [{ path, message: text }]);
export const Unauthorised = (text: string | Said = 'Sign in to go on.', detail: Detail = {}): Refused =>
  refuse('unauthorised', text, detail);
export const Forbidden = (
  text: string | Said = 'Your role does not allow this. Ask an owner or manager.',
  detail: Detail = {},
): Refused => refuse('forbidden', text, detail);
export const NotFound = (text: string | Said = 'There is nothing here, or it is not yours to see.'): Refused =>
  refuse('not-found', text);
export const Conflict = (text: string | Said, detail: Detail = {}): Refused => refuse('conflict', text, detail);
export const TooMany = (text: string | Said, retryAfter: number): Refused => refuse('too-many', text, { retryAfter });
export const Unavailable = (text: string | Said, retryAfter = 5): Refused =>
  refuse('unavailable', text, { retryAfter });

export const isRefused = (error: unknown): error is Refused => error instanceof Error && 'refusal' in error;
export const isRefusedAs = (error: unknown, refusal: Refusal): boolean => isRefused(error) && error.refusal === refusal;
/** The text of anything that was thrown. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
