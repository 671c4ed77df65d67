/**
 * Where packs lie: a folder, or an S3-compatible bucket. A pack is bytes under a name, many small things one after the other; rows in
 * `blob` say where in which pack. Names are the same everywhere, so packs move from one place to another without a row being touched.
 */
export type Store = {
  /** For people, without keys. */
  name: string;
  /** Of two that are the same place the same, of others another. */
  id: () => Promise<string>;
  /** Durable when it returns. Says where the bytes begin. */
  add: (bytes: Buffer) => Promise<{ pack: string; start: number }>;
  /** Undefined: the pack isn't here. Fewer bytes than asked for: it ends there. */
  read: (pack: string, start: number, size: number) => Promise<Buffer | undefined>;
  /** Overwrites with zeros; false: the pack isn't here. */
  erase: (pack: string, start: number, size: number) => Promise<boolean>;
  /** A whole pack under a name that is known elsewhere; durable when it returns. */
  put: (pack: string, bytes: Buffer) => Promise<void>;
  remove: (pack: string) => Promise<void>;
  packs: () => AsyncIterable<Pack>;
  close: () => Promise<void>;
};
/** `tag` is another one whenever the bytes changed. */
export type Pack = { pack: string; size: number; tag: string; changedAt: Date };
