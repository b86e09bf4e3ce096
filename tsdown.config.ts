import { defineConfig } from 'tsdown';

const BUNDLED =
  /^(@opentelemetry\/(core|context-async-hooks|instrumentation|instrumentation-(http|undici|runtime-node)|resources|resource-detector-container|sdk-(logs|metrics|trace)|semantic-conventions)|forwarded-parse)$/;

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    register: 'src/box/register.ts',
    'exit-worker': 'src/box/exit-worker.ts',
    exporters: 'exporters/index.ts',
    propagators: 'propagators/index.ts',
    samplers: 'samplers/index.ts',
    processors: 'processors/index.ts',
    genai: 'src/genai/index.ts',
    testing: 'src/testing/index.ts',
    cli: 'src/cli/main.ts',
  },
  format: ['cjs', 'esm'],
  platform: 'node',
  target: 'node20.19',
  dts: true,
  shims: true,
  sourcemap: true,
  clean: true,
  fixedExtension: true,
  outDir: 'dist',
  deps: {
    // Loaded one by one, the hundreds of small files of the SDK take more than half of the start-up.
    // The API stays outside: an application and its SDK must share one copy.
    alwaysBundle: [BUNDLED],
    neverBundle: [/^(import|require)-in-the-middle/],
    // Types stay those of the packages, or they would not be the types that users have.
    dts: { neverBundle: [/^@opentelemetry\//] },
  },
});
