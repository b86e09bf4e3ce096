import type { Host, Outcome } from '../src/core/index.ts';
import { ExitTraceTransport, type TraceTransportSettings } from './datadog-agent/index.ts';
import { ExitDogStatsD, type ExitDogStatsDSettings } from './dogstatsd/index.ts';
import { FileTransport, type RotatingFileOptions } from './file/index.ts';
import { createExitTransport, type OtlpTransportOptions } from './otlp/index.ts';

/** What sends the bodies of a destination in another thread. */
export interface BodySender {
  send(body: Uint8Array, timeout: number): Promise<Outcome>;
}

/** Makes a transport again from what `RemoteTransport.settings()` gave, in another thread. */
export type TransportFactory = (settings: never, host: Pick<Host, 'after' | 'clock' | 'load'>) => BodySender;

/** The transports that can send while the process exits, by `RemoteTransport.kind`. */
export const REMOTE_TRANSPORTS: Readonly<Record<string, TransportFactory>> = {
  otlp: (settings: OtlpTransportOptions, host) => createExitTransport(settings, host),
  file: (options: RotatingFileOptions, host) => FileTransport.open(options, host),
  datadog: (settings: TraceTransportSettings, host) => new ExitTraceTransport(settings, host),
  dogstatsd: (settings: ExitDogStatsDSettings, host) => new ExitDogStatsD(settings, host),
};
