let wanted: { kind: 'reply' | 'note'; path: string } | null = null;

/** Somebody wants to write before the conversation is even loaded. */
export const wantEarly = (kind: 'reply' | 'note'): void => {
  wanted = { kind, path: location.pathname };
};
/** Told once, to the conversation that opens, if that is still the one in which it was asked for. */
export const wantedEarly = (): 'reply' | 'note' | null => {
  const kind = wanted?.path === location.pathname ? wanted.kind : null;
  wanted = null;
  return kind;
};
