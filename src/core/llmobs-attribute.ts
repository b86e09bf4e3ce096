/**
 * The resource attribute that tells Datadog whether GenAI spans become traces of Agent Observability.
 * Source: Datadog documentation, Agent Observability, OpenTelemetry instrumentation.
 */
export const LLMOBS_ATTRIBUTE = 'dd_llmobs_enabled';
