import type * as sdk from '@opentelemetry/sdk-trace';
import { EarlyTracerProvider, LeanTracerProvider } from '../../../src/tracer/index.ts';
import { ENGINE } from './engine.ts';

export * from '@opentelemetry/sdk-trace';

/** In the place of the SDK's; see resolver.cjs. */
export const TracerProvider = { lean: LeanTracerProvider, sdk: EarlyTracerProvider }[
  ENGINE
] as unknown as typeof sdk.TracerProvider;
