import type { AgentRatesSink } from './agent-rates-sink.ts';
import type { HeaderSource } from './credentials.ts';
import type { Report } from './problem.ts';

/** A timer that can be stopped. Timers of a host never keep the process alive. */
export interface Timer {
  cancel(): void;
}

/** Time as a component sees it; tests hand in their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump. */
  now(): number;
  /** Milliseconds that only ever grow; for durations, delays and deadlines. */
  monotonic(): number;
}

/** Where a component's own messages go: stderr, deduplicated and rate-limited. */
export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

/** Numbers about the component itself, exported as metrics (`signalbox.*`, `otel.sdk.*`). */
export interface Counters {
  /** Adds `value` (default 1; below 0 only for what is held at the moment, `….buffer.…`) to the named number. */
  add(name: string, value?: number, attributes?: Readonly<Record<string, string>>): void;
}

/** All that a component gets from the process around it. Nothing else is read from globals. */
export interface Host {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** Reports a mistake in the configuration found while creating the component. */
  readonly report: Report;
  /** Where sample rates of a Datadog Agent go, if a sampler wants them. */
  readonly agentRates?: AgentRatesSink;
  /** The credentials that a plug-in of this name provides, cached; undefined if there is none. */
  credentials?(name: string): HeaderSource | undefined;
  /** Loads an optional or heavy package when it is needed. @throws if it is not installed. */
  load<T>(module: string): T;
  /** Runs `task` once after `delay` ms. */
  after(delay: number, task: () => void): Timer;
  /** Runs `task` every `interval` ms. */
  every(interval: number, task: () => void): Timer;
}
