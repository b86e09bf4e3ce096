import type { AnyValue, Attributes, Context } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { errorMessage } from '../../src/core/index.ts';
import { PROFILES, type Profile } from '../../src/genai/conventions/index.ts';
import { applyContentPolicy } from './content/apply.ts';
import { applyToBody } from './content/log-body.ts';
import { type ContentPolicy, contentPolicy } from './content/policy.ts';
import { isGenAi } from './detect.ts';
import type { Draft } from './dialects/index.ts';
import { applyProfile, normalise } from './normalise.ts';
import type { GenAiOptions } from './options.ts';

type Emitted = Parameters<LogRecordProcessor['onEmit']>[0];

/**
 * The same order for GenAI events in logs: names of the conventions, and no content in attributes
 * and bodies unless allowed. Other log records pass untouched; the live record is never changed.
 */
export class GenAiLogProcessor implements LogRecordProcessor {
  private readonly profile: Profile;
  private readonly policy: ContentPolicy;

  /** @param next receives every log record */
  constructor(
    private readonly next: LogRecordProcessor,
    private readonly options: GenAiOptions = {},
  ) {
    this.profile = PROFILES[options.profile ?? '1.41'];
    this.policy = contentPolicy(options.content);
  }

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
    let attributes: Draft = {};
    let body: AnyValue;
    try {
      attributes = { ...record.attributes };
      if (!this.options.excludeScopes?.includes(record.instrumentationScope.name)) normalise(attributes);
      applyContentPolicy(attributes, this.policy, 'log');
      applyProfile(attributes, this.profile);
      body = event === undefined ? record.body : applyToBody(record.body, event, this.policy);
    } catch (error) {
      attributes = {};
      this.options.onError?.(`a GenAI event could not be read and lost its text: ${errorMessage(error)}`);
    }
    // A thin copy: later links of the chain may write to it without touching the original.
    const copy = Object.create(record, {
      attributes: { value: attributes as Attributes, writable: true, enumerable: true },
      body: { value: body, writable: true, enumerable: true },
    }) as Emitted;
    this.next.onEmit(copy, context);
  }
}

/** The event's name if it is a GenAI event; older emitters write it as an attribute. */
function eventName({ eventName: name, attributes }: Emitted): string | undefined {
  const event = name ?? attributes['event.name'];
  return typeof event === 'string' && event.startsWith('gen_ai.') ? event : undefined;
}
