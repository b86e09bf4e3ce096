// Preload: OpenTelemetry's NodeSDK with the shutdown hooks of @opentelemetry/auto-instrumentations-node/register.
const { NodeSDK } = require('@opentelemetry/sdk-node');

const sdk = new NodeSDK();
sdk.start();
const shutdown = () => void sdk.shutdown().catch(() => {});
process.on('SIGTERM', shutdown);
process.once('beforeExit', shutdown);
