import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { isGenAiEvent } from '../detect.ts';
import type { Draft } from '../dialects/index.ts';
import { applyContentPolicy } from './apply.ts';
import type { ContentPolicy } from './policy.ts';

type Events = ReadableSpan['events'];

/** The events of a GenAI span as the policy lets them pass; the same list if nothing changes. */
export function rewriteEvents(events: Events, policy: ContentPolicy): Events {
  return events.length === 0 ? events : events.map((event) => rewriteEvent(event, policy));
}

/** Leaves events of other kinds, such as the exceptions of the application, as they are. */
export function rewriteGenAiEvents(events: Events, policy: ContentPolicy): Events {
  return events.map((event) => (isGenAiEvent(event) ? rewriteEvent(event, policy) : event));
}

function rewriteEvent(event: Events[number], policy: ContentPolicy): Events[number] {
  if (!event.attributes) return event;
  const bare = isGenAiEvent(event);
  const draft: Draft = {};
  for (const [key, value] of Object.entries(event.attributes)) {
    // Bare names such as `content` hold content in the message events of conventions before 1.37.
    draft[bare && !key.includes('.') ? `gen_ai.event.${key}` : key] = value;
  }
  return { ...event, attributes: applyContentPolicy(draft, policy, 'span') as Attributes };
}
