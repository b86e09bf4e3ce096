export { type CardinalityConfig, cardinality } from './component.ts';
export { Guards, type OnInstrumentOverflow } from './guards.ts';
export { GuardedMeter, guardMeterProvider } from './meter.ts';
export { type CardinalityOptions, DEFAULTS, withDefaults } from './options.ts';
export { templateName, templatePath } from './path-template.ts';
export { CardinalitySpanProcessor } from './span-processor.ts';
