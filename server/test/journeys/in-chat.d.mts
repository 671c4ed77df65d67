/** Pastes words, or a file of that name, or both, into a field; says whether the widget took it from the browser. */
export function pasteInto(field: unknown, what: { text?: string; file?: string }): boolean;
/** Drops a file of that name onto it; says whether it was taken there. */
export function dropInto(place: unknown, name: string): boolean;
/** How many letters stand in each line of it. */
export function linesOf(place: unknown): number[];
/** What of it, and of all inside it, moves by itself or on the way from one look to the next. */
export function moving(root: unknown): string[];
