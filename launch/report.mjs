/**
 * Tells how a test run goes: one line a file with what its tests measured below it (a seed, counts), failures in full
 * where they happen, and at the very end the line `N passed, N failed` (`, N skipped` when there are any).
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
    failures.push(`${name}\n${indent(text.split('\n').slice(0, 12).join('\n'))}`);
    line(`✗ ${name}  ${seconds(ms)}\n${indent(text)}`);
  }

  /** Follows the events of node:test for one file. Only leaves count: a suite is as good as what is in it. */
  async function follow(events, name) {
    const file = { passed: 0, failed: 0, skipped: 0 };
    const told = [];
    const measured = [];
    const began = Date.now();
    let output = '';
    for await (const { type, data } of events) {
      if (type === 'test:stdout' || type === 'test:stderr') output += data.message;
      // node:test's own counts come without a file
      if (type === 'test:diagnostic' && data.file) measured.push(data.message);
      if (type !== 'test:pass' && type !== 'test:fail') continue;
      if (type === 'test:fail' && !isOwnFailure(data)) continue;
      if (data.details.type === 'suite' && type === 'test:pass') continue;
      if (data.skip !== undefined) {
        file.skipped += 1;
        const reason = typeof data.skip === 'string' && data.skip ? data.skip : 'no reason given';
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      } else if (type === 'test:pass') file.passed += 1;
      else {
        file.failed += 1;
        told.push(`${data.name}${data.line ? ` (line ${data.line})` : ''}\n${indent(textOf(data.details.error))}`);
      }
    }
    for (const key of Object.keys(total)) total[key] += file[key];
    const counts = Object.entries(file).filter(([, count]) => count);
    const summary = counts.map(([key, count]) => `${count} ${key}`).join(', ') || 'nothing in it';
    line(`${file.failed ? '✗' : '✓'} ${name}  ${summary}  ${seconds(Date.now() - began)}`);
    for (const text of measured) line(indent(text));
    for (const text of told) line(indent(`✗ ${text}`));
    if (told.length && output.trim()) line(indent(`It printed:\n${indent(output.trimEnd().slice(-20_000))}`));
    // Said again at the end, with its reason: of a long log often only the end is kept.
    failures.push(...told.map((text) => `${name}: ${text.split('\n').slice(0, 12).join('\n')}`));
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
