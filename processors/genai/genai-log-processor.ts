import type { Context } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { errorMessage, loadPart } from '../../src/core/index.ts';
import { isGenAi } from './detect.ts';
import type { GenAiOptions } from './options.ts';
import type { Content, Emitted, RecordOrder } from './record-order.ts';

/**
 * The same order for GenAI events in logs: names of the conventions, and no content in attributes
 * and bodies unless allowed. Other log records pass untouched; the live record is never changed.
 */
export class GenAiLogProcessor implements LogRecordProcessor {
  private order: RecordOrder | undefined;

  /** @param next receives every log record */
  constructor(
    private readonly next: LogRecordProcessor,
    private readonly options: GenAiOptions = {},
  ) {}

  onEmit(record: Emitted, context?: Context): void {
    const event = eventName(record);
    if (event === undefined && !isGenAi(record.attributes)) this.next.onEmit(record, context);
    else this.forward(record, event, context);
  }

  enabled(options: Parameters<NonNullable<LogRecordProcessor['enabled']>>[0]): boolean {
    return this.next.enabled?.(options) ?? true;
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }

  private forward(record: Emitted, event: string | undefined, context?: Context): void {
    const { attributes, body } = this.content(record, event);
    // A thin copy: later links of the chain may write to it without touching the original.
    const copy = Object.create(record, {
      attributes: { value: attributes, writable: true, enumerable: true },
      body: { value: body, writable: true, enumerable: true },
    }) as Emitted;
    this.next.onEmit(copy, context);
  }

  private content(record: Emitted, event: string | undefined): Content {
    try {
      this.order ??= this.loadOrder();
    } catch (error) {
      this.options.onError?.(`GenAI events cannot be read and lose their text: ${errorMessage(error)}`);
      return { attributes: {}, body: undefined };
    }
    return this.order.content(record, event);
  }

  private loadOrder(): RecordOrder {
    const part = loadPart<typeof import('./order.ts')>(import.meta.url, './order.ts');
    return new part.RecordOrder(this.options);
  }
}

/** The event's name if it is a GenAI event; older emitters write it as an attribute. */
function eventName({ eventName: name, attributes }: Emitted): string | undefined {
  const event = name ?? attributes['event.name'];
  return typeof event === 'string' && event.startsWith('gen_ai.') ? event : undefined;
}
