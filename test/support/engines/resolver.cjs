// With TEST_TRACER=lean (or early) tests get an engine of ours where they ask for the SDK's
// TracerProvider: `TEST_TRACER=lean npx jest`. What stands on the SDK itself gets the SDK.
const { dirname, join } = require('node:path');

const ROOT = join(__dirname, '../../..');
const STAND_IN = join(__dirname, 'sdk-trace.ts');
const REAL = [
  join(ROOT, 'src/tracer'),
  join(ROOT, 'test/tracer'),
  join(ROOT, 'node_modules'),
  dirname(STAND_IN),
];

module.exports = (request, options) => {
  const isMeant = request === '@opentelemetry/sdk-trace' && process.env.TEST_TRACER;
  if (isMeant && !REAL.some((folder) => options.basedir.startsWith(folder))) return STAND_IN;
  return options.defaultResolver(request, options);
};
