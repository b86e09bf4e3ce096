export {
  type ExplainedRule,
  type ExplainedTrace,
  explainRules,
  explainTraces,
} from './explain.ts';
export { readTraceFile } from './trace-file.ts';
