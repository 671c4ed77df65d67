// Runs in the page before anything else: remembers for how long the page could do nothing else.
globalThis.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.longTasks.push(entry.duration);
}).observe({ type: 'longtask', buffered: true });
