import type { DestinationStats, SpoolStats } from '../../exporters/index.ts';
import { currentBox } from './box.ts';

export type { Box, StartOptions } from './box.ts';
export { loadConfiguration } from './configuration.ts';
export type { SdkConfiguration } from './sdk-configuration.ts';
export { nodeSdkConfiguration, start } from './start.ts';

/**
 * Delivers everything that has ended, whoever started Signalbox. Does nothing if it does not run.
 * Rejects if a destination did not take it.
 */
export function forceFlush(): Promise<void> {
  return currentBox()?.forceFlush() ?? Promise.resolve();
}

/** The books of every destination and signal, whoever started Signalbox; empty if it does not run. */
export function stats(): DestinationStats[] {
  return currentBox()?.stats() ?? [];
}

/** What the running box has on disk; undefined without a spool. */
export function spoolStats(): SpoolStats | undefined {
  return currentBox()?.spoolStats();
}

/**
 * Delivers everything and stops, whoever started Signalbox, within the shutdown timeout. A second
 * call does nothing. Never rejects: what could not be delivered has been reported.
 */
export function shutdown(): Promise<void> {
  return currentBox()?.shutdown() ?? Promise.resolve();
}
