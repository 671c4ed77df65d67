/** A line that is drawn over itself on a terminal; elsewhere one every ten seconds. */
export function bar(what: string): { draw: (share: number) => void; end: () => void } {
  const out = process.stderr;
  const began = Date.now();
  let drawn = out.isTTY ? 0 : began;
  const clock = (seconds: number): string =>
    `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, '0')}`;
  return {
    draw: (share) => {
      if (Date.now() - drawn < (out.isTTY ? 200 : 10_000)) return;
      drawn = Date.now();
      const seconds = (drawn - began) / 1000;
      // The first parts are no measure of the rest: files go slower than rows, and a small share times a moment is nothing.
      const left = share >= 0.05 && seconds >= 5 ? `  ${clock((seconds / share) * (1 - share))} left` : '';
      const filled = Math.round(share * 24);
      const line = `${what}  ${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${String(Math.floor(share * 100)).padStart(3)} %${left}`;
      out.write(out.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
    },
    end: () => void (out.isTTY && out.write('\r\u001b[K')),
  };
}

export const inBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
};
