import type { FastifyInstance } from 'fastify';
import { Forbidden, NotFound, Unauthorised } from '../../base/errors.ts';
import { escaped } from '../../base/html.ts';
import type { fileReader, Identify } from './files.ts';

const MOST = 200_000; // bytes of a text that are shown; all of it is in the file
const ROWS = 500;
const TEXT = /^text\/|^application\/(json|xml|csv|x-ndjson|yaml|x-yaml|toml|sql|javascript|x-sh)$|[+](json|xml)$/;
const NAMES = /\.(txt|log|md|csv|tsv|json|xml|ya?ml|ini|conf|toml|sql|eml|ics|vcf|html?|css|js|ts|sh|diff|patch)$/i;

/** Whether a file is text that may be read without being opened as what it says it is. */
export const isText = (file: { filename: string; contentType: string }): boolean =>
  TEXT.test(file.contentType.toLowerCase()) ||
  (NAMES.test(file.filename) && /^application\/(octet-stream|.*-unknown)?$/.test(file.contentType || 'application/'));

/** UTF-8 where it is that, UTF-16 where it says so, else what Windows wrote. */
export function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // A letter that was cut in two at the end is no reason to read it all otherwise.
    const whole = new TextDecoder('utf-8').decode(bytes).replace(/\uFFFD$/, '');
    return whole.includes('\uFFFD') ? new TextDecoder('windows-1252').decode(bytes) : whole;
  }
}

/** Rows of a table in text; a quoted cell may hold the separator, quotes and line breaks. */
export function tableOf(text: string, separator: string): string[][] {
  const rows: string[][] = [[]];
  const cell = new RegExp(`("(?:[^"]|"")*"|[^${separator}\\r\\n]*)(${separator}|\\r?\\n|\\r|$)`, 'gy');
  while (cell.lastIndex < text.length && rows.length <= ROWS) {
    const found = cell.exec(text);
    if (!found) return rows;
    const [, said = '', after] = found;
    rows.at(-1)?.push(said.startsWith('"') ? said.slice(1, -1).replaceAll('""', '"') : said);
    if (after !== separator && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

const cells = (row: string[], tag: string): string =>
  `<tr>${row.map((text) => `<${tag} dir="auto">${escaped(text)}</${tag}>`).join('')}</tr>`;
function drawn(text: string, filename: string): string {
  const separated = /\.(csv|tsv)$/i.exec(filename)?.[1]?.toLowerCase();
  if (!separated) return `<pre dir="auto">${escaped(text)}</pre>`;
  const line = text.slice(0, text.indexOf('\n') + 1 || undefined);
  const separator = separated === 'tsv' ? '\t' : line.split(';').length > line.split(',').length ? ';' : ',';
  const [head = [], ...rest] = tableOf(text, separator);
  return `<table><thead>${cells(head, 'th')}</thead><tbody>${rest.map((row) => cells(row, 'td')).join('')}</tbody></table>`;
}

const page = (body: string): string => `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body{margin:0;padding:16px;background:Canvas;color:CanvasText;font:13px/1.55 ui-monospace,monospace}pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}table{border-collapse:collapse;font-family:system-ui,sans-serif}th,td{border:1px solid color-mix(in srgb,CanvasText 20%,Canvas);padding:4px 8px;text-align:start;vertical-align:top;max-width:40ch;overflow-wrap:anywhere}th{position:sticky;top:-16px;background:Canvas}</style>
</head><body>${body}</body></html>`;

/** /frames/files/:id/:part: a text file as a document of its own that can do nothing. Its markup is shown, never obeyed. */
export function previewRoute(app: FastifyInstance, identify: Identify, fileOf: ReturnType<typeof fileReader>): void {
  app.get<{ Params: { id: string; part: string } }>('/frames/files/:id/:part', async (request, reply) => {
    const who = await identify(request);
    if (!who) throw Unauthorised();
    if (!who.may('conversation.read')) throw Forbidden();
    const part = /^\d{1,5}$/.test(request.params.part) ? Number(request.params.part) : -1;
    const file = await fileOf(who.workspaceId, request.params.id, part);
    if (!isText(file)) throw NotFound('This file is no text that could be shown.');
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
      )
      .header('x-frame-options', 'SAMEORIGIN')
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'private, max-age=3600')
      .send(page(drawn(decode(file.content.subarray(0, MOST)), file.filename)));
  });
}
