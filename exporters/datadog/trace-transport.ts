import type { AgentRatesSink, Host, Outcome } from '../../src/core/index.ts';
import { VERSION } from '../../src/core/index.ts';
import {
  AgentClient,
  type AgentInfo,
  type Answer,
  describeAddress,
  outcomeOf,
  outcomeOfError,
  parseInfo,
  parseRates,
} from '../datadog-agent/index.ts';

export interface TraceTransportOptions {
  readonly url: string;
  /** Milliseconds for one request and its answer. */
  readonly timeout: number;
  /** Headers that say who we are; see `entityHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly host: Pick<Host, 'after' | 'clock' | 'log'>;
  readonly rates?: AgentRatesSink | undefined;
  /** Called with what the Agent can do, whenever it says so. */
  readonly onInfo?: (info: AgentInfo) => void;
}

/** What must be said about a body. */
export interface BodyFacts {
  readonly traces: number;
  /** Rejected traces and their spans that were not sent, so that the Agent can still count them. */
  readonly unsampledTraces?: number;
  readonly unsampledSpans?: number;
}

/** Source: Datadog Agent, `internal/header/headers.go`. */
const HEADERS = {
  'Content-Type': 'application/msgpack',
  'Datadog-Meta-Lang': 'nodejs',
  'Datadog-Meta-Lang-Version': process.version,
  'Datadog-Meta-Lang-Interpreter': 'v8',
  'Datadog-Meta-Tracer-Version': `${VERSION}-signalbox`,
  'Datadog-Client-Computed-Top-Level': 'yes',
  // Without it the Agent answers 200 to what it throws away.
  'Datadog-Send-Real-Http-Status': 'yes',
};

const RATES_VERSION = 'datadog-rates-payload-version';
const AGENT_STATE = 'datadog-agent-state';

/** Sends bodies to `/v0.4/traces` of one Agent and listens to what it says about itself. */
export class TraceTransport {
  private readonly client: AgentClient;
  private ratesVersion: string | undefined;
  private agentState: string | undefined;
  private asked = false;
  private complained = false;

  constructor(private readonly options: TraceTransportOptions) {
    const { url, timeout, headers, host } = options;
    this.client = new AgentClient(url, { ...HEADERS, ...headers }, timeout, host);
  }

  /** Where it sends, for messages. */
  describe(): string {
    return describeAddress(this.options.url);
  }

  /**
   * Sends a body once. Never rejects.
   *
   * @param timeout ms, if that is less than the transport's own; 0 for no limit
   * @param background true if the process may end meanwhile
   */
  async send(body: Uint8Array, facts: BodyFacts, timeout = 0, background = false): Promise<Outcome> {
    const { unsampledTraces = 0, unsampledSpans = 0 } = facts;
    const headers: Record<string, string> = {
      'X-Datadog-Trace-Count': String(facts.traces),
      ...(this.ratesVersion ? { 'Datadog-Rates-Payload-Version': this.ratesVersion } : {}),
    };
    if (unsampledTraces > 0) {
      headers['Datadog-Client-Dropped-P0-Traces'] = String(unsampledTraces);
      headers['Datadog-Client-Dropped-P0-Spans'] = String(unsampledSpans);
    }
    let answer: Answer;
    try {
      answer = await this.client.request({
        method: 'PUT',
        path: '/v0.4/traces',
        headers,
        body,
        timeout,
        background,
      });
    } catch (error) {
      return outcomeOfError(error as NodeJS.ErrnoException);
    }
    const outcome = outcomeOf(answer, this.options.host.clock.now());
    if (outcome.kind === 'delivered') this.listen(answer);
    return outcome;
  }

  close(): void {
    this.client.close();
  }

  /** Takes the rates out of an answer, and asks for `/info` when the Agent is new or has changed. */
  private listen({ headers, body }: Answer): void {
    const state = headers[AGENT_STATE]?.toString();
    if (!this.asked || state !== this.agentState) {
      this.asked = true;
      this.agentState = state;
      void this.readInfo();
    }
    try {
      const rates = parseRates(body);
      // Only now: with the version, the Agent leaves out rates that we have already.
      this.ratesVersion = headers[RATES_VERSION]?.toString();
      if (rates) this.options.rates?.update(rates);
    } catch {
      if (this.complained) return;
      this.complained = true;
      this.options.host.log.warn(
        `the Datadog Agent at ${this.describe()} answered something that is not JSON; its sample rates stay as they were`,
      );
    }
  }

  private async readInfo(): Promise<void> {
    try {
      const answer = await this.client.request({ method: 'GET', path: '/info', background: true });
      const info = answer.status === 200 ? parseInfo(answer.body) : undefined;
      if (info) this.options.onInfo?.(info);
    } catch (error) {
      // Not vital: without it, everything is sent in the form that every Agent takes.
      this.asked = false;
      this.options.host.log.debug(`/info of the Datadog Agent: ${(error as Error).message}`);
    }
  }
}
