/**
 * How far one listener has got, exactly: everything of transactions below `base`, all of those in `done`, and of one more what comes up
 * to `at`. Events are read in order of (transaction, id), but slow transactions show up late, below what was told already: so a single
 * number could either lose or double them. `mark` is that of the database whose transactions these are (table `installation`).
 */
export type Position = {
  mark: string;
  base: bigint;
  done: Set<bigint>;
  at: { xid: bigint; id: string; place: number } | null;
};
/** One thing to tell: `place` counts where one event is several. */
export type Spot = { xid: bigint; id: string; place: number };

export const has = ({ base, done, at }: Position, { xid, id, place }: Spot): boolean =>
  done.has(xid) || (at?.xid === xid ? id < at.id || (id === at.id && place <= at.place) : xid < base);

const raise = (position: Position, to: bigint): void => {
  if (to > position.base) position.base = to;
  for (const xid of position.done) if (xid < position.base) position.done.delete(xid);
};
/** It was told. Below `horizon` nothing can appear any more, and what comes in order has left nothing out below it. */
export function told(position: Position, spot: Spot, horizon: bigint): void {
  if (position.at && position.at.xid !== spot.xid && position.at.xid >= position.base)
    position.done.add(position.at.xid);
  position.at = spot;
  if (spot.xid < horizon) raise(position, spot.xid);
}
/** Everything below `horizon` was told or concerns others; what was begun is told whole. */
export function settled(position: Position, horizon: bigint): void {
  if (position.at && position.at.xid >= position.base) position.done.add(position.at.xid);
  position.at = null;
  raise(position, horizon);
}

const short = (n: bigint | number): string => n.toString(36);
const long = (text: string): bigint => {
  let out = 0n;
  for (const sign of text) out = out * 36n + BigInt(Number.parseInt(sign, 36));
  return out;
};
/** As the `id` of a frame: whoever sends it back as Last-Event-ID goes on from there, with whichever process. */
export function written({ mark, base, done, at }: Position, now = Date.now()): string {
  const above = [...done].map((xid) => short(xid - base)).join('-');
  const part = at ? `${short(at.xid - base)}-${at.id.replaceAll('-', '')}-${short(at.place)}` : '';
  return `${mark ? `2.${mark}` : '1'}.${short(Math.floor(now / 1000))}.${short(base)}.${above}.${part}`;
}
/** Null when it is none of ours. */
export function read(text: string): { position: Position; seconds: number } | null {
  const found =
    /^(?:1|2\.([0-9a-z]{1,16}))\.([0-9a-z]{1,9})\.([0-9a-z]{1,13})\.([0-9a-z-]{0,6000})\.(?:([0-9a-z]{1,13})-([0-9a-f]{32})-([0-9a-z]{1,2}))?$/.exec(
      text,
    );
  if (!found) return null;
  const [, mark = '', seconds = '', from = '', above = '', xid, id = '', place = '0'] = found;
  const base = long(from);
  return {
    seconds: Number(long(seconds)),
    position: {
      mark,
      base,
      done: new Set(
        above
          .split('-')
          .filter(Boolean)
          .map((one) => base + long(one)),
      ),
      at: xid
        ? {
            xid: base + long(xid),
            id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
            place: Number(long(place)),
          }
        : null,
    },
  };
}
