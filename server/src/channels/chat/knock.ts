import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isRefused } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';

/** The name of what is spoken; the chat and the secret stand beside it, so that neither is ever part of an address that a log keeps. */
export const SPOKEN = 'hearten.chat.1';

/** Which chat a line is opened to, and with whose secret; null where it is none of ours. */
export function knocked(request: IncomingMessage): { chatId: string; token: string } | null {
  const [spoken, chatId = '', token = ''] = String(request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((part) => part.trim());
  return spoken === SPOKEN && isId(chatId) && /^[\w-]{20,100}$/.test(token) ? { chatId, token } : null;
}

/** Said before there is a line. `after`: seconds, where it is too much at once. */
export function turnAway(socket: Duplex, status: string, after?: number): void {
  const more = after === undefined ? '' : `retry-after: ${after}\r\n`;
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n${more}\r\n`);
}
export const tooMany = (socket: Duplex, error: unknown = null): void =>
  turnAway(socket, '429 Too Many Requests', isRefused(error) ? (error.detail.retryAfter ?? 5) : 60);
