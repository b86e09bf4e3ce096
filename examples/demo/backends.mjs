/**
 * Where the demo sends telemetry to, one after the other. A backend has a `name`, the variables an
 * application needs (`env`), what it received (`spans`, `metrics`, `logs`, `malformed`,
 * `waitForSpans`) and `close`. Another one, e.g. a Datadog Agent, is one more entry here.
 */
import { PROTOCOLS, startOtlpReceiver } from '../../test/support/receivers/index.ts';

export const BACKENDS = PROTOCOLS.map((protocol) => ({
  name: protocol,
  start: () => startOtlpReceiver(protocol),
}));
