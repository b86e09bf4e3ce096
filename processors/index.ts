export * from './genai/index.ts';
