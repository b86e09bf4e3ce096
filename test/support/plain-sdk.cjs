// Preload: OpenTelemetry's own NodeSDK, set up by the environment alone. The tests of the receivers
// run against it, so that they do not depend on the code that the receivers are there to test.
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { NodeSDK } = require('@opentelemetry/sdk-node');

const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
sdk.start();
process.once('beforeExit', () => void sdk.shutdown());
