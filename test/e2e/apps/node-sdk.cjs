// A set-up that wants to start OpenTelemetry's NodeSDK itself, with what Signalbox has configured.
const { trace } = require('@opentelemetry/api');
const { logs } = require('@opentelemetry/api');
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { nodeSdkConfiguration } = require('../../../dist/index.cjs');

const sdk = new NodeSDK(nodeSdkConfiguration({ config: { service: { name: 'by NodeSDK' } } }));
sdk.start();
trace.getTracer('test').startSpan('span').end();
logs.getLogger('test').emit({ body: 'log' });
void sdk.shutdown().then(() => console.log('ready'));
