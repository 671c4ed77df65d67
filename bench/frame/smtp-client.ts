import { connect, type Socket } from 'node:net';

/** A mail server that delivers: one kept connection, one mail after the other. No more than a bench needs, so that it costs little. */
export type Courier = { deliver: (from: string, to: string, raw: Buffer) => Promise<void>; quit: () => void };

export async function courier(port: number): Promise<Courier> {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let told = '';
  let wanted: { done: (line: string) => void; failed: (error: Error) => void } | null = null;
  socket.on('data', (data) => {
    told += data;
    const end = /^\d{3} .*\r\n/m.exec(told);
    if (!end || !wanted) return;
    told = '';
    wanted.done(end[0]);
  });
  const lost = (): void => wanted?.failed(new Error('The connection ended.'));
  socket.on('error', lost).on('close', lost);
  const answer = (code: string): Promise<void> =>
    new Promise((done, failed) => {
      wanted = {
        failed,
        done: (line) => (line.startsWith(code) ? done() : failed(new Error(`Instead of ${code}: ${line.trim()}`))),
      };
    });
  const say = (text: string | Buffer, code: string): Promise<void> => {
    const said = answer(code);
    socket.write(text);
    return said;
  };
  await answer('220');
  await say('EHLO mail.northwind.example\r\n', '250');
  const dot = Buffer.from('\r\n.\r\n');
  return {
    deliver: async (from, to, raw) => {
      await say(`MAIL FROM:<${from}>\r\n`, '250');
      await say(`RCPT TO:<${to}>\r\n`, '250');
      await say('DATA\r\n', '354');
      await say(Buffer.concat([Buffer.from(raw.toString('latin1').replace(/^\./gm, '..'), 'latin1'), dot]), '250');
    },
    quit: () => socket.end('QUIT\r\n'),
  };
}
