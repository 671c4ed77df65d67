import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { baseUrl, type Config } from './base/config.ts';
import { openDb } from './base/db.ts';
import { textOf } from './base/errors.ts';
import { ring } from './base/events.ts';
import { openFiles } from './base/files.ts';
import { isSecure, makeHttp } from './base/http.ts';
import { jobs } from './base/jobs.ts';
import { makeLive } from './base/live.ts';
import type { Log } from './base/log.ts';
import { gauge } from './base/metrics.ts';
import { migrate } from './base/migrate.ts';
import type { Hearten } from './base/module.ts';
import { keepDropping } from './base/outdated.ts';
import { portHolder } from './base/processes.ts';
import { reactionsOf, startBell, startReactions, startTail } from './base/relay.ts';
import { checkRoles } from './base/roles.ts';
import { makeSeal, secretKey } from './base/seal.ts';
import { conversationAudience } from './conversations/index.ts';
import { healthRoutes } from './health.ts';
import { makeModules } from './modules.ts';
import { identify, leavings, stillThere } from './team/index.ts';
import { webRoutes } from './web.ts';

export type Running = { hearten: Hearten; url: string; port: number; stop: () => Promise<void> };

/** Opens the parts of base on a database that is there: what the server and the command line share. */
export async function openHearten(
  config: Config,
  databaseUrl: string,
  log: Log,
): Promise<{ hearten: Hearten; close: () => Promise<void> }> {
  const direct = config.DATABASE_URL_DIRECT ?? databaseUrl;
  await checkRoles(direct);
  await jobs.prepare(direct);
  await migrate(direct, { log });
  const seal = makeSeal(secretKey(config.SECRET_KEY, config.DATA_DIR));
  const files = await openFiles(join(config.DATA_DIR, 'files'));
  const db = openDb(databaseUrl, { max: config.DATABASE_CONNECTIONS, direct });
  const hearten: Hearten = { config, db, log, files, jobs, live: makeLive(), seal };
  return {
    hearten,
    close: async () => {
      await hearten.live.close();
      await files.close();
      await db.close();
    },
  };
}

/** Brings up the roles this process has: `serve` answers requests and sockets, `work` listens, reacts and runs jobs. */
export async function runHearten(config: Config, databaseUrl: string, log: Log): Promise<Running> {
  const { hearten, close } = await openHearten(config, databaseUrl, log);
  const { db, live } = hearten;
  const stops: (() => Promise<void>)[] = [close];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse())
      await one().catch((error) => log.warn('Something did not stop cleanly', { error: textOf(error) }));
  };
  try {
    const modules = makeModules(hearten);
    const roles = config.ROLES.split(',');
    stops.push(await startBell(db, log));
    let port = config.PORT;
    if (roles.includes('serve')) {
      const who = identify(hearten);
      const http = makeHttp(hearten, who, isSecure);
      healthRoutes(http.app, hearten, () => baseUrl(config, port));
      http.mount(modules);
      await webRoutes(http, config);
      await http.app.listen({ port: config.PORT, host: config.HOST });
      stops.push(() => http.app.close());
      stops.push(live.close); // before the server is closed, which waits until every open tab has gone
      port = (http.app.server.address() as AddressInfo).port;
      const origins = (): string[] => [
        ...new Set(
          [baseUrl(config, port), ...(config.BASE_URL ? [] : [`http://127.0.0.1:${port}`])].map(
            (url) => new URL(url).origin,
          ),
        ),
      ];
      live.attach(http.app.server, {
        identify: (request) => who(request, request.socket.remoteAddress ?? ''),
        origin: origins,
        log,
      });
      const audience = conversationAudience(db);
      const there = stillThere(hearten);
      stops.push(
        startTail(
          db,
          log,
          live.anyone,
          async (events) => {
            await live.tell(events, audience);
            if (events.some((event) => leavings.has(event.name))) await live.recheck(there);
          },
          live.vouch,
        ),
      );
      const check = setInterval(
        () => live.recheck(there).catch((error) => log.warn('Sockets could not be checked', { error: textOf(error) })),
        4_000,
      );
      stops.push(async () => clearInterval(check));
      gauge('hearten_sockets', 'Open live connections', live.count);
    }
    if (roles.includes('work')) {
      stops.push(startReactions(db, log, reactionsOf(modules)));
      stops.push(keepDropping(db, log));
      stops.push(await jobs.start(db, log, Object.assign({}, ...modules.map((m) => m.jobs ?? {}))));
      for (const module of modules) if (module.start) stops.push(await module.start());
      ring();
    }
    return { hearten, url: baseUrl(config, port), port, stop };
  } catch (error) {
    await stop();
    const code = (error as { code?: string }).code;
    if (code === 'EADDRINUSE') {
      const holder = portHolder(config.PORT);
      const by = holder ? `process ${holder.pid} (${holder.command})` : `another program on ${hostname()}`;
      throw new Error(
        `Port ${config.PORT} is taken by ${by}. Nothing was changed. ` +
          `Stop that one, or start with another port: PORT=3001 npm start`,
      );
    }
    if (code === 'EACCES')
      throw new Error(`This user may not listen on port ${config.PORT}. Use a port above 1023, for example PORT=3000.`);
    throw error;
  }
}
