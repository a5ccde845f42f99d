// A reporter of Node's tests that says what failed and how, what tests print of their figures, and how long each file took.

const { relative } = require('node:path');
const { inspect } = require('node:util');

module.exports = async function* times(events) {
  const files = new Map();
  const errors = new Map();
  const counts = { pass: 0, fail: 0 };
  const began = performance.now();
  for await (const { type, data } of events) {
    if (type === 'test:stdout' && !data.message.startsWith('\u001b')) yield data.message;
    // what a file has said besides: it is shown where that file fails
    if (type === 'test:stderr') errors.set(data.file, ((errors.get(data.file) ?? '') + data.message).slice(-4000));
    if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting > 0) continue;
    const file = relative(process.cwd(), data.file ?? '');
    files.set(file, (files.get(file) ?? 0) + data.details.duration_ms);
    if (type === 'test:pass') {
      counts.pass += 1;
      continue;
    }
    counts.fail += 1;
    const { error } = data.details;
    const { exitCode = null, signal = null } = error;
    const ended = exitCode === null && signal === null ? '' : ` (its process ended by ${signal ?? `code ${exitCode}`})`;
    yield `\nFAILED ${file}: ${data.name}${ended}\n${inspect(error.cause ?? error, { depth: 6 })}\n${errors.get(data.file) ?? ''}`;
    errors.delete(data.file);
  }
  const slowest = [...files].sort(([, one], [, other]) => other - one);
  for (const [file, time] of slowest) yield `${(time / 1000).toFixed(1).padStart(7)} s  ${file}\n`;
  yield `${counts.pass} passed, ${counts.fail} failed, ${((performance.now() - began) / 1000).toFixed(1)} s\n`;
};
