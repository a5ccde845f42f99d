// Measures how much processor time `import('earnest')` takes, each time in a new process that has nothing imported.
//
//   node benches/importing.js [ROUNDS]
//
// `EARNEST_NODE_BINARY` names an addon. It prints the best and the median of the rounds, in milliseconds, what the first
// thing takes that needs the addon, and fails unless the best import is under 30: others on the same machine make a round
// slower, and nothing makes one faster.

const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

const BAR = 30;
const ROUNDS = Number(process.argv[2] ?? 10);
const CHILD = `
  const spent = (since) => { const { user, system } = process.cpuUsage(since); return (user + system) / 1000; };
  let before = process.cpuUsage();
  const { keygen } = await import('earnest');
  const imported = spent(before);
  before = process.cpuUsage();
  keygen();
  console.log(JSON.stringify([imported, spent(before)]));`;

const cwd = join(__dirname, '../bindings-node');
const round = () => JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', CHILD], { cwd, encoding: 'utf8' }));

// the first one reads files that were not in memory
round();
const rounds = Array.from({ length: ROUNDS }, round);
for (const [place, what] of [[0, "import('earnest')"], [1, 'the addon']]) {
  const sorted = rounds.map((one) => one[place]).sort((one, other) => one - other);
  console.log(`${what}: best ${sorted[0].toFixed(1)} ms, median ${sorted[sorted.length >> 1].toFixed(1)} ms of processor time, of ${ROUNDS}`);
  if (place === 0 && sorted[0] >= BAR) process.exitCode = 1;
}
