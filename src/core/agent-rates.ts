/** The sample rates a Datadog Agent asked for in its last answers. */
export interface AgentRates {
  /** Rate from 0 to 1 for a service and environment; undefined while the Agent has said nothing. */
  rateFor(service: string, env: string): number | undefined;
}
