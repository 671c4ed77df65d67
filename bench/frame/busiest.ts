type Traced = { name: string; pid: number; tid: number; ph: string; tdur?: number; args?: { name?: string } };
/** Processor time of the longest task on a main thread of a page. */
export function busiest(trace: Buffer): number {
  const { traceEvents: all } = JSON.parse(trace.toString()) as { traceEvents: Traced[] };
  const main = new Set(
    all.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid}.${e.tid}`),
  );
  const tasks = all.filter((e) => /RunTask$/.test(e.name) && e.tdur !== undefined && main.has(`${e.pid}.${e.tid}`));
  return tasks.length === 0 ? Number.NaN : Math.max(...tasks.map((e) => (e.tdur ?? 0) / 1000));
}
