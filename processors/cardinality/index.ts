export { cardinality } from './component.ts';
export { Guards } from './guards.ts';
export { guardMeterProvider } from './meter.ts';
export { type CardinalityOptions, withDefaults } from './options.ts';
export { templateName, templatePath } from './path-template.ts';
export { CardinalitySpanProcessor } from './span-processor.ts';
export { type BoundCounter, bindCounter } from './summing-counter.ts';
