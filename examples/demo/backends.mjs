/**
 * Where the demo sends telemetry to, one after the other. A backend has a `name` and `start`, which
 * gives the variables an application needs (`env`), its `sides` (one for each place where telemetry
 * arrives, see `otlp-side.mjs`) and `close`. Another backend is one more entry here.
 */
import { DatadogAgent } from '../../test/support/datadog-agent.ts';
import { PROTOCOLS, startOtlpReceiver } from '../../test/support/receivers/index.ts';
import { datadogSide } from './datadog-side.mjs';
import { otlpSide } from './otlp-side.mjs';

const otlp = (protocol) => ({
  name: protocol,
  async start() {
    const receiver = await startOtlpReceiver(protocol);
    return {
      env: receiver.env,
      sides: [otlpSide(protocol, receiver)],
      close: () => receiver.close(),
    };
  },
});

/** Both at once, so that the same traces can be shown side by side. */
const otlpAndDatadog = {
  name: 'otlp,datadog',
  async start() {
    const receiver = await startOtlpReceiver('http/protobuf');
    const agent = await DatadogAgent.start();
    return {
      env: {
        SIGNALBOX_BACKEND: 'otlp,datadog',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        DD_TRACE_AGENT_URL: agent.url,
      },
      sides: [otlpSide('both: otlp', receiver), datadogSide('both: datadog', agent)],
      close: () => Promise.all([receiver.close(), agent.stop()]),
    };
  },
};

export const BACKENDS = [...PROTOCOLS.map(otlp), otlpAndDatadog];
