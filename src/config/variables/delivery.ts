import { duration, integer, listOf, oneOf, text, variable } from '../../core/index.ts';

const topic = 'Delivery';
const MIB = 1024 * 1024;

export const QUEUE_ITEMS = variable({
  name: 'SIGNALBOX_QUEUE_ITEMS',
  type: integer({ min: 1 }),
  default: 150_000,
  topic,
  yaml: 'resilience.queue.max_items',
  doc: 'How many spans, log records or data points may be in memory, for each destination and signal. OTEL_BSP_MAX_QUEUE_SIZE and OTEL_BLRP_MAX_QUEUE_SIZE win for spans and log records.',
});

export const QUEUE_BYTES = variable({
  name: 'SIGNALBOX_QUEUE_BYTES',
  type: integer({ min: 1 }),
  default: 64 * MIB,
  topic,
  yaml: 'resilience.queue.max_bytes',
  doc: 'How many bytes of memory (estimated) they may take, for each destination and signal. What waits as an object and not as bytes counts four times.',
});

export const QUEUE_FULL = variable<'drop_newest' | 'drop_oldest'>({
  name: 'SIGNALBOX_QUEUE_FULL',
  type: oneOf(['drop_newest', 'drop_oldest']),
  default: 'drop_newest',
  topic,
  yaml: 'resilience.queue.when_full',
  doc: 'What goes when the queue is full: `drop_newest` or `drop_oldest`. Of metrics it is always the oldest. Either is counted.',
});

export const BATCH_BYTES = variable({
  name: 'SIGNALBOX_QUEUE_BATCH_BYTES',
  type: integer({ min: 1 }),
  default: 2 * MIB,
  topic,
  yaml: 'resilience.queue.batch_bytes',
  doc: 'Bytes (estimated) at which a request is sent before its batch is full.',
});

export const CONCURRENCY = variable({
  name: 'SIGNALBOX_QUEUE_CONCURRENCY',
  type: integer({ min: 1, max: 100 }),
  default: 4,
  topic,
  yaml: 'resilience.queue.concurrency',
  doc: 'How many requests may be under way at once, for each destination and signal.',
});

export const RETRY_DELAY = variable({
  name: 'SIGNALBOX_RETRY_DELAY',
  type: duration({ min: 1 }),
  default: 1_000,
  topic,
  yaml: 'resilience.retry.delay_ms',
  doc: 'The longest pause before the first retry, in milliseconds; it doubles with each further one. The pause is a random part of it.',
});

export const RETRY_MAX_DELAY = variable({
  name: 'SIGNALBOX_RETRY_MAX_DELAY',
  type: duration({ min: 1 }),
  default: 30_000,
  topic,
  yaml: 'resilience.retry.max_delay_ms',
  doc: 'The longest pause between two attempts, in milliseconds, unless the backend asks for more.',
});

export const BREAKER_THRESHOLD = variable({
  name: 'SIGNALBOX_BREAKER_FAILURE_THRESHOLD',
  type: integer({ min: 1, max: 1_000 }),
  default: 5,
  topic,
  yaml: 'resilience.circuit_breaker.failure_threshold',
  doc: 'The circuit breaker of a destination opens when so many of its last twice as many requests failed: nothing is sent, and nothing is lost.',
});

export const BREAKER_RESET = variable({
  name: 'SIGNALBOX_BREAKER_RESET_TIMEOUT_S',
  type: integer({ min: 1, max: 3_600 }),
  default: 5,
  topic,
  yaml: 'resilience.circuit_breaker.reset_timeout_s',
  doc: 'How long an open circuit breaker waits at most before one request probes, in seconds.',
});

export const FALLBACK = variable({
  name: 'SIGNALBOX_FALLBACK',
  type: listOf(text('names of exporters')),
  topic,
  yaml: 'resilience.fallback_exporter',
  doc: 'Where telemetry goes while the circuit breaker of its destination is open: exporters in the order they are tried, e.g. `otlp/eu,file`.',
});

export const FALLBACK_MODE = variable<'switch' | 'mirror'>({
  name: 'SIGNALBOX_FALLBACK_MODE',
  type: oneOf(['switch', 'mirror']),
  default: 'switch',
  topic,
  yaml: 'resilience.fallback_mode',
  doc: 'What a fallback has taken is done with (`switch`), or also kept for the destination until it is back or there is no room (`mirror`).',
});

export const DELIVERY = [
  FALLBACK,
  FALLBACK_MODE,
  QUEUE_ITEMS,
  QUEUE_BYTES,
  QUEUE_FULL,
  BATCH_BYTES,
  CONCURRENCY,
  RETRY_DELAY,
  RETRY_MAX_DELAY,
  BREAKER_THRESHOLD,
  BREAKER_RESET,
];
