import type pg from 'pg';
import { opensUnder } from '../base/key-check.ts';

/** The part of an installation's id that stands in the names of its runs. */
export const signOf = (installation: string): string => installation.replaceAll('-', '').slice(0, 12);

/**
 * The name of a run made then, such as `20261126T030000Z-0fa3c1d5e7f9a2b`: it sorts by time, also of two in one second, whose thousandths
 * stand behind the dash before what says which installation made it. Everything a run writes has it in its name, so that whose something
 * is can be seen before there is a manifest, and without opening any.
 */
export const runName = (at: Date, installation: string): string =>
  `${at.toISOString().replace(/[-:]|\.\d+/g, '')}-${at.getUTCMilliseconds().toString(16).padStart(3, '0')}${signOf(installation)}`;

/** When a run of this name was made, to the second. */
export const madeAt = (run: string): Date =>
  new Date(run.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z'));

/** Which installation made a run of this name; null: it is of before names said so. */
export const ownerOf = (run: string): string | null => /-[0-9a-f]{3}([0-9a-f]{12})$/.exec(run)?.[1] ?? null;

/** Whose backups are ours, in a place that several desks may use. */
export type Whose = {
  sign: string;
  /** Of a run from before names said whose it is: whether it was made by who has our secret key. */
  knows: (keyCheck: string) => boolean;
};

export const whose = (installation: string, keys: readonly string[]): Whose => ({
  sign: signOf(installation),
  knows: (check) => opensUnder(keys, check),
});

export async function whoseHere(client: pg.ClientBase, keys: readonly string[]): Promise<Whose> {
  const { rows } = await client.query<{ id: string }>('select id from installation');
  return whose(rows[0]?.id ?? '', keys);
}
