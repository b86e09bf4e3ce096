// Adds to package-lock.json the optional packages of other platforms (compilers, linters) that npm left
// out: it does so when node_modules exists already, or when a registry does not have them, and then
// `npm ci` refuses the lock file. Run after `npm install`; does nothing if nothing is missing.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];
const LIBRARIES = { gnu: 'glibc', musl: 'musl', gnueabihf: 'glibc', musleabihf: 'musl' };

/** What the name of a platform's package says it runs on: `@acme/core-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const libc = words.flatMap((word) => LIBRARIES[word] ?? []);
  if (name === 'fsevents') os.push('darwin');
  if (os.length === 0 && cpu.length === 0) return undefined;
  return {
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(os.includes('linux') && libc.length > 0 ? { libc } : {}),
    ...(os.length > 0 ? { os } : {}),
  };
}

/** The package that one at `path` gets for `name`: from its own node_modules, or one above it. */
function resolve(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    const found = packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`];
    if (found || at === '') return found;
  }
}

/** A range is satisfied by whatever is there; an exact version, as compilers ask for, only by itself. */
function satisfies(found, range) {
  return found !== undefined && (!/^\d+\.\d+\.\d+/.test(range) || found.version === range);
}

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
let added = 0;
for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (satisfies(resolve(lock.packages, path, name), range)) continue;
    const platform = platformOf(name);
    if (!platform) continue;
    // Beside the package that asks for it, as npm would have put it.
    const beside = path.slice(0, path.lastIndexOf('node_modules/'));
    const version = range.replace(/^[\^~]/, '');
    lock.packages[`${beside}node_modules/${name}`] = {
      version,
      ...(dev ? { dev } : {}),
      optional: true,
      ...platform,
    };
    added++;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
if (added > 0) writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages added`);
