// Where tests ask for the SDK's TracerProvider they get the engine that is tested, see README.md.
// What stands on the SDK itself gets the SDK.
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
  const isStandIn =
    request === '@opentelemetry/sdk-trace' && !REAL.some((folder) => options.basedir.startsWith(folder));
  return isStandIn ? STAND_IN : options.defaultResolver(request, options);
};
