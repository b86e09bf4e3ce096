// Everything that can go wrong, against real processes and sockets. `npm run test:faults`.
const base = require('../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Rows mostly wait, so that a few run at once in each file.
  maxWorkers: 2,
  maxConcurrency: 4,
  testTimeout: 120_000,
};
