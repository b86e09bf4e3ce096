import type { AnyValue, Attributes } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { errorMessage } from '../../src/core/index.ts';
import { PROFILES, type Profile } from '../../src/genai/conventions/index.ts';
import { applyContentPolicy } from './content/apply.ts';
import { applyToBody } from './content/log-body.ts';
import { type ContentPolicy, contentPolicy } from './content/policy.ts';
import type { Draft } from './dialects/index.ts';
import { applyProfile, normalise } from './normalise.ts';
import type { GenAiOptions } from './options.ts';

/** A log record that is emitted. */
export type Emitted = Parameters<LogRecordProcessor['onEmit']>[0];

/** What becomes of a record; everything else stays. */
export interface Content {
  readonly attributes: Attributes;
  readonly body: AnyValue;
}

/** Puts one log record in order. */
export class RecordOrder {
  private readonly profile: Profile;
  private readonly policy: ContentPolicy;

  constructor(private readonly options: GenAiOptions) {
    this.profile = PROFILES[options.profile ?? '1.41'];
    this.policy = contentPolicy(options.content);
  }

  /**
   * Never throws: what cannot be read loses its text.
   *
   * @param event the event's name, if it is a GenAI event
   */
  content(record: Emitted, event: string | undefined): Content {
    try {
      const attributes: Draft = { ...record.attributes };
      if (!this.options.excludeScopes?.includes(record.instrumentationScope.name)) normalise(attributes);
      const allowed = applyContentPolicy(attributes, this.policy, 'log');
      applyProfile(allowed, this.profile);
      const body = event === undefined ? record.body : applyToBody(record.body, event, this.policy);
      return { attributes: allowed as Attributes, body };
    } catch (error) {
      this.options.onError?.(`a GenAI event could not be read and lost its text: ${errorMessage(error)}`);
      return { attributes: {}, body: undefined };
    }
  }
}
