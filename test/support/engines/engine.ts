const { TEST_TRACER = 'lean' } = process.env;
if (TEST_TRACER !== 'lean' && TEST_TRACER !== 'sdk')
  throw new Error(`TEST_TRACER: "${TEST_TRACER}" is not an engine. There are: lean, sdk`);

/** What makes the spans of this run of the tests, a value of `SIGNALBOX_TRACER`. */
export const ENGINE: 'lean' | 'sdk' = TEST_TRACER;
/** For applications that do not choose it themselves. The default is left to the product. */
export const ENGINE_ENV = ENGINE === 'lean' ? {} : { SIGNALBOX_TRACER: ENGINE };
