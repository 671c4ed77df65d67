/** Pastes words, or a file of that name, into a field. */
export function pasteInto(field: unknown, what: { text?: string; file?: string }): void;
/** What of it, and of all inside it, moves by itself or on the way from one look to the next. */
export function moving(root: unknown): string[];
