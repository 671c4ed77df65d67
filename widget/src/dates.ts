// Runs in a thread of its own, for the browser's sake: what it has found out of dates and numbers, it knows in its other threads, too.
const now = new Date();
for (const how of [{ hour: 'numeric' }, { day: 'numeric', month: 'long' }] as const) now.toLocaleString(self.name, how);
(1).toLocaleString(self.name, { style: 'unit', unit: 'minute' });
postMessage(0);
close();
