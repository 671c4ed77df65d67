import { runThreeHosts } from './three-hosts.ts';

// Begun by three-hosts.ts, through `unshare -n`.
const ledger = await runThreeHosts(JSON.parse(process.argv[2] as string));
process.stdout.write(JSON.stringify(ledger), () => process.exit());
