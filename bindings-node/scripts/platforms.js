// Writes what a release publishes for each platform: a package with one file, and in `earnest` its exact version among what is
// optional. In the tree they do not stand there: `npm ci` would look for packages that nobody has published yet.
//   node platforms.js PACKED EARNEST, the unpacked folders of the platforms' packages and of `earnest`

const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const PLATFORMS = {
  'linux-x64-gnu': { os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
  'linux-x64-musl': { os: ['linux'], cpu: ['x64'], libc: ['musl'] },
  'linux-arm64-gnu': { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] },
  'linux-arm64-musl': { os: ['linux'], cpu: ['arm64'], libc: ['musl'] },
  'darwin-x64': { os: ['darwin'], cpu: ['x64'] },
  'darwin-arm64': { os: ['darwin'], cpu: ['arm64'] },
  'win32-x64-msvc': { os: ['win32'], cpu: ['x64'] },
};

const [packed, earnest] = process.argv.slice(2);
const path = join(earnest, 'package.json');
const about = JSON.parse(readFileSync(path, 'utf8'));
const { version, license, engines } = about;
about.optionalDependencies = {};
for (const [platform, where] of Object.entries(PLATFORMS)) {
  const name = `earnest-${platform}`;
  const own = { name, version, description: `The native half of earnest, for ${platform}.`, license, main: 'earnest.node', files: ['earnest.node'], engines, ...where };
  mkdirSync(join(packed, name), { recursive: true });
  writeFileSync(join(packed, name, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  about.optionalDependencies[name] = version;
}
writeFileSync(path, `${JSON.stringify(about, null, 2)}\n`);
