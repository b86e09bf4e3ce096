import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { Signal } from '../../src/core/index.ts';
import { DROP_REASONS } from './accounts.ts';
import type { BreakerState } from './breaker.ts';
import type { Delivery, DestinationStats } from './delivery.ts';
import type { Spool, SpoolStats } from './spool/index.ts';

/**
 * The word for an item of a signal in the names of metrics.
 * Source: OpenTelemetry semantic conventions 1.41, "SDK metrics".
 */
const WORDS: Readonly<Record<Signal, string>> = {
  traces: 'span',
  logs: 'log',
  metrics: 'metric_data_point',
};

const BREAKER: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/**
 * Exports the books of the deliveries as metrics: the `otel.sdk.*` conventions for what they have a
 * name for, `signalbox.delivery.*` for the rest. They are read when metrics are collected, so they
 * cost nothing in between. The numbers are those of `stats()`.
 */
export function observeDeliveries(meter: Meter, deliveries: readonly Delivery[]): void {
  for (const signal of Object.keys(WORDS) as Signal[]) {
    const own = deliveries.filter((delivery) => delivery.signal === signal);
    if (own.length > 0) observeSignal(meter, signal, own);
  }
  observeOwn(meter, deliveries);
  const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
    unit: 's',
    description: 'The duration of one request to a destination.',
    advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] },
  });
  for (const delivery of deliveries) {
    const attributes = attributesOf(delivery.stats());
    delivery.onRequest((ms, kind) => {
      duration.record(ms / 1_000, kind === 'delivered' ? attributes : { ...attributes, 'error.type': kind });
    });
  }
}

function observeSignal(meter: Meter, signal: Signal, deliveries: readonly Delivery[]): void {
  const word = WORDS[signal];
  const unit = signal === 'logs' ? '{log_record}' : signal === 'traces' ? '{span}' : '{data_point}';
  const each = eachOf(deliveries);
  meter
    .createObservableUpDownCounter(`otel.sdk.exporter.${word}.inflight`, {
      unit,
      description: 'Handed to a destination and not settled yet.',
    })
    .addCallback(each((stats, observe) => observe(stats.inFlight)));
  meter
    .createObservableCounter(`otel.sdk.exporter.${word}.exported`, {
      unit,
      description: 'Settled by a destination; with error.type what it has refused.',
    })
    .addCallback(
      each(({ delivered, rejected }, observe) => {
        observe(delivered);
        if (rejected > 0) observe(rejected, { 'error.type': 'rejected' });
      }),
    );
  if (signal === 'metrics') return;
  observeQueue(meter, `otel.sdk.processor.${word}`, unit, each);
}

function observeQueue(meter: Meter, prefix: string, unit: string, each: Each): void {
  meter
    .createObservableUpDownCounter(`${prefix}.queue.size`, { unit, description: 'Waiting in memory.' })
    .addCallback(each((stats, observe) => observe(stats.inMemory)));
  meter
    .createObservableUpDownCounter(`${prefix}.queue.capacity`, { unit, description: 'May wait in memory.' })
    .addCallback(each((stats, observe) => observe(stats.capacity)));
  meter
    .createObservableCounter(`${prefix}.processed`, {
      unit,
      description: 'Through with; with error.type what was dropped and why.',
    })
    .addCallback(
      each(({ delivered, rejected, dropped }, observe) => {
        observe(delivered + rejected);
        for (const [reason, count] of Object.entries(dropped)) observe(count, { 'error.type': reason });
      }),
    );
}

/** Exports the numbers of a spool as metrics; see {@link observeDeliveries}. */
export function observeSpool(meter: Meter, spool: Spool): void {
  const read = (of: (stats: SpoolStats) => number) => (result: ObservableResult) =>
    result.observe(of(spool.stats()));
  meter
    .createObservableUpDownCounter('signalbox.spool.bytes', { unit: 'By', description: 'Bytes on disk.' })
    .addCallback(read(({ bytes }) => bytes));
  meter
    .createObservableGauge('signalbox.spool.oldest_age', {
      unit: 's',
      description: 'Age of the oldest telemetry on disk.',
    })
    .addCallback(read(({ oldestAge }) => oldestAge));
  meter
    .createObservableCounter('signalbox.spool.unreadable', {
      unit: 'By',
      description: 'Bytes on disk that could not be read.',
    })
    .addCallback(read(({ unreadableBytes }) => unreadableBytes));
  meter
    .createObservableCounter('signalbox.spool.errors', { description: 'How often the disk failed.' })
    .addCallback(read(({ errors }) => errors));
}

function observeOwn(meter: Meter, deliveries: readonly Delivery[]): void {
  const each = eachOf(deliveries);
  meter
    .createObservableCounter('signalbox.delivery.accepted', { description: 'Items taken for a destination.' })
    .addCallback(each((stats, observe) => observe(stats.accepted)));
  meter
    .createObservableCounter('signalbox.delivery.dropped', { description: 'Items dropped, by reason.' })
    .addCallback(
      each(({ dropped }, observe) => {
        // Also those that are 0: an alert on the increase needs the value before.
        for (const reason of DROP_REASONS) observe(dropped[reason] ?? 0, { reason });
      }),
    );
  meter
    .createObservableUpDownCounter('signalbox.delivery.spooled', {
      description: 'Items on disk and not in memory.',
    })
    .addCallback(each((stats, observe) => observe(stats.spooled)));
  meter
    .createObservableCounter('signalbox.delivery.recovered', {
      description: 'Items that earlier processes had left on disk.',
    })
    .addCallback(each((stats, observe) => observe(stats.recovered)));
  meter
    .createObservableCounter('signalbox.delivery.rejected', { description: 'Items refused by the backend.' })
    .addCallback(each((stats, observe) => observe(stats.rejected)));
  meter
    .createObservableCounter('signalbox.delivery.fallback', {
      description: 'Items that a fallback took while the destination was down.',
    })
    .addCallback(
      each(({ fallback }, observe) => {
        for (const [name, count] of Object.entries(fallback)) observe(count, { 'signalbox.fallback': name });
      }),
    );
  meter
    .createObservableGauge('signalbox.delivery.degraded', {
      description: '1 from the first request that failed until one succeeds, else 0.',
    })
    .addCallback(each((stats, observe) => observe(stats.degraded ? 1 : 0)));
  meter
    .createObservableCounter('signalbox.delivery.retries', { description: 'Requests sent again.' })
    .addCallback(each((stats, observe) => observe(stats.retries)));
  meter
    .createObservableUpDownCounter('signalbox.delivery.queue.bytes', {
      unit: 'By',
      description: 'Estimated bytes in memory.',
    })
    .addCallback(each((stats, observe) => observe(stats.bytesInMemory)));
  meter
    .createObservableGauge('signalbox.delivery.breaker', {
      description: 'The circuit breaker: 0 closed, 1 half-open, 2 open.',
    })
    .addCallback(each((stats, observe) => observe(BREAKER[stats.breaker])));
  observeCredentials(meter, each);
}

function observeCredentials(meter: Meter, each: Each): void {
  meter
    .createObservableGauge('signalbox.delivery.credential.age', {
      unit: 's',
      description: 'How long ago the credentials in use were made; only where they can change.',
    })
    .addCallback(
      each(({ credentialAge }, observe) => {
        if (credentialAge !== undefined) observe(credentialAge / 1_000);
      }),
    );
}

type Observe = (value: number, more?: Attributes) => void;
type Each = (read: (stats: DestinationStats, observe: Observe) => void) => (result: ObservableResult) => void;

/** Makes a callback that reads each delivery, with its attributes. */
function eachOf(deliveries: readonly Delivery[]): Each {
  return (read) => (result) => {
    for (const delivery of deliveries) {
      const stats = delivery.stats();
      const attributes = attributesOf(stats);
      read(stats, (value, more) => result.observe(value, more ? { ...attributes, ...more } : attributes));
    }
  };
}

function attributesOf({ destination, signal }: DestinationStats): Attributes {
  return {
    'otel.component.type': 'signalbox_delivery',
    'otel.component.name': `${destination}/${signal}`,
    'signalbox.destination': destination,
    'signalbox.signal': signal,
  };
}
