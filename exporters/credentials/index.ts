export { CombinedSource } from './combined-source.ts';
export { FileWatch } from './file-watch.ts';
export { HeaderFileSource } from './header-file-source.ts';
export { ProviderSource } from './provider-source.ts';
export { sendWithCredentials } from './send.ts';
