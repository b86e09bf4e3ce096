/** What `/info` says that matters here. */
export interface AgentInfo {
  /** The Agent takes `span_events` (and `span_links`) as they are. */
  readonly nativeEvents: boolean;
  /** The largest body it takes, if it says so. */
  readonly maxRequestBytes: number | undefined;
}

/** Reads an `/info` answer; undefined if it is no such thing. */
export function parseInfo(body: string): AgentInfo | undefined {
  const info = parseObject(body);
  if (!info) return undefined;
  const config = info.config;
  const max = typeof config === 'object' && config !== null && Reflect.get(config, 'max_request_bytes');
  return {
    nativeEvents: info.span_events === true,
    maxRequestBytes: typeof max === 'number' && max > 0 ? max : undefined,
  };
}

/** More services than this, and the answer is not believed. */
const MAX_RATES = 10_000;

/**
 * Reads the sample rates of an answer. Entries that are no rate are left out; undefined if the
 * answer has none, which is what an Agent says whose rates have not changed.
 *
 * @throws SyntaxError if the body is no JSON object
 */
export function parseRates(body: string): Record<string, number> | undefined {
  const answer = parseObject(body);
  if (!answer) throw new SyntaxError('not a JSON object');
  const byService = answer.rate_by_service;
  if (typeof byService !== 'object' || byService === null || Array.isArray(byService)) return undefined;
  const rates: Record<string, number> = {};
  for (const [key, rate] of Object.entries(byService).slice(0, MAX_RATES)) {
    if (typeof rate === 'number' && rate >= 0 && rate <= 1) rates[key] = rate;
  }
  return rates;
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Not JSON.
  }
  return undefined;
}
