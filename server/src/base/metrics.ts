/** Counters, gauges and histograms in the Prometheus text format, version 0.0.4. */
type Labels = Record<string, string | number>;
const counters = new Map<string, Map<string, number>>();
const help = new Map<string, [type: string, text: string]>();
const gauges = new Map<string, () => number>();
const edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const show = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([k, v]) => `${k}="${String(v).replace(/[\\"\n]/g, '_')}"`);
  return pairs.length ? `{${pairs.join(',')}}` : '';
};
const add = (name: string, labels: string, by: number): void => {
  const series = counters.get(name) ?? new Map<string, number>();
  series.set(labels, (series.get(labels) ?? 0) + by);
  counters.set(name, series);
};
export function count(name: string, text: string, labels: Labels = {}, by = 1): void {
  help.set(name, ['counter', text]);
  add(name, show(labels), by);
}
export function gauge(name: string, text: string, read: () => number): void {
  help.set(name, ['gauge', text]);
  gauges.set(name, read);
}
export function observe(name: string, text: string, seconds: number, labels: Labels = {}): void {
  help.set(name, ['histogram', text]);
  for (const edge of edges) if (seconds <= edge) add(`${name}_bucket`, show({ ...labels, le: edge }), 1);
  add(`${name}_bucket`, show({ ...labels, le: '+Inf' }), 1);
  add(`${name}_sum`, show(labels), seconds);
  add(`${name}_count`, show(labels), 1);
}
export function printMetrics(): string {
  const lines: string[] = [];
  for (const [name, [type, text]] of help) {
    lines.push(`# HELP ${name} ${text}`, `# TYPE ${name} ${type}`);
    const read = gauges.get(name);
    if (read) lines.push(`${name} ${read()}`);
    for (const part of [name, `${name}_bucket`, `${name}_sum`, `${name}_count`])
      for (const [labels, value] of counters.get(part) ?? []) lines.push(`${part}${labels} ${value}`);
  }
  return `${lines.join('\n')}\n`;
}
