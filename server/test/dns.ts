import { createSocket } from 'node:dgram';

export type Zone = Record<string, Partial<Record<'A' | 'AAAA' | 'MX' | 'TXT' | 'CNAME' | 'PTR', string[]>>>;
export type DnsServer = {
  /** For DNS_SERVERS or `makeDns`. */
  server: string;
  zone: Zone;
  asked: string[];
  /** Nothing is answered any more, or everything with SERVFAIL. */
  mode: 'answer' | 'silent' | 'fail';
  /** Names below these are never answered. */
  mute: Set<string>;
  stop: () => Promise<void>;
};
const types: Record<number, keyof Zone[string]> = { 1: 'A', 5: 'CNAME', 12: 'PTR', 15: 'MX', 16: 'TXT', 28: 'AAAA' };

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .filter(Boolean)
      .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);
const short = (n: number): Buffer => Buffer.from([n >> 8, n & 255]);
/** A TXT value of any length, in pieces of 255. */
const pieces = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8');
  const out: Buffer[] = [];
  for (let i = 0; i < bytes.length || i === 0; i += 255) {
    const piece = bytes.subarray(i, i + 255);
    out.push(Buffer.from([piece.length]), piece);
  }
  return Buffer.concat(out);
};
function data(type: keyof Zone[string], value: string): Buffer {
  if (type === 'A') return Buffer.from(value.split('.').map(Number));
  if (type === 'AAAA') {
    const [head = '', tail] = value.split('::');
    const left = head.split(':').filter(Boolean);
    const right = (tail ?? '').split(':').filter(Boolean);
    const words = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
    return Buffer.concat(words.map((word) => short(Number.parseInt(word, 16))));
  }
  if (type === 'TXT') return pieces(value);
  if (type === 'MX') {
    const [preference, host] = value.split(' ') as [string, string];
    return Buffer.concat([short(Number(preference)), nameBytes(host)]);
  }
  return nameBytes(value);
}

/** A real DNS server on UDP that answers from a zone; `MX` like "10 mail.example.com", names in small letters. */
export async function dnsServer(zone: Zone = {}): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const self: DnsServer = { server: '', zone, asked: [], mode: 'answer', mute: new Set(), stop: async () => undefined };
  socket.on('message', (query, from) => {
    if (self.mode === 'silent') return;
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += length + 1;
    }
    const question = query.subarray(12, at + 5);
    const name = labels.join('.').toLowerCase();
    const type = types[query.readUInt16BE(at + 1)];
    self.asked.push(`${name} ${type}`);
    if ([...self.mute].some((end) => name.endsWith(end))) return;
    const records = self.zone[name];
    const answers: Buffer[] = [];
    const add = (owner: string, kind: keyof Zone[string], value: string): void => {
      const rdata = data(kind, value);
      const code = Number(Object.keys(types).find((key) => types[Number(key)] === kind));
      answers.push(
        Buffer.concat([nameBytes(owner), short(code), short(1), Buffer.alloc(4), short(rdata.length), rdata]),
      );
    };
    const alias = records?.CNAME?.[0];
    if (alias) {
      add(name, 'CNAME', alias);
      if (type && type !== 'CNAME') for (const value of self.zone[alias]?.[type] ?? []) add(alias, type, value);
    } else if (type) for (const value of records?.[type] ?? []) add(name, type, value);
    const code = self.mode === 'fail' ? 2 : records ? 0 : 3;
    const header = Buffer.concat([
      query.subarray(0, 2),
      Buffer.from([0x85, 0x80 | code]),
      short(1),
      short(code ? 0 : answers.length),
      short(0),
      short(0),
    ]);
    socket.send(Buffer.concat([header, question, ...(code ? [] : answers)]), from.port, from.address);
  });
  await new Promise<void>((open) => socket.bind(0, '127.0.0.1', open));
  self.server = `127.0.0.1:${socket.address().port}`;
  self.stop = () => new Promise<void>((closed) => socket.close(() => closed()));
  return self;
}
