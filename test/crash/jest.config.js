// The slow suite of the spool: hundreds of processes are killed. `npm run test:crash`; a shortened one is
// in test/e2e/spool.test.ts.
const base = require('../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/crash/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 1_800_000,
};
