import { defineConfig } from 'tsdown';

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
});
