export * from './tail-sampling/index.ts';
