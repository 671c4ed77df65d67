import * as modules from 'node:module';

// Loaded into the server before its own code: a server whose launcher was killed stops as if asked to. Without this it
// would go on holding the port and the data folder with nobody left to stop it.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

// Otherwise kept only at the end, which kill -9 does not wait for.
setTimeout(() => modules.flushCompileCache?.(), 5_000).unref();
