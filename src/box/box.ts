import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { DestinationStats, SpoolStats } from '../../exporters/index.ts';
import type { Config, ConfigTree, Environment } from '../config/index.ts';
import type { AnyComponent, Problem, Report } from '../core/index.ts';

/** Options of `start()`. Everything the environment can say can be said in `config` too. */
export interface StartOptions {
  /** The same keys as in the YAML file; they win over environment and file. */
  readonly config?: ConfigTree;
  /** Environment variables to read in the place of `process.env`. */
  readonly env?: Environment;
  /** Components beside the built-in ones, as a plug-in would bring them. */
  readonly components?: readonly AnyComponent[];
  /** Instrumentations beside those that are found. */
  readonly instrumentations?: readonly Instrumentation[];
  /** Span processors that see every span, before redaction and sampling at the end. */
  readonly spanProcessors?: readonly SpanProcessor[];
}

/** The running Signalbox. */
export interface Box {
  /** The effective configuration. */
  readonly config: Config;
  /** Every mistake that was found in it. */
  readonly problems: readonly Problem[];
  /** False if telemetry is off: disabled, refused in strict mode, or another SDK is in place. */
  readonly running: boolean;
  /** The books of every destination and signal: accepted, delivered, rejected, dropped, in memory. */
  stats(): DestinationStats[];
  /** Bytes on disk, the age of the oldest, and what went wrong with it; undefined without a spool. */
  spoolStats(): SpoolStats | undefined;
  /** Delivers everything that has ended. Rejects if a destination did not take it. */
  forceFlush(): Promise<void>;
  /**
   * Delivers everything and stops, within the shutdown timeout; then Signalbox can be started anew.
   * A second call does nothing. Never rejects.
   */
  shutdown(): Promise<void>;
}

/** What `register.js` adds. */
export interface Registration {
  readonly registered?: boolean;
  /**
   * Called when the plug-ins are loaded and telemetry is on. Module hooks installed before the
   * plug-ins would patch what these import, and `node:http` a second time for the application.
   */
  readonly beforeInstrumentations?: (report: Report) => void;
}

const CURRENT = Symbol.for('signalbox.box');

/** The running box, also one that another copy of this package has started. */
export function currentBox(): Box | undefined {
  return Reflect.get(globalThis, CURRENT) as Box | undefined;
}

/** Makes a box the one that runs, for every copy of this package. */
export function setCurrentBox(box: Box): void {
  Object.defineProperty(globalThis, CURRENT, { value: box, configurable: true });
}

/** Forgets the running box, so that another can be started. */
export function clearCurrentBox(): void {
  Reflect.deleteProperty(globalThis, CURRENT);
}
