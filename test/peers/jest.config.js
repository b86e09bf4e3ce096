// The suite against other companies' programs. It has a command of its own, `npm run test:peers`,
// because it needs Go and Python beside npm and, the first time, minutes to build.
const base = require('../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/peers/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/peers/support/global-setup.ts',
  // Each file runs peers and applications of its own; more at once would only compete.
  maxWorkers: 2,
  testTimeout: 60_000,
};
