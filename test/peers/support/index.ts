/** Real peers for tests: how to start them, and how to skip what needs one that is missing. */
export * from './collector.ts';
export { describeWith } from './peers.ts';
export * from './test-agent.ts';
