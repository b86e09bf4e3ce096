import { defineConfig } from 'tsdown';

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
      cli: 'src/cli/main.ts',
    },
    format: ['cjs', 'esm'],
    dts: true,
    clean: true,
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
