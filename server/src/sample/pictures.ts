import { deflateSync } from 'node:zlib';

const [WIDTH, HEIGHT] = [240, 180];

/** Each byte's remainder, for the check sum that ends every piece of a PNG. */
const remainders = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const sumOf = (bytes: Buffer): number => {
  let c = 0xffffffff;
  for (const byte of bytes) c = (remainders[(c ^ byte) & 255] as number) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
};
function piece(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  sum.writeUInt32BE(sumOf(body));
  return Buffer.concat([size, body, sum]);
}

/** A pendant in sage above a table, drawn dot by dot: a PNG that nobody has to bring along. */
export function lamp(): Buffer {
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3));
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const at = y * (1 + WIDTH * 3) + 1 + x * 3;
      rows.set(dot(x, y), at);
    }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  head.set([8, 2, 0, 0, 0], 8); // eight bits, colours, nothing interlaced
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    piece('IHDR', head),
    piece('IDAT', deflateSync(rows)),
    piece('IEND', Buffer.alloc(0)),
  ]);
}
function dot(x: number, y: number): [number, number, number] {
  const middle = WIDTH / 2;
  const across = Math.abs(x - middle);
  if (across < 1.5 && y < 44) return [70, 58, 46];
  const shade = 62 * Math.sqrt(Math.max(0, 1 - ((86 - y) / 44) ** 2));
  if (y >= 42 && y < 86 && across < shade) return x > middle + shade * 0.3 ? [126, 148, 122] : [158, 178, 152];
  if (y >= 86 && y < 90 && across < 58) return [252, 232, 178];
  if (y >= 156 && y < 160 && across < 100) return [150, 112, 78];
  if (y >= 90 && y < 156 && across < 40 + (y - 90) * 0.9) {
    const glow = 1 - (y - 90) / 90;
    return [242 + Math.round(10 * glow), 226 + Math.round(8 * glow), 198 - Math.round(10 * glow)];
  }
  return [239, 231, 219];
}

/** A PDF of one page with one line on it. */
export function page(line: string): Buffer {
  const words = line.replace(/[()\\]/g, '\\$&');
  const drawn = `BT /F1 22 Tf 72 740 Td (${words}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let out = '%PDF-1.4\n';
  const starts = objects.map((object, i) => {
    const start = out.length;
    out += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return start;
  });
  const table = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const start of starts) out += `${String(start).padStart(10, '0')} 00000 n \n`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}
