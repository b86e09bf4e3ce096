/** Real peers for tests: how to start them, and how to skip what needs one that is missing. */
export * from './collector.ts';
export { describeWith, folderOf } from './peers.ts';
export { MAPPING_BINARY } from './provision.ts';
export * from './test-agent.ts';
