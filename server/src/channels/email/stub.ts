/** The headers of a mail, with the empty line that ends them; what of a larger mail is kept. */
export function headOf(bytes: Buffer): Buffer {
  const crlf = bytes.indexOf('\r\n\r\n');
  const lf = bytes.indexOf('\n\n');
  const end = crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf >= 0 ? lf + 2 : bytes.length;
  return bytes.subarray(0, Math.min(end, 1024 * 1024));
}
const megabytes = (size: number): string => (size / 1024 / 1024).toFixed(size < 10 * 1024 * 1024 ? 1 : 0);

export const stubText = (size: number, most: number, where: string): string =>
  `This mail has ${megabytes(size)} MB, more than the ${most} MB that are taken here, so only its sender and subject are. ${where}`;
