import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { type BatchOptions, createSpanDelivery } from '../../../exporters/delivery/index.ts';
import { load } from '../../config/stand-ins.ts';
import { span } from '../../support/spans.ts';
import { testHost } from '../support/host.ts';

const BATCH: BatchOptions = {
  queueSize: 100_000,
  batchSize: 10,
  busyBatchSize: 40,
  delay: 60_000,
  timeout: 30_000,
};

/** A backend that answers when it is told to. */
class SlowBackend implements SpanExporter {
  readonly sizes: number[] = [];
  private readonly events = new EventEmitter();
  private answers: ((result: ExportResult) => void)[] = [];

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.sizes.push(spans.length);
    this.answers.push(done);
    this.events.emit('request');
  }

  /** Waits for so many requests in all. */
  async asked(times: number): Promise<void> {
    while (this.sizes.length < times) await once(this.events, 'request');
  }

  answer(): void {
    this.settle({ code: ExportResultCode.SUCCESS });
  }

  fail(): void {
    this.settle({ code: ExportResultCode.FAILED, error: new Error('not now') });
  }

  private settle(result: ExportResult): void {
    for (const done of this.answers.splice(0)) done(result);
  }

  async shutdown(): Promise<void> {}
}

function untried(batch: BatchOptions = BATCH) {
  const backend = new SlowBackend();
  const processor = createSpanDelivery(backend, batch, testHost().host);
  const end = (count: number) => {
    for (let index = 0; index < count; index++) processor.onEnd(span());
  };
  return { backend, processor, end };
}

/** One that has taken spans already. */
async function delivery(batch?: BatchOptions) {
  const parts = untried(batch);
  const { backend, processor, end } = parts;
  end(1);
  const flushed = processor.forceFlush();
  await backend.asked(1);
  backend.answer();
  await flushed;
  backend.sizes.length = 0;
  return parts;
}

describe('after a full batch', () => {
  test('what comes in is gathered for a while, though the answer is there', async () => {
    const { backend, processor, end } = await delivery();
    const begun = performance.now();
    end(10);
    await backend.asked(1);
    backend.answer();
    await setImmediate();
    end(25);
    expect(backend.sizes).toEqual([10]);
    await backend.asked(2);
    expect(performance.now() - begun).toBeGreaterThan(100);
    expect(backend.sizes).toEqual([10, 25]);
    backend.answer();
    await processor.shutdown();
    expect(processor.delivery.stats()).toMatchObject({ accepted: 36, delivered: 36, inMemory: 0 });
  });

  test('a flush does not wait', async () => {
    const { backend, processor, end } = await delivery();
    end(10);
    await backend.asked(1);
    backend.answer();
    await setImmediate();
    end(12);
    const begun = performance.now();
    const flushed = processor.forceFlush();
    await backend.asked(2);
    expect(performance.now() - begun).toBeLessThan(100);
    expect(backend.sizes).toEqual([10, 12]);
    backend.answer();
    await flushed;
    await processor.shutdown();
  });

  test('nothing is gathered for a destination that fails', async () => {
    const { backend, processor, end } = await delivery();
    end(10);
    await backend.asked(1);
    backend.fail();
    await setImmediate();
    end(20);
    await backend.asked(3);
    expect(backend.sizes.slice(0, 3)).toEqual([10, 10, 10]);
    backend.answer();
    await processor.shutdown();
  });
});

describe('while a request is under way', () => {
  test('what comes in is gathered, and goes in one request when the answer is there', async () => {
    const { backend, processor, end } = await delivery();
    end(10);
    await backend.asked(1);
    end(25);
    expect(backend.sizes).toEqual([10]);
    backend.answer();
    await backend.asked(2);
    expect(backend.sizes).toEqual([10, 25]);
    backend.answer();
    await processor.shutdown();
    expect(processor.delivery.stats()).toMatchObject({ accepted: 36, delivered: 36, inMemory: 0 });
  });

  test('a batch of the larger size does not wait for the answer', async () => {
    const { backend, processor, end } = await delivery();
    end(10 + 40 + 3);
    await backend.asked(2);
    expect(backend.sizes).toEqual([10, 40]);
    backend.answer();
    // What is left is no full batch: it waits for its time, or for a flush.
    const flushed = processor.forceFlush();
    await backend.asked(3);
    backend.answer();
    await flushed;
    expect(backend.sizes).toEqual([10, 40, 3]);
    await processor.shutdown();
  });

  test('batches are never larger than without a larger size', async () => {
    const { busyBatchSize: _, ...plain } = BATCH;
    const { backend, processor, end } = await delivery(plain);
    end(30);
    await backend.asked(3);
    expect(backend.sizes).toEqual([10, 10, 10]);
    backend.answer();
    await processor.shutdown();
  });

  test('what is gathered stays a small part of the queue', async () => {
    const { backend, processor, end } = await delivery({ ...BATCH, queueSize: 160 });
    end(10 + 20);
    await backend.asked(2);
    expect(backend.sizes).toEqual([10, 20]);
    backend.answer();
    await processor.shutdown();
  });
});

test('batches stay as they are until the destination has taken one', async () => {
  const { backend, processor, end } = untried();
  end(30);
  await backend.asked(3);
  expect(backend.sizes).toEqual([10, 10, 10]);
  backend.answer();
  await processor.shutdown();
});

test('what the user sets is a maximum', () => {
  const given = { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '512', OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '512' };
  expect(load({}).config.batch.spans.busyBatchSize).toBe(2_048);
  expect(load({}).config.batch.logs.busyBatchSize).toBe(2_048);
  expect(load(given).config.batch.spans.busyBatchSize).toBeUndefined();
  expect(load(given).config.batch.logs.busyBatchSize).toBeUndefined();
});
