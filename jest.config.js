/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Slow suites that need tools beside npm have commands of their own.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(peers|faults)/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2023' } },
    ],
  },
  // TEST_TRACER=sdk runs every test on the other engine, also those that make an SDK of their own.
  resolver: '<rootDir>/test/support/engines/resolver.cjs',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 30_000,
  // Many files wait for processes. A worker that has grown is replaced, since modules of files add up.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '350MB',
};
