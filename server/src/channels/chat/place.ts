import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { resolve } from 'node:path';
import { type CityResponse, Reader } from 'mmdb-lib';
import { textOf } from '../../base/errors.ts';
import type { Hearten } from '../../base/module.ts';
import { cut } from '../../base/text.ts';

/** Where a visitor is: two letters, and a city where that is known; both empty where nobody says. */
export type Place = { country: string; city: string };
export type FindPlace = (request: { headers: IncomingHttpHeaders; ip: string }) => Place;

const NOWHERE: Place = { country: '', city: '' };
const UNKNOWN = /^(XX|T1|ZZ)$/; // said of addresses that nobody knows, and of Tor

/**
 * From what the proxy in front wrote down, which counts only when that proxy is trusted; else from a database file of this machine. The
 * address is looked at for this and not kept.
 */
export function placeFinder({ config, log }: Pick<Hearten, 'config' | 'log'>): FindPlace {
  const reader = open(config, log);
  const headers = config.TRUST_PROXY > 0 ? config.PLACE_HEADERS : [];
  const [cities, countries] = [headers.filter(isCity), headers.filter((name) => !isCity(name))];
  return ({ headers: said, ip }) => {
    const first = (names: string[]): string =>
      names.map((name) => said[name]).find((one): one is string => typeof one === 'string' && one !== '') ?? '';
    const country = countryOf(first(countries));
    if (country) return { country, city: cityOf(first(cities)) };
    try {
      const found = reader?.get(ip);
      return { country: countryOf(found?.country?.iso_code ?? ''), city: cut(found?.city?.names?.en ?? '', 100) };
    } catch {
      return NOWHERE; // no address that a database could hold: a socket file in front, say
    }
  };
}
const isCity = (name: string): boolean => name.includes('city');

function open({ PLACE_DATABASE: path, root }: Hearten['config'], log: Hearten['log']): Reader<CityResponse> | null {
  if (!path) return null;
  try {
    return new Reader<CityResponse>(readFileSync(resolve(root, path)));
  } catch (error) {
    log.warn('PLACE_DATABASE could not be read; visitors have no place until it can and Hearten is started again', {
      path,
      error: textOf(error),
    });
    return null;
  }
}
const countryOf = (text: string): string => {
  const letters = text.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(letters) && !UNKNOWN.test(letters) ? letters : '';
};
/** Names come as bytes of UTF-8, or with percent signs. */
function cityOf(text: string): string {
  const name = Buffer.from(text, 'latin1').toString('utf8');
  try {
    return clean(decodeURIComponent(name));
  } catch {
    return clean(name); // a percent sign that means itself
  }
}
const clean = (text: string): string => cut(text.replace(/[\p{Cc}\u2028\u2029\uFFFD]+/gu, ' ').trim(), 100);
