import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepClock } from './base/clock.ts';
import { baseUrl, type Config, VERSION } from './base/config.ts';
import { NOWHERE, openDb, sql } from './base/db.ts';
import { makeDrain } from './base/drain.ts';
import { textOf } from './base/errors.ts';
import { ring } from './base/events.ts';
import { openFiles } from './base/files.ts';
import { nameOf } from './base/folders.ts';
import { callerOf, isSecure, makeHttp } from './base/http.ts';
import { jobs } from './base/jobs.ts';
import { openSeal } from './base/key-check.ts';
import { makeLive } from './base/live.ts';
import type { Log } from './base/log.ts';
import { gauge } from './base/metrics.ts';
import { migrate } from './base/migrate.ts';
import type { Hearten, Module } from './base/module.ts';
import { keepDropping } from './base/outdated.ts';
import { keepsNames } from './base/pooler.ts';
import { portHolder } from './base/processes.ts';
import { shareQuota } from './base/quota.ts';
import { reactAgain } from './base/react-again.ts';
import { reactionsOf, startBell, startReactions } from './base/relay.ts';
import { beginUnlessHeld } from './base/restored.ts';
import { checkRoles } from './base/roles.ts';
import { openStores } from './base/store-s3.ts';
import { startTail } from './base/tail.ts';
import { startWire } from './base/wire.ts';
import { conversationAudience, startPresence } from './conversations/index.ts';
import { healthRoutes, listenForHealth } from './health.ts';
import { makeModules } from './modules.ts';
import { referenceRoutes } from './reference/index.ts';
import { identify, shareForgetting, someoneLeaves, stillThere, whoMay } from './team/index.ts';
import { webRoutes } from './web.ts';

const AHEAD = 20; // ms for which the team's screens wait at most until a visitor was answered

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
  const { seal } = await openSeal(config, direct);
  const files = await openFiles(await openStores(config));
  const prepared = direct === databaseUrl || (await keepsNames(databaseUrl));
  if (!prepared)
    log.info(
      'The pooler keeps no prepared statements, so each is planned anew: PgBouncer 1.21 or newer does, with max_prepared_statements.',
    );
  const replica = config.DATABASE_URL_REPLICA;
  const db = openDb(databaseUrl, {
    max: config.DATABASE_CONNECTIONS,
    direct,
    prepared,
    log,
    name: await nameOf(files.stores[0]?.name ?? ''),
    ...(replica ? { replica } : {}),
  });
  const hearten: Hearten = { config, db, log, files, jobs, live: makeLive(), seal };
  const time = sql`select clock_timestamp() as now`;
  const stopClock = await keepClock(async () => (await db.read<{ now: string }>(NOWHERE, time))[0]?.now ?? '', log);
  return {
    hearten,
    close: async () => {
      await stopClock();
      await hearten.live.close();
      await files.close();
      await db.close();
    },
  };
}

/** Reacts to events, runs jobs, listens: what the role `work` does. Begun whole or not at all. */
async function beginWork({ db, log }: Hearten, modules: Module[]): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse())
      await one().catch((error) => log.warn('Something did not stop cleanly', { error: textOf(error) }));
  };
  try {
    const reactions = reactionsOf(modules);
    stops.push(startReactions(db, log, reactions));
    stops.push(keepDropping(db, log));
    const again = { 'react-again': reactAgain(db, log, reactions) };
    stops.push(await jobs.start(db, log, Object.assign(again, ...modules.map((m) => m.jobs ?? {}))));
    for (const module of modules) if (module.start) stops.push(await module.start());
    ring();
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Brings up the roles this process has: `serve` answers requests and sockets, `work` listens, reacts and runs jobs. */
export async function runHearten(config: Config, databaseUrl: string, log: Log): Promise<Running> {
  const { hearten, close } = await openHearten(config, databaseUrl, log);
  const { db, live } = hearten;
  const stops: (() => Promise<void>)[] = [close];
  let leaving = (): boolean => false;
  let leave = async (): Promise<void> => undefined;
  const stop = async (): Promise<void> => {
    await leave(); // while everything still works
    for (const one of stops.splice(0).reverse())
      await one().catch((error) => log.warn('Something did not stop cleanly', { error: textOf(error) }));
  };
  try {
    const modules = makeModules(hearten);
    const roles = config.ROLES.split(',');
    const wire = await startWire(db, log);
    stops.push(wire.stop);
    stops.push(await startBell(wire));
    if (config.HEALTH_LISTEN) stops.push(await listenForHealth(hearten, config.HEALTH_LISTEN, () => leaving()));
    await shareForgetting(wire);
    let port = config.PORT;
    if (roles.includes('serve')) {
      const who = identify(hearten);
      const http = makeHttp(hearten, who, isSecure, (workspaceId, permission) => whoMay(db, workspaceId, permission));
      stops.push(await http.allowances.share(wire));
      stops.push(await shareQuota(wire));
      const drain = makeDrain(http.app, live);
      healthRoutes(http.app, hearten, () => baseUrl(config, port), drain);
      referenceRoutes(http.app, () => baseUrl(config, port), VERSION);
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
      const outside = modules.flatMap((module) => module.outside ?? []);
      const ipOf = (request: IncomingMessage): string => callerOf(request, config.TRUST_PROXY);
      live.attach(http.app.server, {
        identify: (request) => who(request, ipOf(request)),
        outside,
        ipOf,
        origin: origins,
        log,
      });
      for (const one of outside) stops.push(await one.begin(wire));
      stops.push(
        await startPresence(
          live,
          wire,
          outside.map((one) => one.present),
        ),
      );
      const audience = conversationAudience(db);
      const there = stillThere(hearten);
      stops.push(
        startTail(
          db,
          log,
          () => live.anyone() || outside.some((one) => one.anyone()),
          async (events) => {
            const others = Promise.all(outside.map((one) => one.tell(events))).catch((error) =>
              log.warn('Visitors could not be told; they look again when they are told next', { error: textOf(error) }),
            );
            // Whoever is answered waits for it, the team that looks on does not; nor does anybody wait long for a visitor with many tabs.
            if (events.every(({ name }) => name === 'message.replied')) await Promise.race([others, sleep(AHEAD)]);
            await live.tell(events, audience);
            if (someoneLeaves(events)) await live.recheck(there);
          },
          (sure) => {
            live.vouch(sure);
            for (const one of outside) one.vouch(sure);
          },
        ),
      );
      const check = setInterval(
        () => live.recheck(there).catch((error) => log.warn('Sockets could not be checked', { error: textOf(error) })),
        4_000,
      );
      stops.push(async () => clearInterval(check));
      gauge('hearten_sockets', 'Open live connections', live.count);
      leave = drain.begin;
      leaving = drain.leaving;
    }
    if (roles.includes('work')) stops.push(await beginUnlessHeld(db, log, wire, () => beginWork(hearten, modules)));
    return { hearten, url: baseUrl(config, port), port, stop };
  } catch (error) {
    await stop();
    const code = (error as { code?: string }).code;
    if (code === 'EADDRINUSE') {
      const taken = (error as { port?: number }).port ?? config.PORT;
      const holder = portHolder(taken);
      const by = holder ? `process ${holder.pid} (${holder.command})` : `another program on ${hostname()}`;
      const other = taken === config.PORT ? 'port: PORT=3001 npm start' : 'HEALTH_LISTEN.';
      throw new Error(
        `Port ${taken} is taken by ${by}. Nothing was changed. Stop that one, or start with another ${other}`,
      );
    }
    if (code === 'EACCES')
      throw new Error(`This user may not listen on port ${config.PORT}. Use a port above 1023, for example PORT=3000.`);
    throw error;
  }
}
