import * as sdk from '@opentelemetry/sdk-trace';
import { EarlyTracerProvider, LeanTracerProvider } from '../../../src/tracer/index.ts';

export * from '@opentelemetry/sdk-trace';

const ENGINES: Record<string, unknown> = { lean: LeanTracerProvider, early: EarlyTracerProvider };

/** In the place of the SDK's; see resolver.cjs. */
export const TracerProvider = (ENGINES[process.env.TEST_TRACER ?? ''] ??
  sdk.TracerProvider) as typeof sdk.TracerProvider;
