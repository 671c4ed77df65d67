import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { missedOf, targets } from './targets.ts';

export type Bench = { measure: (args: string[]) => Promise<Record<string, number>> };
const names = Object.keys(targets);
const [name = '', ...args] = process.argv.slice(2);
const file = join(import.meta.dirname, `${name}.ts`);

if (name === '--help' || name === '-h' || !names.includes(name) || !existsSync(file)) {
  const here = names.filter((one) => existsSync(join(import.meta.dirname, `${one}.ts`)));
  const later = names.includes(name) ? `The bench ${name} is not there yet. ` : '';
  process.stderr.write(`${later}npm run -s bench -- NAME\n\nNames: ${here.join(', ')}\n`);
  process.exitCode = name.startsWith('-') ? 0 : 64;
} else {
  const { measure } = (await import(file)) as Bench;
  const raw = await measure(args);
  const figures = Object.fromEntries(
    Object.entries(raw).map(([figure, value]) => [figure, Number(value.toPrecision(4))]),
  );
  const line = { bench: name, figures, targets: targets[name] ?? {}, missed: missedOf(name, figures) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.exit(0); // measuring leaves sockets behind that nobody waits for
}
