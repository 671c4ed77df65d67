import type { FastifyInstance } from 'fastify';
import { NotFound, Unavailable } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import { machine } from '../../base/machine.ts';
import type { Hearten } from '../../base/module.ts';
import { makeSlots } from '../../base/slots.ts';
import { type File, safeName } from '../../conversations/index.ts';
import { isShown } from './lines.ts';
import type { About, At } from './routes.ts';

/** Of all that visitors read of one process; of one machine; of one visitor, whose pictures are asked for at once. */
const AT_ONCE = { all: 12, machine: 6, visitor: 3 };
const WAIT = 10_000; // ms for a place
const STALL = 15_000; // ms in which who reads has to come on
const ON = 16 * 1024; // by so many bytes

/**
 * GET /chat/:app/files/:id/:part: a file of a message that the visitor sees. All of it lies in memory until it has left, so few do at a
 * time, and who does not read on is cut off.
 */
export function giveFile(
  app: FastifyInstance,
  { db }: Pick<Hearten, 'db'>,
  looking: (request: At) => Promise<About>,
  fileOf: (workspaceId: string, messageId: string, part: number) => Promise<File>,
): void {
  const slots = makeSlots({ most: AT_ONCE.all, wait: WAIT });
  app.register(async (inner) => {
    inner.addHook('onResponse', async (request) => slots.leave(request.raw));
    inner.addHook('onRequestAbort', async (request) => slots.leave(request.raw));
    inner.get('/chat/:app/files/:id/:part', async (request: At, reply) => {
      const one = await looking(request);
      const { id = '', part = '' } = request.params;
      const mine =
        isId(id) && /^\d{1,3}$/.test(part) && (await db.tx(one.chat.workspaceId, (tx) => isShown(tx, one.visitor, id)));
      if (!mine) throw NotFound('This file is not here.');
      await slots
        .enter(request.raw, [
          [`machine ${machine(request.ip)}`, AT_ONCE.machine],
          [`visitor ${one.visitor.id}`, AT_ONCE.visitor],
        ])
        .catch(() => {
          throw Unavailable('Many files are on their way at this moment. Nothing was given out; try again.', 3);
        });
      const { filename, contentType, content } = await fileOf(one.chat.workspaceId, id, Number(part));
      untilRead(reply.raw);
      // Read by the frame's own program, which shows pictures and hands everything else over as a file.
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(safeName(filename))}`)
        .type(/^image\/(png|jpeg|gif|webp|avif)$/.test(contentType) ? contentType : 'application/octet-stream')
        .send(content);
    });
  });
}

type Leaving = {
  socket: { bytesWritten: number; destroy: () => void } | null;
  once: (end: 'close', then: () => void) => void;
};
/** Ends an answer that is not read on, for others wait for the place. */
function untilRead(answer: Leaving): void {
  const { socket } = answer;
  let before = socket?.bytesWritten ?? 0;
  const timer = setInterval(() => {
    const now = socket?.bytesWritten ?? 0;
    if (now - before < ON) socket?.destroy();
    before = now;
  }, STALL);
  timer.unref();
  answer.once('close', () => clearInterval(timer));
}
