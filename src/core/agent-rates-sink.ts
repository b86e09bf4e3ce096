/** Takes the sample rates of a Datadog Agent as they arrive; the other end of `AgentRates`. */
export interface AgentRatesSink {
  /** @param byService `rate_by_service` of an answer: `service:x,env:y` → a rate from 0 to 1 */
  update(byService: Readonly<Record<string, number>>): void;
}
