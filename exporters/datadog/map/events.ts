import type { HrTime } from '@opentelemetry/api';
import type { TimedEvent } from '@opentelemetry/sdk-trace';
import { toJson } from './json.ts';
import { LIMITS } from './normalise.ts';

/**
 * Events as the JSON that the Agent keeps in `meta.events`. What does not fit into 25 000 characters
 * is left out event by event, so that the text stays JSON.
 */
export function eventsJson(events: readonly TimedEvent[]): string {
  let text = '[';
  for (const event of events) {
    const json = eventJson(event);
    if (json.length + text.length + 2 > LIMITS.metaValue) {
      const bare = eventJson({ time: event.time, name: event.name });
      if (bare.length + text.length + 2 > LIMITS.metaValue) break;
      text += text.length > 1 ? `,${bare}` : bare;
      continue;
    }
    text += text.length > 1 ? `,${json}` : json;
  }
  return `${text}]`;
}

function eventJson({ time, name, attributes, droppedAttributesCount }: TimedEvent): string {
  let text = `{"time_unix_nano":${nanosText(time)},"name":${JSON.stringify(name)}`;
  const json = attributes && toJson(attributes);
  if (json !== undefined && json !== '{}') text += `,"attributes":${json}`;
  if (droppedAttributesCount) text += `,"dropped_attributes_count":${droppedAttributesCount}`;
  return `${text}}`;
}

/** Nanoseconds since the epoch in decimal, exact. */
export function nanosText([seconds, nanos]: HrTime): string {
  const low = String(Math.trunc(nanos));
  return seconds > 0 ? `${seconds}${'000000000'.slice(low.length)}${low}` : low;
}
