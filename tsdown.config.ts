import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type Rolldown } from 'tsdown';

type PluginContext = Rolldown.PluginContext;
type Graph = Pick<PluginContext, 'getModuleInfo'>;

const BUNDLED =
  /^(@opentelemetry\/(core|context-async-hooks|instrumentation|instrumentation-(http|undici|runtime-node)|resources|resource-detector-container|sdk-(logs|metrics|trace)|semantic-conventions)|forwarded-parse|require-in-the-middle|module-details-from-path)$/;

/**
 * CommonJS output reaches an external package through a copy of its exports, each behind a bound
 * function, in case they change. Those of the API never do, and it is used several times for every
 * span: read directly, the SDK's spans take little more than half of the time.
 */
const DIRECT_API = {
  name: 'direct-api',
  renderChunk(code: string): { code: string } {
    const copied = /(_opentelemetry_api[$\w]*) = (?:[\w$]+\.)?__toESM\(\1, 1\);/g;
    // As long as it was: the source map still fits.
    return { code: code.replace(copied, (text) => text.replaceAll(/./g, ' ')) };
  },
};

/** The same for modules of Node.js, some of which have a hundred exports to copy. */
const DIRECT_BUILTINS = {
  name: 'direct-builtins',
  renderChunk(code: string): { code: string } {
    const copied = /^([\w$]+) = (?:[\w$]+\.)?__toESM\(\1(?:, 1)?\);$/gm;
    const isDirect = (name: string): boolean => {
      const module = code.split(`let ${name} = require("`)[1]?.split('"')[0] ?? '';
      return isBuiltin(module) && !code.includes(`${name}.default`);
    };
    return {
      code: code.replace(copied, (text, name: string) =>
        isDirect(name) ? text.replaceAll(/./g, ' ') : text,
      ),
    };
  },
};

/**
 * What is needed with the first span at the earliest, and takes three milliseconds to load: fetched
 * when something of it is used. The line alone changes, so that the source map still fits.
 */
const LATE_BUILTINS = {
  name: 'late-builtins',
  renderChunk(code: string, _chunk: unknown, { format }: { format: string }): { code: string } | null {
    if (format !== 'cjs') return null;
    const loaded = /^let ([\w$]+) = require\("((?:node:)?crypto)"\);$/gm;
    for (const [, name] of code.matchAll(loaded)) {
      // A default import is made of what a module has when it is loaded, which is nothing yet.
      if (code.includes(`__toESM(${name})`)) throw new Error(`${name} is imported as a whole`);
    }
    return {
      code: code.replace(
        loaded,
        'let $1 = new Proxy({}, { get: (_, name) => process.getBuiltinModule("$2")[name] });',
      ),
    };
  },
};

const ENTRIES = {
  index: 'src/index.ts',
  register: 'src/box/register.ts',
  exporters: 'exporters/index.ts',
  propagators: 'propagators/index.ts',
  samplers: 'samplers/index.ts',
  processors: 'processors/index.ts',
  genai: 'src/genai/index.ts',
  testing: 'src/testing/index.ts',
  tracer: 'src/tracer/index.ts',
  cli: 'src/cli/main.ts',
} as const;

const here = (path: string): string => join(import.meta.dirname, path);

/**
 * Parts that a process may run without: `loadPart` fetches them. What only they need stays out of the
 * file that every start parses, also where a face (`index.ts`) has it for others.
 */
const PARTS =
  /\/exporters\/(datadog\/(create|encode|map|retrying|trace-)|datadog-agent\/(?!address|index)|dogstatsd\/(?!index)|delivery\/spool\/|otlp\/(decode\/|spool\.|spool-codec))|\/samplers\/(collector-export|explain)\/|\/processors\/genai\/(content|dialects|order|span-order|record-order|measure|normalise|names|errors|fix-value)|\/src\/genai\/(?!conventions|index|instrumentations\/(components|options))/;

/** A file with a character beyond ASCII is kept and scanned as UTF-16, which takes twice the memory. */
const ASCII = {
  name: 'ascii',
  // Not while chunks are rendered: what removes dead code comes after that, and writes text anew.
  generateBundle(
    _options: unknown,
    bundle: Record<string, { type: string; fileName: string; code?: string }>,
  ): void {
    const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    for (const file of Object.values(bundle))
      if (file.type === 'chunk' && /\.[cm]js$/.test(file.fileName))
        file.code = file.code?.replaceAll(/[\u0080-\uffff]/g, escaped);
  },
};

/** Makes a file of its own of each part, next to the others, and lets `loadPart` find it there. */
const OWN_FILES = {
  name: 'own-files',
  transform(this: PluginContext, code: string, id: string): { code: string } | null {
    if (!code.includes('loadPart<')) return null;
    return {
      code: code.replace(/(?<=import\.meta\.url, )'(\.[^']+)'/g, (_text, path: string) => {
        const part = join(id, '..', path);
        const name = part.slice(here('').length + 1, -'.ts'.length).replaceAll(/\W/g, '-');
        this.emitFile({ type: 'chunk', id: part, name });
        return `'./${name}'`;
      }),
    };
  },
  renderChunk(code: string, _chunk: unknown, { format }: { format: string }): { code: string } {
    // `createRequire(…)` in front of a path is for sources and ES modules.
    const end = format === 'cjs' ? '.cjs' : '.mjs';
    return { code: code.replace(/(loadPart\(.*?, "\.\/[\w-]+)"/g, `$1${end}"`) };
  },
};

/** What loads modules that `start()` needs too: it, the helpers for GenAI, what is small without it, the command. */
const LOADERS: Readonly<Record<string, readonly string[]>> = {
  start: ['src/index.ts', 'src/box/register.ts'],
  genai: ['src/genai/index.ts'],
  alone: ['propagators/index.ts', 'src/tracer/index.ts'],
  // Only this of `src/core`, whose rest loads the API.
  command: ['error-message', 'load-module', 'nearest', 'problem', 'version'].map(
    (name) => `src/core/${name}.ts`,
  ),
};

const reachedBy = new WeakMap<object, Map<string, ReadonlySet<string>>>();

/** All modules that are loaded with those of a loader, parts left out. */
function reached(loader: string, graph: Graph): ReadonlySet<string> {
  const known = reachedBy.get(graph.getModuleInfo) ?? new Map<string, ReadonlySet<string>>();
  reachedBy.set(graph.getModuleInfo, known);
  const before = known.get(loader);
  if (before) return before;
  const found = new Set<string>();
  known.set(loader, found);
  const open = (LOADERS[loader] ?? []).map(here);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/**
 * What a start needs is in as few files as its loaders allow, since each file costs a quarter of a
 * millisecond of CPU. The bundler places the rest.
 */
function chunkOf(id: string, graph: Graph): string | null {
  if (Object.values(ENTRIES).map(here).includes(id) || PARTS.test(id)) return null;
  const by = Object.keys(LOADERS).filter((loader) => reached(loader, graph).has(id));
  return by.includes('start') ? by.join('-') : null;
}

/**
 * Instrumentations ask for several versions of their base, whose copies would each look at every
 * `require` of the application; and the base asks for `debug`, which says nothing to anybody here.
 */
const ONE_INSTRUMENTATION_BASE = {
  name: 'one-instrumentation-base',
  resolveId(this: PluginContext, source: string, importer?: string) {
    if (source === 'debug' && importer?.includes('require-in-the-middle')) return SILENCE;
    if (source !== '@opentelemetry/instrumentation') return null;
    return this.resolve(source, join(import.meta.dirname, 'src/index.ts'), { skipSelf: true });
  },
  load: (id: string) => (id === SILENCE ? 'module.exports = () => () => {};' : null),
};

const SILENCE = '\0silence.cjs';

/**
 * Local variables get short names, which a start need not read in full. Lines and the names of functions
 * stay, so that a stack trace says what it says without a source map.
 */
const SHORT_LOCALS = {
  compress: false,
  mangle: { toplevel: false, keepNames: true },
  codegen: { removeWhitespace: false },
} as const;

/** The version of the API, and the sizes of the files that `require` loads of it. */
function installedApi(): { version: string; sizes: Record<string, number> } {
  const folder = here('node_modules/@opentelemetry/api');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.cjs') && !file.startsWith('experimental/'));
  return {
    version,
    sizes: Object.fromEntries(files.map((file) => [file, statSync(join(folder, 'dist', file)).size])),
  };
}

const common = {
  platform: 'node',
  target: 'node20.19',
  shims: true,
  sourcemap: true,
  fixedExtension: true,
  outDir: 'dist',
} as const;

export default defineConfig([
  {
    ...common,
    entry: ENTRIES,
    // `loadPart` knows them by name.
    hash: false,
    minify: SHORT_LOCALS,
    format: ['cjs', 'esm'],
    dts: true,
    clean: true,
    plugins: [ONE_INSTRUMENTATION_BASE, OWN_FILES, DIRECT_API, DIRECT_BUILTINS, LATE_BUILTINS, ASCII],
    outputOptions: {
      comments: false,
      // What DIRECT_API looks for keeps its name.
      minifyInternalExports: false,
      codeSplitting: { groups: [{ name: chunkOf, includeDependenciesRecursively: false }] },
    },
    deps: {
      // Loaded one by one, the hundreds of small files of the SDK take more than half of the start-up.
      // The API stays outside: an application and its SDK must share one copy.
      alwaysBundle: [BUNDLED],
      neverBundle: [/^import-in-the-middle/],
      // Types stay those of the packages, or they would not be the types that users have.
      dts: { neverBundle: [/^@opentelemetry\//] },
    },
  },
  {
    // The API in one file, and what hands it out in the place of the package.
    ...common,
    entry: { 'one-file-api': 'src/box/one-file-api.ts', 'api-copy': 'src/box/api-copy.ts' },
    format: 'cjs',
    dts: false,
    clean: false,
    define: { API: JSON.stringify(installedApi()) },
    plugins: [ASCII],
    minify: SHORT_LOCALS,
    outputOptions: { comments: false, exports: 'named' },
    deps: { alwaysBundle: ['@opentelemetry/api'] },
  },
  {
    // One file of its own, with nothing of the SDK in it: it is loaded while the process exits.
    ...common,
    entry: { 'exit-worker': 'src/box/exit-worker.ts' },
    format: 'cjs',
    dts: false,
    clean: false,
  },
]);
