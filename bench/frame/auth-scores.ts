import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dns } from '../../server/src/base/dns.ts';
import { begin, type Way } from '../../server/src/channels/email/authentication/verify.ts';
import type { Verdict } from '../../server/src/conversations/index.ts';

type ArcCase = { id: string; message: string; expect: string; txt?: Record<string, string> };
type Records = (string | Record<string, unknown>)[];
type SpfCase = {
  id: string;
  helo: string;
  ip: string;
  mailfrom: string;
  expect: string[];
  zone: Record<string, Records>;
};

const absent = (code: string): Error => Object.assign(new Error(code), { code });

/** The zone of a case, answered as a name server would: SPF records stand for TXT where no TXT is written. */
function zoneDns(zone: Record<string, Records>): Dns {
  const names = new Map(
    Object.entries(zone).map(([name, records]) => [name.toLowerCase().replace(/\.$/, ''), records]),
  );
  const answer = (name: string, type: string, depth = 0): unknown[] => {
    const records = names.get(name.toLowerCase().replace(/\.$/, ''));
    if (!records) throw absent('ENOTFOUND');
    const of = (kind: string): unknown[] =>
      records.flatMap((one) => (typeof one === 'object' && kind in one ? [one[kind]] : []));
    const found = of(type).length === 0 && type === 'TXT' ? of('SPF') : of(type).filter((one) => one !== 'NONE');
    if (found.length > 0)
      return found.map((one) =>
        type === 'TXT'
          ? [one].flat()
          : type === 'MX'
            ? { priority: (one as [number, string])[0], exchange: (one as [number, string])[1] }
            : one,
      );
    const alias = of('CNAME')[0];
    if (typeof alias === 'string' && depth < 8) return answer(alias, type, depth + 1);
    throw absent(records.includes('TIMEOUT') ? 'ETIMEOUT' : 'ENODATA');
  };
  return (async (name: string, type: string) => answer(name, type)) as Dns;
}

async function found(message: string, way: Way, dns: Dns): Promise<Verdict> {
  const begun = begin(Buffer.from(message, 'utf8'), way, []);
  return 'verdict' in begun ? begun.verdict : begun.ask(dns);
}

const share = (right: number, all: number): number => (all === 0 ? Number.NaN : (100 * right) / all);
const read = <T>(path: string): T[] => JSON.parse(readFileSync(path, 'utf8')) as T[];

/** The suites for ARC and SPF that mail software is tested with, the way each incoming mail goes here. What is missed is named. */
export async function authScores(corpora: string | undefined): Promise<Record<string, number>> {
  const folder = corpora ? join(corpora, 'auth') : '';
  if (!existsSync(join(folder, 'arc.json'))) return {};
  const missed: string[] = [];
  const arc = read<ArcCase>(join(folder, 'arc.json')).filter((one) => one.expect !== '');
  for (const one of arc) {
    const zone = Object.fromEntries(Object.entries(one.txt ?? {}).map(([name, text]) => [name, [{ TXT: text }]]));
    const verdict = await found(one.message, {}, zoneDns(zone));
    if ((verdict.arc ?? 'none') !== one.expect.toLowerCase())
      missed.push(`${one.id}: ${verdict.arc}, not ${one.expect}`);
  }
  const spf = read<SpfCase>(join(folder, 'spf.json'));
  const wrong = missed.length;
  for (const one of spf) {
    const way = { ip: one.ip, helo: one.helo, from: one.mailfrom };
    const verdict = await found('From: a@b.example\r\n\r\nx\r\n', way, zoneDns(one.zone));
    if (!one.expect.includes(verdict.spf ?? 'none'))
      missed.push(`${one.id}: ${verdict.spf}, not ${one.expect.join(' or ')}`);
  }
  process.stderr.write(missed.map((line) => `${line}\n`).join(''));
  return {
    arc_percent: share(arc.length - wrong, arc.length),
    spf_percent: share(spf.length - (missed.length - wrong), spf.length),
  };
}
