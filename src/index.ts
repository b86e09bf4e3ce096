export type * from './core/index.ts';
export { defineComponent } from './core/index.ts';
