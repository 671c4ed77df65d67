import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { SMTPServer } from 'smtp-server';

const where = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/opt/homebrew/sbin/dovecot'];
/** Whether a real IMAP server is to be had here; tests that need one say so in `skip`. */
export const hasDovecot = where.some((path) => existsSync(path));

export type Dovecot = {
  host: string;
  port: number;
  password: string;
  /** Puts mails into a mailbox, oldest first; answers when the server shows them. */
  append: (user: string, mails: (string | Buffer)[], folder?: string, received?: Date) => Promise<void>;
  list: (user: string, folder?: string) => Promise<{ uid: number; flags: Set<string> }[]>;
  /** How many mails of INBOX are marked as seen, by the names of their files: the server is not asked. */
  seen: (user: string) => number;
  createFolder: (user: string, folder: string) => Promise<void>;
  deleteFolder: (user: string, folder: string) => Promise<void>;
  move: (user: string, uids: number[], from: string, to: string) => Promise<void>;
  /** The server numbers all mail of INBOX anew, as after a restore from a backup. */
  renumber: (user: string) => Promise<void>;
  pause: () => void;
  resume: () => void;
  stop: () => Promise<void>;
};

/**
 * A real dovecot on a free port, without privileges, with as many mailboxes as are asked for. `introspect` is where it asks whose a
 * token is, for people who sign in by XOAUTH2.
 */
export async function dovecot(options: { introspect?: string } = {}): Promise<Dovecot> {
  const program = where.find((path) => existsSync(path));
  if (!program) throw new Error('dovecot is not installed');
  const root = process.getuid?.() === 0;
  const nobody = { uid: 65534, gid: 65534 };
  const user = root ? 'nobody' : userInfo().username;
  const group = root ? 'nogroup' : spawnSync('id', ['-gn']).stdout.toString().trim();
  const dir = mkdtempSync(join(tmpdir(), 'hearten-dovecot-'));
  for (const sub of ['run', 'state', 'mail']) mkdirSync(join(dir, sub));
  const port = await freePort();
  const password = 'correct-horse';
  const config = join(dir, 'dovecot.conf');
  const introspection = join(dir, 'oauth2.conf.ext');
  if (options.introspect)
    writeFileSync(
      introspection,
      `introspection_mode = post
introspection_url = ${options.introspect}
username_attribute = email
active_attribute = active
active_value = true
`,
    );
  writeFileSync(
    config,
    `
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login${options.introspect ? ' xoauth2 oauthbearer' : ''}
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = 1
mail_max_userip_connections = 100
mailbox_list_index = no
maildir_very_dirty_syncs = no
mail_location = maildir:~/Maildir
${options.introspect ? `passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = ${introspection}\n}` : ''}
passdb {
  driver = static
  mechanisms = plain login
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${dir}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`,
  );
  const own = (path: string): void => {
    if (root) chownSync(path, nobody.uid, nobody.gid);
  };
  for (const path of [
    dir,
    config,
    ...(options.introspect ? [introspection] : []),
    ...['run', 'state', 'mail'].map((sub) => join(dir, sub)),
  ])
    own(path);
  const child = spawn(program, ['-F', '-c', config], { cwd: '/tmp', stdio: 'ignore', ...(root ? nobody : {}) });
  await answers(port, child, () =>
    existsSync(join(dir, 'dovecot.log')) ? readFileSync(join(dir, 'dovecot.log'), 'utf8') : '',
  );

  const withClient = async <T>(name: string, work: (client: ImapFlow) => Promise<T>): Promise<T> => {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port,
      secure: false,
      doSTARTTLS: false,
      auth: { user: name, pass: password },
      logger: false,
    });
    client.on('error', () => undefined); // the call that waits is told
    await client.connect();
    try {
      return await work(client);
    } finally {
      client.close();
    }
  };
  let dropped = 0;
  return {
    host: '127.0.0.1',
    port,
    password,
    append: async (name, mails, folder = 'INBOX', received) => {
      const maildir = join(dir, 'mail', name, 'Maildir', ...(folder === 'INBOX' ? [] : [`.${folder}`]));
      if (!existsSync(join(maildir, 'new'))) await withClient(name, (client) => client.mailboxOpen(folder));
      for (const mail of mails) {
        // numbered, so that the server finds them in this order
        const file = `${1_700_000_000 + dropped}.M${String(dropped++).padStart(9, '0')}.test`;
        writeFileSync(join(maildir, 'tmp', file), mail);
        own(join(maildir, 'tmp', file));
        if (received) utimesSync(join(maildir, 'tmp', file), received, received);
        renameSync(join(maildir, 'tmp', file), join(maildir, 'new', file));
      }
    },
    list: (name, folder = 'INBOX') =>
      withClient(name, async (client) => {
        const opened = await client.mailboxOpen(folder, { readOnly: true });
        if (opened.exists === 0) return [];
        return (await client.fetchAll('1:*', { uid: true, flags: true })).map((mail) => ({
          uid: mail.uid,
          flags: mail.flags ?? new Set<string>(),
        }));
      }),
    seen: (name) =>
      readdirSync(join(dir, 'mail', name, 'Maildir', 'cur')).filter((file) => /:2,\w*S/.test(file)).length,
    createFolder: (name, folder) => withClient(name, async (client) => void (await client.mailboxCreate(folder))),
    deleteFolder: (name, folder) => withClient(name, async (client) => void (await client.mailboxDelete(folder))),
    move: (name, uids, from, to) =>
      withClient(name, async (client) => {
        await client.mailboxOpen(from);
        await client.messageMove(uids.join(','), to, { uid: true });
      }),
    renumber: async (name) => {
      const maildir = join(dir, 'mail', name, 'Maildir');
      await sleep(1100); // the new numbering is named by the second it begins in
      for (const file of [
        'dovecot-uidlist',
        'dovecot.index',
        'dovecot.index.log',
        'dovecot.index.cache',
        'dovecot-uidvalidity',
      ])
        rmSync(join(maildir, file), { force: true });
      for (const file of spawnSync('ls', [maildir]).stdout.toString().split('\n'))
        if (file.startsWith('dovecot-uidvalidity.')) rmSync(join(maildir, file));
    },
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    stop: async () => {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      if (child.exitCode === null) await Promise.race([new Promise((done) => child.once('exit', done)), sleep(3000)]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function answers(port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`dovecot ended at once:\n${log()}`);
    const ok = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => socket.once('data', () => done(socket.destroy().destroyed)));
      socket.once('error', () => done(false));
    });
    if (ok) return;
    await sleep(50);
  }
  throw new Error(`dovecot does not answer:\n${log()}`);
}
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** What the receiving side saw, in order: the ledger that our own records are compared with. */
export type Delivery = { from: string; to: string[]; raw: string; messageId: string; answered: string };
type Script = (delivery: Delivery, nth: number) => number | 'close' | 'hang' | undefined;
export type Sink = {
  host: string;
  port: number;
  ledger: Delivery[];
  /** What to answer: nothing for 250, a code (4xx or 5xx), `close` before the 250, or `hang`. */
  atData: Script;
  atRcpt: (address: string) => number | undefined;
  atMail: () => number | undefined;
  delay: number;
  until: (count: number, within?: number) => Promise<void>;
  stop: () => Promise<void>;
};

/** A mail server that takes everything, writes it down first, and answers as told. */
export async function smtpSink(
  options: { user?: string; password?: string; token?: (user: string, token: string) => boolean } = {},
): Promise<Sink> {
  const sockets = new Map<string, Socket>();
  const fail = (code: number, text = 'as the test wants it'): Error =>
    Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    authOptional: !options.password && !options.token,
    ...(options.token ? { authMethods: ['XOAUTH2'] } : {}),
    disabledCommands: ['STARTTLS', ...(options.password || options.token ? [] : ['AUTH'])],
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 500,
    disableReverseLookup: true,
    onAuth: (auth, _session, done) =>
      (
        options.token
          ? options.token(auth.username ?? '', auth.accessToken ?? '')
          : auth.username === options.user && auth.password === options.password
      )
        ? done(null, { user: auth.username })
        : done(fail(535, 'Authentication failed')),
    onMailFrom: (_address, _session, done) => {
      const code = sink.atMail();
      done(code ? fail(code) : null);
    },
    onRcptTo: (address, _session, done) => {
      const code = sink.atRcpt(address.address);
      done(code ? fail(code) : null);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const delivery: Delivery = {
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map((to) => to.address),
          raw,
          messageId: /^message-id:\s*<([^>]+)>/im.exec(raw)?.[1] ?? '',
          answered: '',
        };
        const order = sink.atData(delivery, sink.ledger.length);
        delivery.answered = String(order ?? 250);
        if (typeof order !== 'number') sink.ledger.push(delivery); // refused mail was not delivered
        if (sink.delay) await sleep(sink.delay);
        if (order === 'hang') return;
        if (order === 'close') return void sockets.get(`${session.remoteAddress}:${session.remotePort}`)?.destroy();
        done(order ? fail(order) : null, 'kept');
      });
    },
  });
  server.on('error', () => undefined); // a client that dies is what some tests are about
  server.server.on('connection', (socket: Socket) => {
    const name = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(name, socket);
    socket.once('close', () => sockets.delete(name));
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', () => open()));
  const sink: Sink = {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    ledger: [],
    atData: () => undefined,
    atRcpt: () => undefined,
    atMail: () => undefined,
    delay: 0,
    until: async (count, within = 15_000) => {
      const end = Date.now() + within;
      while (sink.ledger.length < count) {
        if (Date.now() > end) throw new Error(`${sink.ledger.length} mails arrived, not ${count}`);
        await sleep(10);
      }
    },
    stop: async () => {
      for (const socket of sockets.values()) socket.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
  return sink;
}

/** A plain mail, as text. */
export function letter(
  o: { from?: string; to?: string; subject?: string; id?: string | null; text?: string; headers?: string[] } = {},
): string {
  const lines = [
    `From: ${o.from ?? 'Ana <ana@example.org>'}`,
    `To: ${o.to ?? 'support@example.com'}`,
    `Subject: ${o.subject ?? 'Hello'}`,
    `Date: ${new Date().toUTCString()}`,
    ...(o.id === null ? [] : [`Message-ID: <${o.id ?? `${Math.random().toString(36).slice(2)}@example.org`}>`]),
    ...(o.headers ?? []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    o.text ?? 'Hello, can you help me?',
    '',
  ];
  return lines.join('\r\n');
}
