/**
 * Tells how a test run goes: one line a file, failures in full where they happen, and at the very end the line
 * `N passed, N failed` (`, N skipped` when there are any).
 */
export function makeReport(out) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  const reasons = new Map();
  const line = (text) => out.write(`${text}\n`);
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

  function pass(name, ms) {
    total.passed += 1;
    line(`✓ ${name}  ${seconds(ms)}`);
  }

  function fail(name, ms, text) {
    total.failed += 1;
    failures.push(name);
    line(`✗ ${name}  ${seconds(ms)}\n${indent(text)}`);
  }

  /** Follows the events of node:test. Only leaves count: a suite is as good as what is in it. */
  async function follow(events, nameOf) {
    const files = new Map();
    const of = (file) => {
      if (!files.has(file)) files.set(file, { passed: 0, failed: 0, skipped: 0, ms: 0, output: '', told: [] });
      return files.get(file);
    };
    for await (const { type, data } of events) {
      if (type === 'test:stdout' || type === 'test:stderr') of(data.file).output += data.message;
      if (type === 'test:summary' && data.file) tellFile(data.file, of(data.file), nameOf);
      if (type !== 'test:pass' && type !== 'test:fail') continue;
      const file = of(data.file ?? data.name);
      if (data.details.type === 'suite' && !isOwnFailure(data)) continue;
      if (data.skip !== undefined) {
        file.skipped += 1;
        const reason = typeof data.skip === 'string' && data.skip ? data.skip : 'no reason given';
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      } else if (type === 'test:pass') file.passed += 1;
      else if (isOwnFailure(data)) {
        file.failed += 1;
        file.told.push(`${data.name}${data.line ? ` (line ${data.line})` : ''}\n${indent(textOf(data.details.error))}`);
      } else continue;
      if (data.nesting === 0) file.ms += data.details.duration_ms;
    }
    for (const [name, file] of files) if (!file.isTold) tellFile(name, file, nameOf);
  }

  function tellFile(path, file, nameOf) {
    if (file.isTold) return;
    file.isTold = true;
    for (const key of Object.keys(total)) total[key] += file[key];
    const name = nameOf(path);
    const skipped = file.skipped ? `, ${file.skipped} skipped` : '';
    const good = file.passed ? `${file.passed} passed` : 'nothing passed';
    line(
      `${file.failed ? '✗' : '✓'} ${name}  ${good}${file.failed ? `, ${file.failed} failed` : ''}${skipped}  ${seconds(file.ms)}`,
    );
    if (!file.failed) return;
    for (const text of file.told) line(indent(`✗ ${text}`));
    if (file.output.trim()) line(indent(`It printed:\n${indent(file.output.trimEnd().slice(-20_000))}`));
    failures.push(...file.told.map((text) => `${name}: ${text.split('\n')[0]}`));
  }

  function end(ms) {
    line('');
    for (const [reason, count] of reasons) line(`skipped ${count}: ${reason}`);
    if (failures.length) line(`Failed:\n${indent(failures.join('\n'))}`);
    line(`In ${seconds(ms)}`);
    const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
    line(`${total.passed} passed, ${total.failed} failed${skipped}`);
  }

  // A run in which nothing was tried has not shown anything.
  const failed = () => total.failed > 0 || total.passed === 0;
  return { pass, fail, follow, end, failed };
}

/** A suite, or a test with tests in it, fails when one of those does; that one has been counted already. */
function isOwnFailure({ details }) {
  return details.error !== undefined && details.error.failureType !== 'subtestsFailed';
}

function textOf(error) {
  const cause = error?.cause ?? error;
  return cause?.stack ?? String(cause?.message ?? cause);
}

function indent(text) {
  return text.replace(/^(?=.)/gm, '  ');
}
