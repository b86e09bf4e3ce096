import { LLMOBS_ATTRIBUTE } from '../core/index.ts';
import type { SettingsReader } from './reader.ts';
import * as identity from './variables/identity.ts';

/**
 * The attributes of the resource that settings give; Datadog's beat OpenTelemetry's. Whether GenAI
 * spans become traces of Agent Observability is said explicitly wherever Datadog may read it, because
 * its own default has changed. Text, as `OTEL_RESOURCE_ATTRIBUTES` would give it.
 * Source: Datadog documentation, Agent Observability, OpenTelemetry instrumentation.
 *
 * @param tracesTo names of the exporters of traces
 */
export function readResourceAttributes(
  reader: SettingsReader,
  tracesTo: readonly string[],
): Readonly<Record<string, string>> {
  const given = {
    ...reader.get(identity.RESOURCE_ATTRIBUTES),
    ...reader.get(identity.DD_TAGS),
    ...reader.get(identity.DD_TRACE_TAGS),
  };
  const llmobs = reader.get(identity.LLMOBS_ENABLED);
  if (llmobs !== undefined) return { ...given, [LLMOBS_ATTRIBUTE]: String(llmobs) };
  return tracesTo.includes('datadog') ? { [LLMOBS_ATTRIBUTE]: 'true', ...given } : given;
}
