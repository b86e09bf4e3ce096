import { defineConfig } from 'tsdown';

const BUNDLED =
  /^(@opentelemetry\/(core|context-async-hooks|instrumentation|instrumentation-(http|undici|runtime-node)|resources|resource-detector-container|sdk-(logs|metrics|trace)|semantic-conventions)|forwarded-parse)$/;

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
    entry: {
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
    },
    format: ['cjs', 'esm'],
    dts: true,
    clean: true,
    plugins: [DIRECT_API],
    deps: {
      // Loaded one by one, the hundreds of small files of the SDK take more than half of the start-up.
      // The API stays outside: an application and its SDK must share one copy.
      alwaysBundle: [BUNDLED],
      neverBundle: [/^(import|require)-in-the-middle/],
      // Types stay those of the packages, or they would not be the types that users have.
      dts: { neverBundle: [/^@opentelemetry\//] },
    },
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
