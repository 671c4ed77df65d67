import { createHash, type KeyObject, sign as signWith } from 'node:crypto';

export type SigningKey = { domain: string; selector: string; algorithm: 'rsa' | 'ed25519'; key: KeyObject };

/** Signed as often as they are there and once more, so that nobody can add another: what a reader sees, and what threads go by. */
const always =
  'from to cc subject date message-id reply-to in-reply-to references sender mime-version content-type content-transfer-encoding'.split(
    ' ',
  );
/** Signed when they are there; a mailing list may rightly add its own. */
const ifThere = 'list-id list-unsubscribe list-unsubscribe-post list-help list-archive auto-submitted'.split(' ');

type Field = { name: string; text: string };

/** The fields of the head, unfolded, in order. */
function fieldsOf(head: string): Field[] {
  return head
    .split(/\r\n(?![ \t])/)
    .filter(Boolean)
    .map((text) => ({
      name: text
        .slice(0, Math.max(0, text.indexOf(':')))
        .trim()
        .toLowerCase(),
      text,
    }));
}
/** RFC 6376, 3.4.2. */
const relaxedField = ({ name, text }: Field): string =>
  `${name}:${text
    .slice(text.indexOf(':') + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`;
/** RFC 6376, 3.4.4. Runs of spaces are made one first, so that a line of a million of them costs no more than any other. */
export function relaxedBody(body: string): string {
  const whole = body.endsWith('\r\n') ? body : `${body}\r\n`;
  const lines = whole.replace(/[ \t]+/g, ' ').replaceAll(' \r\n', '\r\n');
  let end = lines.length;
  while (end >= 4 && lines.startsWith('\r\n\r\n', end - 4)) end -= 2;
  const kept = lines.slice(0, end);
  return kept === '\r\n' ? '' : kept;
}
const folded = (text: string): string => text.replace(/(.{1,70})(?=.)/g, '$1\r\n ');

/** The mail with a DKIM-Signature for each key before it (RFC 6376, RFC 8463), relaxed/relaxed. */
export function dkimSigned(mail: Buffer, keys: readonly SigningKey[], now = Date.now()): Buffer {
  if (keys.length === 0) return mail;
  const given = mail.toString('latin1');
  // On the way a lone line feed becomes CRLF, and a signature is over what arrives.
  const text = /(?<!\r)\n/.test(given) ? given.replace(/\r?\n/g, '\r\n') : given;
  const gap = text.indexOf('\r\n\r\n');
  const head = gap < 0 ? text : text.slice(0, gap);
  const fields = fieldsOf(head);
  const bodyHash = createHash('sha256')
    .update(relaxedBody(gap < 0 ? '' : text.slice(gap + 4)), 'latin1')
    .digest('base64');
  const names: string[] = [];
  const signed: string[] = [];
  for (const name of [...always, ...ifThere]) {
    const mine = fields.filter((field) => field.name === name).reverse(); // the last first, RFC 6376, 5.4.2
    for (const field of mine) {
      names.push(name);
      signed.push(`${relaxedField(field)}\r\n`);
    }
    if (mine.length > 0 || always.includes(name)) names.push(name);
  }
  const signatures = keys.map(({ domain, selector, algorithm, key }) => {
    const bare = `DKIM-Signature: v=1; a=${algorithm}-sha256; c=relaxed/relaxed; d=${domain};\r\n s=${selector}; t=${Math.floor(now / 1000)};\r\n h=${names.join(':').replace(/(.{1,60}:)(?=.)/g, '$1\r\n ')};\r\n bh=${bodyHash};\r\n b=`;
    const data = Buffer.from(signed.join('') + relaxedField({ name: 'dkim-signature', text: bare }), 'latin1');
    const signature =
      algorithm === 'rsa'
        ? signWith('sha256', data, key)
        : signWith(null, createHash('sha256').update(data).digest(), key);
    return `${bare}${folded(signature.toString('base64'))}\r\n`;
  });
  return Buffer.from(signatures.join('') + text, 'latin1');
}
