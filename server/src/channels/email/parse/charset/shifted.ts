import iconv from 'iconv-lite';

const ESC = 0x1b;

/**
 * The ISO-2022 family (Japanese, Korean, Chinese): escape sequences switch between ASCII and two-byte sets. Each
 * two-byte stretch is the EUC form with the high bits cleared, so it is lifted and handed to the EUC decoder.
 */
export function fromIso2022(bytes: Buffer, charset: string): string {
  const euc = charset === 'iso-2022-kr' ? 'cp949' : charset === 'iso-2022-cn' ? 'gb18030' : 'euc-jp';
  const japanese = euc === 'euc-jp';
  let out = '';
  let mode: 'ascii' | 'double' | 'kana' | 'roman' = 'ascii';
  let from = 0;
  let i = 0;
  const flush = (to: number) => {
    if (to > from) out += decodeRun(bytes.subarray(from, to), mode, euc);
  };
  while (i < bytes.length) {
    const c = bytes[i];
    if (c === ESC) {
      const step = escapeLength(bytes, i);
      if (step > 0) {
        flush(i);
        if (japanese) mode = modeOf(bytes, i);
        i += step;
        from = i;
        continue;
      }
    } else if (c === 0x0e || c === 0x0f) {
      flush(i);
      mode = c === 0x0e ? (japanese ? 'kana' : 'double') : 'ascii';
      from = ++i;
      continue;
    } else if ((c === 0x0a || c === 0x0d) && mode === 'double') {
      flush(i);
      if (!japanese) mode = 'ascii';
      else mode = 'ascii';
      from = i;
    }
    i++;
  }
  flush(bytes.length);
  return out;
}

function escapeLength(b: Buffer, i: number): number {
  const a = b[i + 1];
  const c = b[i + 2];
  if (a === 0x28) return 3;
  if (a === 0x24) return c === 0x28 || c === 0x29 || c === 0x2a ? 4 : c === 0x40 || c === 0x42 || c === 0x41 ? 3 : 0;
  if (a === 0x4e || a === 0x4f) return 2;
  if (a === 0x2e) return 3;
  return 0;
}

function modeOf(b: Buffer, i: number): 'ascii' | 'double' | 'kana' | 'roman' {
  if (b[i + 1] === 0x24) return 'double';
  if (b[i + 1] === 0x28) return b[i + 2] === 0x49 ? 'kana' : b[i + 2] === 0x4a ? 'roman' : 'ascii';
  return 'ascii';
}

function decodeRun(run: Buffer, mode: string, euc: string): string {
  if (mode === 'double') return iconv.decode(lift(run), euc);
  if (mode === 'kana') return iconv.decode(lift(run), 'shift_jis');
  // some Japanese mailers put half-width kana in as bare 8-bit bytes
  return run.some((c) => c > 0x7f) ? iconv.decode(run, euc === 'euc-jp' ? 'shift_jis' : euc) : run.toString('latin1');
}

function lift(run: Buffer): Buffer {
  const out = Buffer.allocUnsafe(run.length);
  for (let i = 0; i < run.length; i++) {
    const c = run[i] ?? 0;
    out[i] = c > 0x20 ? c | 0x80 : c;
  }
  return out;
}

/** HZ: GB2312 between `~{` and `~}` in otherwise plain ASCII. */
export function fromHz(bytes: Buffer): string {
  let out = '';
  let from = 0;
  let double = false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x7e) continue;
    const next = bytes[i + 1];
    if (!double && next === 0x7b) {
      out += bytes.toString('latin1', from, i);
      double = true;
    } else if (double && next === 0x7d) {
      out += iconv.decode(lift(bytes.subarray(from, i)), 'gb18030');
      double = false;
    } else if (!double && next === 0x7e) {
      out += `${bytes.toString('latin1', from, i)}~`;
    } else if (!double && next === 0x0a) {
      out += bytes.toString('latin1', from, i);
    } else continue;
    i++;
    from = i + 1;
  }
  const rest = bytes.subarray(from);
  return out + (double ? iconv.decode(lift(rest), 'gb18030') : rest.toString('latin1'));
}
